// Lineage as graphs for other programs to draw.

package lineage

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
)

// tables lists the tables of the direct edges with the columns that take part, in the order in which they come.
func (r *report) tables() ([]string, map[string][]string) {
	var order []string
	columns := map[string][]string{}
	seen := map[column]bool{}
	add := func(table, name string) {
		if _, known := columns[table]; !known {
			order = append(order, table)
			columns[table] = nil
		}
		if c := (column{table, name}); !seen[c] {
			seen[c] = true
			columns[table] = append(columns[table], name)
		}
	}
	for _, e := range r.direct() {
		for _, s := range e.edge.Sources {
			add(s.Table.Short(), s.Column)
		}
	}
	for _, e := range r.direct() {
		add(e.edge.Sink.Short(), e.Column)
	}
	return order, columns
}

func (r *report) direct() []*edge {
	var all []*edge
	for i := range r.Edges {
		if r.Edges[i].edge.Kind == sqllineage.Direct && r.Edges[i].Sink != "" {
			all = append(all, &r.Edges[i])
		}
	}
	return all
}

// pairs returns each flow from column to column once, aggregations marked.
func (r *report) pairs() []pair {
	var all []pair
	seen := map[pair]bool{}
	for _, e := range r.direct() {
		for _, s := range e.edge.Sources {
			p := pair{from: column{s.Table.Short(), s.Column}, to: column{e.edge.Sink.Short(), e.Column}, how: e.edge.Subtype}
			if !seen[p] {
				seen[p] = true
				all = append(all, p)
			}
		}
	}
	return all
}

type pair struct {
	from, to column
	how      sqllineage.Subtype
}

// writeDot draws each table as a record with a port for each column.
func (r *report) writeDot(w io.Writer) error {
	order, columns := r.tables()
	port := map[column]string{}
	var b strings.Builder
	b.WriteString("digraph lineage {\n  rankdir=LR;\n  node [shape=record, fontname=\"sans-serif\"];\n")
	for t, table := range order {
		fields := []string{escapeRecord(table)}
		for c, name := range columns[table] {
			port[column{table, name}] = fmt.Sprintf("t%d:c%d", t, c)
			fields = append(fields, fmt.Sprintf("<c%d> %s", c, escapeRecord(name)))
		}
		fmt.Fprintf(&b, "  t%d [label=\"%s\"];\n", t, strings.Join(fields, "|"))
	}
	for _, p := range r.pairs() {
		style := ""
		if p.how == sqllineage.Aggregation {
			style = " [style=dashed]"
		}
		fmt.Fprintf(&b, "  %s -> %s%s;\n", port[p.from], port[p.to], style)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func escapeRecord(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "|", `\|`, "{", `\{`, "}", `\}`, "<", `\<`, ">", `\>`, "\n", " ").Replace(s)
}

// writeMermaid draws each table as a subgraph of its columns.
func (r *report) writeMermaid(w io.Writer) error {
	order, columns := r.tables()
	node := map[column]string{}
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for t, table := range order {
		fmt.Fprintf(&b, "  subgraph t%d[%s]\n", t, quoteMermaid(table))
		for c, name := range columns[table] {
			id := "t" + strconv.Itoa(t) + "c" + strconv.Itoa(c)
			node[column{table, name}] = id
			fmt.Fprintf(&b, "    %s[%s]\n", id, quoteMermaid(name))
		}
		b.WriteString("  end\n")
	}
	for _, p := range r.pairs() {
		arrow := "-->"
		if p.how == sqllineage.Aggregation {
			arrow = "-.->"
		}
		fmt.Fprintf(&b, "  %s %s %s\n", node[p.from], arrow, node[p.to])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func quoteMermaid(s string) string { return `"` + strings.ReplaceAll(s, `"`, "#quot;") + `"` }
