package sqltest

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/types"
)

// steps reads what is given: a mapping of tables is one step, a list of them several, with "wait TIME" between.
func (r *reader) steps(n *yaml.Node) []step {
	switch n.Kind() {
	case yaml.Missing, yaml.Null:
		return []step{{}}
	case yaml.Mapping:
		return []step{r.step(n)}
	case yaml.Sequence:
	default:
		r.report(ruleRow, n, "", "given takes tables with their rows, or a list of steps")
		return nil
	}
	var steps []step
	var next step
	for _, item := range n.Items() {
		word, rest, _ := strings.Cut(item.Text(), " ")
		switch {
		case item.Kind() == yaml.Mapping:
			s := r.step(item)
			s.pause = next.pause
			steps, next = append(steps, s), step{}
		case item.Kind() == yaml.Scalar && word == "wait":
			d, err := yaml.ParseDuration(rest)
			if err != nil {
				r.report(ruleRow, item, "write wait 2s", "%v", err)
			}
			next.pause += d
		default:
			r.report(ruleRow, item, "", "a step is tables with their rows, or wait and a time")
		}
	}
	if next.pause > 0 || len(steps) == 0 {
		steps = append(steps, next)
	}
	return steps
}

func (r *reader) step(n *yaml.Node) step {
	s := step{events: map[*table][]event{}}
	for _, name := range n.Keys() {
		rows := n.Get(name)
		t := r.table(rows, name)
		switch {
		case t == nil:
		case t.Kind != bind.BaseTable:
			r.suite.report(ruleUnknownTable, rows.Key(), name+" is a view: it has the rows that its query gives", "give rows of the tables that it reads")
		case rows.Kind() != yaml.Sequence && rows.Kind() != yaml.Null:
			r.report(ruleRow, rows, "", "%s takes a list of rows", name)
		case len(rows.Items()) > maxRows:
			r.report(ruleRow, rows, "", "%s has more than %d rows", name, maxRows)
		default:
			for _, item := range rows.Items() {
				if e, ok := r.event(t, item); ok {
					s.events[t] = append(s.events[t], e)
				}
			}
		}
	}
	return s
}

// event reads one item of a table.
func (r *reader) event(t *table, n *yaml.Node) (event, bool) {
	if n.Kind() == yaml.Scalar {
		word, rest, _ := strings.Cut(strings.TrimSpace(n.Text()), " ")
		switch {
		case word == "idle" || word == "active":
			return event{word: word}, rest == ""
		case word == "watermark":
			at, err := ParseTime(rest)
			if err != nil {
				r.report(ruleValue, n, "", "%v", err)
			}
			return event{word: word, until: at}, err == nil
		}
	}
	kind, row := r.kind(n)
	if row.Kind() != yaml.Mapping {
		r.report(ruleRow, n, "write {column: value}, {-U: {column: value}}, watermark TIME, idle or active", "this is no row of %s", t.Path.Short())
		return event{}, false
	}
	if !t.looked && !allows(t.reads, kind) {
		r.report(ruleKind, n, "", "the connector of %s gives no %s", t.Path.Short(), kind)
		return event{}, false
	}
	return event{kind: kind, row: r.given(t, row)}, true
}

// kind takes the kind of row off a row: {-U: {…}}.
func (r *reader) kind(n *yaml.Node) (preview.Kind, *yaml.Node) {
	for _, k := range []preview.Kind{preview.Insert, preview.UpdateBefore, preview.UpdateAfter, preview.Delete} {
		if n.Kind() == yaml.Mapping && len(n.Keys()) == 1 && n.Keys()[0] == k.String() {
			return k, n.Get(k.String())
		}
	}
	return preview.Insert, n
}

// given reads a row that a table gives. Columns that are not named are NULL.
func (r *reader) given(t *table, n *yaml.Node) map[string]any {
	row := map[string]any{}
	for _, name := range n.Keys() {
		value := n.Get(name)
		field := t.Field(name)
		switch {
		case field == nil && t.Open:
			row[name] = plain(value)
		case field == nil:
			r.unknownColumn(value, t.Path.Short(), name, givable(t.Table))
		case field.Kind == bind.Computed:
			r.suite.report(ruleUnknownColumn, value.Key(), fmt.Sprintf("%s computes its column %s", t.Path.Short(), name), "leave it out")
		default:
			row[name] = r.value(value, name, field.Type)
		}
	}
	for _, f := range t.Columns {
		if f.Kind == bind.Physical && f.Type.NotNull && row[f.Name] == nil && len(n.Keys()) > 0 && n.Get(f.Name).Kind() != yaml.Unknown {
			r.report(ruleValue, n, "", "column %s of %s is NOT NULL and has no value", f.Name, t.Path.Short())
		}
	}
	return row
}

func givable(t *bind.Table) []string {
	var names []string
	for _, f := range t.Columns {
		if f.Kind != bind.Computed {
			names = append(names, f.Name)
		}
	}
	return names
}

func (r *reader) unknownColumn(n *yaml.Node, of, name string, known []string) {
	help := "it has " + strings.Join(known, ", ")
	if near, ok := diag.Nearest(name, known); ok {
		help = fmt.Sprintf("did you mean %s?", near)
	}
	r.suite.report(ruleUnknownColumn, n.Key(), fmt.Sprintf("%s has no column %q", of, name), help)
}

// value reads a value of a column.
func (r *reader) value(n *yaml.Node, name string, t types.Type) any {
	v, err := normal(t, plain(n))
	if err != nil {
		r.suite.report(ruleValue, place(n), fmt.Sprintf("column %s: %v", name, err), "")
	}
	return v
}

// place is the text of a value, or the key of one of several lines.
func place(n *yaml.Node) source.Span {
	if n.Kind() == yaml.Null {
		return n.Key()
	}
	return n.Span()
}
