package sqltest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
)

// expectations reads what is expected, in the order of the file.
func (r *reader) expectations(n *yaml.Node) []*Expectation {
	if n.Kind() != yaml.Mapping || len(n.Keys()) == 0 {
		if n.Kind() != yaml.Missing {
			r.report(ruleExpectation, n, "write {sink: [{column: value}]}", "nothing is expected")
		}
		return nil
	}
	var out []*Expectation
	for _, name := range n.Keys() {
		if e := r.expectation(name, n.Get(name)); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// expectation reads what is expected at one place: a list of rows, or the long form.
func (r *reader) expectation(name string, n *yaml.Node) *Expectation {
	var shape expectationFile
	if n.Kind() == yaml.Mapping {
		r.suite.Findings = append(r.suite.Findings, yaml.Decode(n, &shape)...)
	} else {
		shape.Rows.node = n
	}
	e := &Expectation{Name: name, Place: n.Key(), query: shape.Query, ordered: shape.Ordered}
	if !r.place(e, n) {
		return nil
	}
	rows := shape.Rows.node
	if shape.Changelog.node != nil {
		e.changelog, rows = true, shape.Changelog.node
	}
	if shape.Changelog.node != nil && shape.Rows.node != nil {
		r.report(ruleExpectation, n, "keep one of them", "%s has both rows and changelog", name)
	}
	r.tolerances(e, n, shape.Tolerance)
	r.rows(e, rows)
	e.node = blockOf(rows)
	return e
}

// place finds the columns of what is looked at.
func (r *reader) place(e *Expectation, n *yaml.Node) bool {
	if e.query != "" {
		return r.query(e, n.Get("query"))
	}
	t := r.table(n, e.Name)
	if t == nil {
		return false
	}
	written := slices.ContainsFunc(r.script.inserts, func(i insertion) bool { return i.table == t })
	if t.Kind == bind.BaseTable && !written {
		r.suite.report(ruleExpectation, n.Key(), r.suite.Script()+" writes nothing into "+e.Name, "expect rows of a sink or a view, or of a query")
		return false
	}
	for _, f := range t.Columns {
		if t.Kind != bind.BaseTable || f.Kind == bind.Physical || f.Kind == bind.Metadata && !f.Virtual {
			e.columns = append(e.columns, column{f.Name, f.Type})
		}
	}
	for _, key := range t.PrimaryKey {
		e.key = append(e.key, slices.IndexFunc(e.columns, func(c column) bool { return c.name == key }))
	}
	return true
}

// query binds a query of the test's own behind the script.
func (r *reader) query(e *Expectation, n *yaml.Node) bool {
	tree, findings := parser.Parse(source.New(r.suite.File.Name, e.query), parser.Options{Release: r.script.release})
	bound := r.script.session.Child().Script(tree)
	findings = hindrances(append(findings, bound.Findings()...))
	for _, f := range findings {
		r.report(ruleExpectation, n, f.Help, "%s", f.Message)
	}
	if len(findings) > 0 {
		return false
	}
	if len(bound.Statements) != 1 || bound.Statements[0].Query == nil {
		r.report(ruleExpectation, n, "", "this is not one query")
		return false
	}
	for _, c := range bound.Statements[0].Query.Columns() {
		e.columns = append(e.columns, column{c.Name, c.Type})
	}
	return true
}

// rows reads the rows that are expected. Columns that no row names are not compared.
func (r *reader) rows(e *Expectation, n *yaml.Node) {
	if n.Kind() != yaml.Sequence {
		if n.Kind() != yaml.Null && n.Kind() != yaml.Missing {
			r.report(ruleExpectation, n, "", "%s takes a list of rows", e.Name)
		}
		for i := range e.columns {
			e.compared = append(e.compared, i)
		}
		return
	}
	named := make([]bool, len(e.columns))
	for _, item := range n.Items() {
		kind, fields := r.kind(item)
		if fields.Kind() != yaml.Mapping {
			r.report(ruleExpectation, item, "write {column: value}", "this is no row of %s", e.Name)
			continue
		}
		row := Row{Kind: kind, Values: make([]any, len(e.columns)), place: item.Span()}
		for _, name := range fields.Keys() {
			i := slices.IndexFunc(e.columns, func(c column) bool { return c.name == name })
			if i < 0 {
				r.unknownColumn(fields.Get(name), e.Name, name, columnNames(e.columns))
				continue
			}
			named[i] = true
			row.Values[i] = r.value(fields.Get(name), name, e.columns[i].typ)
		}
		if kind != preview.Insert && !e.changelog {
			r.report(ruleExpectation, item, "expect it with changelog instead of rows", "a result has no %s", kind)
		}
		e.Rows = append(e.Rows, row)
	}
	for i, is := range named {
		if is || len(e.Rows) == 0 {
			e.compared = append(e.compared, i)
		}
	}
}

func columnNames(columns []column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

func (r *reader) tolerances(e *Expectation, n *yaml.Node, written map[string]string) {
	e.tolerance = map[string]tolerance{}
	for name, text := range written {
		at := n.Get("tolerance", name)
		if !slices.Contains(columnNames(e.columns), name) {
			r.unknownColumn(at, e.Name, name, columnNames(e.columns))
			continue
		}
		if number, err := strconv.ParseFloat(text, 64); err == nil && number >= 0 {
			e.tolerance[name] = tolerance{number: number}
			continue
		}
		elapsed, err := yaml.ParseDuration(text)
		if err != nil {
			r.report(ruleValue, at, "write a number, or a time such as 1s", "%s", fmt.Sprintf("%q is no tolerance", text))
		}
		e.tolerance[name] = tolerance{elapsed: elapsed}
	}
}

// title is how a report calls an expectation.
func (e *Expectation) title() string { return cmp.Or(e.Name, e.query) }
