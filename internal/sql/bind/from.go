// Binding of FROM.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// from binds the FROM clause of a SELECT; without one there is a single row without columns.
func (b *binder) from(q *ast.Select, outer *scope) (Rel, *scope) {
	if q.From == nil {
		v := &Values{Rows: [][]Expr{{}}}
		v.loc = q.Loc
		return v, &scope{parent: outer}
	}
	rel, tables := b.source(q.From, &scope{parent: outer})
	tables.parent = outer
	return rel, tables
}

// source binds one table reference. left is what a lateral one may use; its parent is what any may use.
func (b *binder) source(t ast.TableRef, left *scope) (Rel, *scope) {
	switch t := t.(type) {
	case *ast.Table:
		rel, path := b.table(t)
		return rel, single(rel, path[len(path)-1], path)
	case *ast.Alias:
		return b.alias(t, left)
	case *ast.Derived:
		outer := left.parent
		if t.Lateral {
			outer = left
		}
		rel := b.query(t.Query, outer)
		return rel, single(rel, "", nil)
	case *ast.ParenTable:
		return b.source(t.Table, left)
	case *ast.Join:
		return b.join(t, left)
	case *ast.Snapshot:
		return b.snapshot(t, left, "")
	case *ast.TableFunction:
		rel := b.tableFunction(t, left)
		return rel, single(rel, "", nil)
	case *ast.Unnest:
		rel := b.unnest(t, left)
		return rel, single(rel, "", nil)
	case *ast.MatchRecognize:
		rel := b.match(t, left)
		return rel, single(rel, "", nil)
	case *ast.Sample:
		return b.source(t.Table, left)
	case *ast.Pivot:
		return b.unbound(t.Loc, t.Table, left)
	case *ast.Unpivot:
		return b.unbound(t.Loc, t.Table, left)
	}
	u := &Unknown{}
	return u, single(u, "", nil)
}

// snapshot binds a table as of a time, which may be a column of either side. alias is the name of the table, "" for its own.
func (b *binder) snapshot(t *ast.Snapshot, left *scope, alias string) (Rel, *scope) {
	rel, own := b.source(t.Table, left)
	s := &Snapshot{unary: unary{shape: shape{columns: rel.Columns(), loc: t.Loc}, Input: rel}}
	if alias != "" {
		own = &scope{tables: []*scopeTable{{name: alias, columns: own.columns(), open: beyondOf(rel)}}}
	}
	s.Time = b.expr(&env{scope: left.with(own), clause: onClause}, t.Time)
	b.asOf(s)
	return s, own
}

// asOf checks the time of FOR SYSTEM_TIME. One that is no column is time travel, which the catalog has to know of; the
// built-in one does not.
func (b *binder) asOf(s *Snapshot) {
	t := s.Time.Type()
	if t.Known() && !t.In(types.Timestamps) {
		b.report(OperandTypes, s.Time.Place(), "FOR SYSTEM_TIME AS OF takes a TIMESTAMP, not %s", t)
		return
	}
	column := false
	Walk(s.Time, func(x Expr) bool {
		r, isRef := x.(*Ref)
		column = column || isRef && r.Column != nil || !x.Type().Known()
		return !column
	})
	scan, ok := s.Input.(*Scan)
	if n := b.session.catalog(pathOf(scan).Catalog); ok && !column && n != nil && !n.open && !b.session.holes {
		b.report(JoinForm, s.Time.Place(), "the tables of %s have no versions to travel to", scan.Table.Path.Catalog).Help = "a temporal join takes a time column of the left side: FOR SYSTEM_TIME AS OF l.time"
	}
}

func pathOf(s *Scan) catalog.Path {
	if s == nil {
		return catalog.Path{}
	}
	return s.Table.Path
}

// unbound keeps the input of a clause that Flink parses and never plans.
func (b *binder) unbound(loc ast.Loc, input ast.TableRef, left *scope) (Rel, *scope) {
	rel, _ := b.source(input, left)
	u := &Unknown{shape: shape{loc: loc}, Rels: []Rel{rel}}
	return u, single(u, "", nil)
}

// single is the scope of one table.
func single(rel Rel, name string, path []string) *scope {
	return &scope{tables: []*scopeTable{{name: name, path: path, columns: rel.Columns(), open: beyondOf(rel)}}}
}

// table finds a named query, a table or a view.
func (b *binder) table(t *ast.Table) (Rel, []string) {
	path := parts(&t.Name)
	if len(path) == 1 {
		for _, c := range slices.Backward(b.ctes) {
			if c.name == path[0] {
				b.recurs(c, t.Loc)
				return c.read(t.Loc), path
			}
		}
	}
	if found := b.lookup(&t.Name); found != nil {
		full := found.Path
		b.uses(found, t, connector.ToScan)
		return scan(found, t), []string{full.Catalog, full.Database, full.Name}
	}
	u := &Unknown{}
	u.loc = t.Loc
	return u, path
}

// recurs notes who reads a recursive query: itself, or somebody else that it has to be computed for.
func (b *binder) recurs(c *cte, at ast.Loc) {
	switch {
	case c.being:
		c.selfRead = true
	case c.selfRead:
		b.out.SelfRead = append(b.out.SelfRead, at)
	}
}

