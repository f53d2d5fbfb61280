// AS of CREATE TABLE.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// createAs binds the query of CREATE TABLE … AS, which gives the table columns and rows.
func (b *binder) createAs(t *Table, s *ast.CreateTable) {
	rel := b.query(s.As, nil)
	b.storedColumns(t, s.Elements)
	b.checkFill(t, rel, s)
	b.fill(t, rel, s.Elements)
	t.Open = isOpen(rel)
	b.derived(t, s.Elements, 0)
	b.out.Query = rel
	b.out.Inserts = append(b.out.Inserts, b.into(t, s, rel))
}

// checkFill compares the columns that are declared beside a query with those that it gives.
func (b *binder) checkFill(t *Table, rel Rel, s *ast.CreateTable) {
	if b.session.Release < token.V2_0 && len(s.Elements) > 0 {
		b.report(CreateAs, s.Name.Loc, "CREATE TABLE … AS declares no columns, keys and watermarks before Flink 2.0, this is %s", b.session.Release).Help = "create the table first, then INSERT INTO it"
		return
	}
	if s.Temporary {
		b.report(CreateAs, s.Name.Loc, "CREATE TABLE … AS makes no temporary table").Help = "create the table first, then INSERT INTO it"
	}
	if isOpen(rel) {
		return
	}
	given := map[string]types.Type{}
	for _, c := range rel.Columns() {
		given[c.Name] = c.Type
	}
	names := 0
	for _, e := range s.Elements {
		switch e := e.(type) {
		case *ast.ColumnName:
			names++
		case *ast.Column:
			b.checkFilled(t, e, given)
		}
	}
	if names > 0 && names != len(rel.Columns()) {
		b.report(ColumnCount, s.Name.Loc, "%s names %s, its query has %d", t.Path.Name, plural(names, "column"), len(rel.Columns()))
	}
}

// checkFilled checks one declared column: the query fills it, or it may be NULL.
func (b *binder) checkFilled(t *Table, c *ast.Column, given map[string]types.Type) {
	name := c.Name.Text()
	from, filled := given[name]
	f := t.Field(name)
	switch {
	case c.Computed != nil && filled:
		b.report(CreateAs, c.Name.Loc, "column %q is computed, and the query gives one too", name)
	case f == nil || f.Kind != Physical:
	case !filled && f.Type.NotNull:
		b.report(CreateAs, c.Name.Loc, "the query gives no column %q, which cannot be NULL", name)
	case filled && (!types.CastsImplicitly(from, f.Type) || f.Type.NotNull && !from.NotNull && from.Known()):
		b.report(SinkType, c.Name.Loc, "column %q of %s is %s, the query gives %s", name, t.Path.Name, f.Type, from)
	}
}

// fill adds the columns of a query to those declared. Names alone put the query's columns in another order; a declared
// column of the same name keeps its declaration.
func (b *binder) fill(t *Table, rel Rel, elements []ast.TableElement) {
	var names []*ast.Name
	for _, e := range elements {
		if n, ok := e.(*ast.ColumnName); ok {
			names = append(names, &n.Name)
		}
	}
	columns := slices.Clone(rel.Columns())
	for i, n := range names {
		if slices.ContainsFunc(names[:i], func(o *ast.Name) bool { return o.Text() == n.Text() }) {
			b.report(DuplicateColumn, n.Loc, "column %q is named twice", n.Text())
		}
		if !slices.ContainsFunc(columns, func(c *Column) bool { return c.Name == n.Text() }) && !isOpen(rel) {
			suggest(b.report(UnknownColumn, n.Loc, "unknown column %q: the query has none of this name", n.Text()), "the query", n.Text(), columnNames(columns))
		}
	}
	if names != nil {
		rank := func(c *Column) int {
			return slices.IndexFunc(names, func(n *ast.Name) bool { return n.Text() == c.Name })
		}
		slices.SortStableFunc(columns, func(a, b *Column) int { return rank(a) - rank(b) })
	}
	for _, c := range columns {
		if t.Field(c.Name) == nil {
			t.add(&TableField{Column: Column{Name: c.Name, Type: c.Type}, inherited: true}, rel.Place())
		}
	}
}

// into assigns the columns of a query to those of a new table by name.
func (b *binder) into(t *Table, syntax ast.Node, rel Rel) *Insert {
	insert := &Insert{Syntax: syntax, Table: t, Path: t.Path, Rel: rel}
	for _, f := range t.Written() {
		a := Assigned{Target: f}
		for _, c := range rel.Columns() {
			if c.Name == f.Name {
				a.Source = c
			}
		}
		insert.Columns = append(insert.Columns, a)
	}
	return insert
}

// fillsExisting compares a query with a table that is there already: IF NOT EXISTS inserts into it.
func (b *binder) fillsExisting(t *Table, s *ast.CreateTable) {
	given, written := b.out.Query.Columns(), t.Written()
	if t.Open || isOpen(b.out.Query) {
		return
	}
	if len(given) != len(written) {
		b.report(ColumnCount, s.Name.Loc, "%s is there already with %s, the query has %d", t.Path.Name, plural(len(written), "column"), len(given))
		return
	}
	for i, f := range written {
		if from := given[i].Type; !types.CastsImplicitly(from, f.Type) {
			b.report(SinkType, s.Name.Loc, "%s is there already, its column %q is %s, the query gives %s", t.Path.Name, f.Name, f.Type, from)
			return
		}
	}
}
