// Lineage as people read it.

package lineage

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/cli/term"
	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
)

// Rows draws a tree for each statement on a terminal, and writes one line for each edge elsewhere.
func (r *report) Rows(io *term.IO) error {
	if !io.OutTerminal {
		return r.lines(io)
	}
	if len(r.Edges) == 0 {
		io.Hint("nothing is written here")
		return nil
	}
	for i, group := range r.groups() {
		if i > 0 {
			fmt.Fprintln(io.Out)
		}
		if err := draw(io, group); err != nil {
			return err
		}
	}
	return nil
}

func (r *report) lines(io *term.IO) error {
	rows := make([][]string, len(r.Edges))
	for i := range r.Edges {
		e := &r.Edges[i]
		rows[i] = []string{e.Job, e.place(), e.edge.Sink.Short(), e.Column, strings.Join(e.sources(), ","), e.Subtype, e.Transform}
	}
	return io.Grid([]string{"job", "statement", "table", "column", "sources", "how", "transform"}, rows)
}

// groups puts the edges of one statement and sink together, in their order.
func (r *report) groups() [][]edge {
	var groups [][]edge
	for i, e := range r.Edges {
		if i == 0 || e.File != r.Edges[i-1].File || e.Statement != r.Edges[i-1].Statement || e.Sink != r.Edges[i-1].Sink || e.Job != r.Edges[i-1].Job {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], e)
	}
	return groups
}

// draw writes
//
//	visitors  pv_uv, jobs/pv_uv.sql:12
//	├─ page ← clicks.page
//	├─ uv   ← clicks.user_id  COUNT(DISTINCT `user_id`)
//	└─ rows by GROUP BY clicks.page
func draw(io *term.IO, group []edge) error {
	head := group[0]
	where, name := head.place(), head.edge.Sink.Short()
	if name == "" {
		name = "query"
	}
	if head.Job != "" {
		where = head.Job + ", " + where
	}
	if _, err := fmt.Fprintf(io.Out, "%s  %s\n", io.Paint(term.Strong, name), io.Paint(term.Faint, where)); err != nil {
		return err
	}
	width := 0
	for _, e := range group {
		width = max(width, utf8.RuneCountInString(e.Column))
	}
	for i := range group {
		branch := "├─ "
		if i == len(group)-1 {
			branch = "└─ "
		}
		if _, err := fmt.Fprintln(io.Out, io.Paint(term.Faint, branch)+group[i].text(io, width)); err != nil {
			return err
		}
	}
	return nil
}

// text is one line of the tree, without its branch.
func (e *edge) text(io *term.IO, width int) string {
	const branch = 3
	if e.Kind == string(sqllineage.Indirect) {
		return io.Paint(term.Faint, cut("rows "+indirect[e.edge.Subtype]+" "+strings.Join(e.sources(), ", "), io.Width-branch))
	}
	name := e.Column + strings.Repeat(" ", width-utf8.RuneCountInString(e.Column))
	rest := io.Width - branch - width - len(" <- ")
	from := strings.Join(e.sources(), ", ")
	if from == "" {
		return name + " ← " + io.Paint(term.Faint, cut(e.Transform, rest))
	}
	if e.edge.Subtype == sqllineage.Identity {
		return name + " ← " + cut(from, rest)
	}
	from = cut(from, rest)
	return name + " ← " + from + "  " + io.Paint(term.Faint, cut(e.Transform, rest-utf8.RuneCountInString(from)-2))
}

// indirect says how columns decide on rows.
var indirect = map[sqllineage.Subtype]string{
	sqllineage.Join: "joined on", sqllineage.Filter: "chosen by", sqllineage.GroupBy: "grouped by", sqllineage.Sort: "ordered by",
	sqllineage.Window: "windowed by", sqllineage.Conditional: "told apart by",
}

// cut shortens a text to a number of characters, the last of them an ellipsis.
func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	if width < 2 {
		return ""
	}
	return string([]rune(text)[:width-1]) + "…"
}

// sources lists the source columns under their short names.
func (e *edge) sources() []string {
	names := make([]string, len(e.edge.Sources))
	for i, s := range e.edge.Sources {
		names[i] = s.Table.Short() + "." + s.Column
	}
	return names
}
