// Binding of INSERT, UPDATE and DELETE.

package bind

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) insert(s *ast.Insert) {
	i := &Insert{Syntax: s, Overwrite: s.Overwrite}
	if s.Table == nil {
		return
	}
	i.Path = b.session.path(parts(&s.Table.Name))
	i.Table = b.lookup(&s.Table.Name)
	i.Rel = b.query(s.Query, nil)
	b.out.Inserts = append(b.out.Inserts, i)
	if i.Table == nil {
		return
	}
	b.uses(i.Table, s.Table, connector.ToSink)
	static := b.static(i.Table, s.Partition)
	targets, given := b.targets(i.Table, s, static)
	b.assign(i, s, targets, given, static)
}

// static binds PARTITION (column = literal).
func (b *binder) static(t *Table, p *ast.Partition) map[string]Expr {
	values := map[string]Expr{}
	if p == nil {
		return values
	}
	for _, item := range p.Items {
		if values[item.Column.Name] != nil {
			b.report(DuplicateColumn, item.Column.Loc, "partition column %q is given twice", item.Column.Name)
		}
		if t.Field(item.Column.Name) == nil && !t.Open {
			b.report(UnknownColumn, item.Column.Loc, "unknown partition column %q in %s", item.Column.Name, t.Path.Name)
		}
		value := unknown(item.Loc)
		if item.Value != nil {
			value = b.expr(&env{scope: &scope{}}, item.Value)
			b.typed(value)
		}
		values[item.Column.Name] = value
	}
	return values
}

// targets returns the columns that the query fills, in its order, and whether they were listed.
func (b *binder) targets(t *Table, s *ast.Insert, static map[string]Expr) (targets []*TableField, listed bool) {
	if s.Columns == nil {
		for _, f := range t.Written() {
			if static[f.Name] == nil {
				targets = append(targets, f)
			}
		}
		return targets, false
	}
	seen := map[string]bool{}
	for i := range s.Columns {
		name := s.Columns[i].Text()
		f := t.Field(name)
		switch {
		case f == nil && t.Open:
			unknownColumn(t, name)
			f = t.Field(name)
		case f == nil || f.Kind == Computed || f.Virtual:
			var names []string
			for _, w := range t.Written() {
				names = append(names, w.Name)
			}
			suggest(b.report(UnknownColumn, s.Columns[i].Loc, "no column %q to write in %s", name, t.Path.Name), t.Path.Name, name, names)
			f = nil
		case static[name] != nil:
			b.report(DuplicateColumn, s.Columns[i].Loc, "column %q has its value in PARTITION", name)
		case seen[name]:
			b.report(DuplicateColumn, s.Columns[i].Loc, "column %q is assigned twice", name)
		}
		seen[name] = true
		targets = append(targets, f)
	}
	b.left(t, s, seen, static)
	return targets, true
}

// left reports a column that a list leaves out although it cannot be NULL.
func (b *binder) left(t *Table, s *ast.Insert, listed map[string]bool, static map[string]Expr) {
	for _, f := range t.Columns {
		if f.Kind == Physical && f.Type.NotNull && !listed[f.Name] && static[f.Name] == nil {
			first, last := &s.Columns[0], &s.Columns[len(s.Columns)-1]
			b.report(UnassignedColumn, ast.Loc{Start: first.Start, End: last.End}, "column %q of %s cannot be NULL and is not in the list", f.Name, t.Path.Name)
			return
		}
	}
}

// assign matches the columns of the query with those of the table by position.
func (b *binder) assign(i *Insert, s *ast.Insert, targets []*TableField, listed bool, static map[string]Expr) {
	columns := i.Rel.Columns()
	if len(columns) != len(targets) && !i.Table.Open && !isOpen(i.Rel) {
		if len(columns) > 0 {
			f := b.report(ColumnCount, s.Query.Place(), "the query has %s, %s takes %d", plural(len(columns), "column"), i.Table.Path.Name, len(targets))
			f.Help = "name the columns: INSERT INTO " + i.Table.Path.Name + " (…)"
		}
	}
	sources := map[*TableField]*Column{}
	for n, f := range targets {
		if f == nil || n >= len(columns) {
			continue
		}
		sources[f] = columns[n]
		if !types.CastsImplicitly(columns[n].Type, f.Type) {
			b.report(SinkType, b.placeIn(columns[n], s), "column %q of %s is %s, the query gives %s", f.Name, i.Table.Path.Name, f.Type, columns[n].Type)
		}
	}
	for _, f := range i.Table.Written() {
		i.Columns = append(i.Columns, Assigned{Target: f, Source: sources[f], Static: static[f.Name]})
	}
	if i.Table.Open && !listed {
		for _, c := range columns[min(len(targets), len(columns)):] {
			i.Columns = append(i.Columns, Assigned{Target: &TableField{Column: Column{Name: c.Name}}, Source: c})
		}
	}
}

// placeIn is where a column of the query is computed, or the query when that is nowhere in the statement.
func (b *binder) placeIn(c *Column, s *ast.Insert) ast.Loc {
	whole := s.Query.Place()
	if c.Value == nil {
		return whole
	}
	if p := c.Value.Place(); p.End > p.Start && whole.Contains(p) {
		return p
	}
	return whole
}

func (b *binder) update(s *ast.Update) {
	sc := b.target(s.Table, s.Alias)
	for i := range s.Set {
		b.expr(&env{scope: sc}, s.Set[i].Value)
	}
	if s.Where != nil {
		b.truth(&env{scope: sc, clause: whereClause}, s.Where, "WHERE")
	}
}

func (b *binder) delete(s *ast.Delete) {
	sc := b.target(s.Table, s.Alias)
	if s.Where != nil {
		b.truth(&env{scope: sc, clause: whereClause}, s.Where, "WHERE")
	}
}

// changesRows reports a table whose connector is known: none of these can update or delete rows that are there.
func (b *binder) changesRows(t *Table, at ast.Loc) {
	known := b.session.connectors().Connector(t.Options["connector"])
	if known != nil && known.Others == connector.RefusesOther && b.out.Batch {
		b.report(ConnectorUse, at, "the connector %s cannot change rows that are there", known.Name)
	}
}

// target is the scope of the table that a statement changes.
func (b *binder) target(t *ast.Table, alias *ast.Ident) *scope {
	rel, path := b.table(t)
	if scan, ok := rel.(*Scan); ok {
		b.changesRows(scan.Table, t.Name.Loc)
	}
	name := path[len(path)-1]
	if alias != nil {
		name = alias.Name
	}
	return single(rel, name, path)
}