// read gives a named query columns of its own.
func (c *cte) read(loc ast.Loc) Rel {
	if c.rel == nil {
		return &Unknown{shape: shape{loc: loc}}
	}
	p := &Project{unary: unary{shape: shape{columns: fresh(c.rel.Columns()), loc: loc}, Input: c.rel}, more: beyondOf(c.rel)}
	rename(p.columns, c.columns)
	return p
}

func rename(columns []*Column, names []string) {
	for i := range min(len(columns), len(names)) {
		columns[i].Name = names[i]
	}
}

// lookup finds a table and reports one that is not there.
func (b *binder) lookup(name *ast.Name) *Table {
	p := parts(name)
	if strings.Contains(name.Text(), "${") {
		return &Table{Path: b.session.path(p), Open: true}
	}
	if t := b.session.find(p); t != nil {
		return t
	}
	path := b.session.path(p)
	if n := b.session.catalog(path.Catalog); n == nil {
		b.report(UnknownNamespace, name.Parts[0].Loc, "unknown catalog %q", path.Catalog)
		return nil
	} else if !n.databases[path.Database] {
		b.report(UnknownNamespace, name.Parts[len(p)-2].Loc, "unknown database %q", path.Database)
		return nil
	}
	f := b.report(UnknownTable, name.Loc, "unknown table %q", name.Text())
	suggest(f, "the script", path.Name, b.session.tableNames())
	return nil
}

func (b *binder) alias(t *ast.Alias, left *scope) (Rel, *scope) {
	rel, inner := b.aliased(t, left)
	open := beyondOf(rel)
	columns := rel.Columns()
	if t.Columns != nil {
		columns = fresh(columns)
		p := &Project{unary: unary{shape: shape{columns: columns, loc: t.Loc}, Input: rel}, more: open}
		if len(t.Columns.Items) != len(columns) && open == nil {
			b.report(ColumnCount, t.Columns.Loc, "%s names %d columns, there are %d", t.Name.Name, len(t.Columns.Items), len(columns))
		}
		for i := range min(len(columns), len(t.Columns.Items)) {
			columns[i].Name = t.Columns.Items[i].Name
		}
		if open != nil {
			for _, n := range t.Columns.Items[min(len(columns), len(t.Columns.Items)):] {
				p.columns = append(p.columns, open.column(n.Name))
			}
			columns = p.columns
		}
		rel = p
	} else {
		columns = inner.columns()
	}
	return rel, &scope{tables: []*scopeTable{{name: t.Name.Name, columns: columns, open: open}}}
}

// aliased binds the table that gets the name.
func (b *binder) aliased(t *ast.Alias, left *scope) (Rel, *scope) {
	if s, ok := t.Table.(*ast.Snapshot); ok {
		return b.snapshot(s, left, t.Name.Name)
	}
	return b.source(t.Table, left)
}

// unnest makes a column for each field of a row, or one for each other element; a map gives its key and value.
func (b *binder) unnest(t *ast.Unnest, left *scope) Rel {
	u := &Unnest{Args: b.exprs(&env{scope: left}, t.Args), Ordinality: t.Ordinality}
	u.loc = t.Loc
	if len(u.Args) > 1 && !b.declares {
		b.report(ArgumentCount, t.Loc, "Flink reads UNNEST of %d collections, and unnests one", len(u.Args))
	}
	for _, arg := range u.Args {
		of := arg.Type()
		if of.Known() && !of.In(types.Collections) {
			b.report(OperandTypes, arg.Place(), "UNNEST takes an array, a map or a multiset, not %s", of)
		}
		value := func(t types.Type) Expr {
			return &Call{node: node{typ: t, loc: arg.Place()}, Name: "UNNEST", Kind: catalog.TableValued, Args: []Expr{arg}}
		}
		elem := of.Elem()
		switch {
		case of.Root == types.Map:
			u.columns = append(u.columns, &Column{Name: "KEY", Type: of.Key(), Value: value(of.Key())},
				&Column{Name: "VALUE", Type: elem, Value: value(elem)})
		case elem.Root == types.Row && elem.Of != nil:
			row := value(elem)
			for _, f := range elem.Fields() {
				u.columns = append(u.columns, &Column{Name: f.Name, Type: f.Type,
					Value: &Field{node: node{typ: f.Type, loc: arg.Place()}, X: row, Name: f.Name}})
			}
		default:
			u.columns = append(u.columns, &Column{Name: unnamed(len(u.columns)), Type: elem, Value: value(elem)})
		}
	}
	if t.Ordinality && b.session.Release < token.V2_0 {
		b.report(JoinForm, t.Loc, "Flink %s reads WITH ORDINALITY and cannot plan it", b.session.Release)
	}
	if t.Ordinality {
		n := types.Int.Required()
		u.columns = append(u.columns, &Column{Name: "ORDINALITY", Type: n, Value: &Literal{node: node{typ: n, loc: t.Loc}, Text: "ORDINALITY"}})
	}
	return u
}
