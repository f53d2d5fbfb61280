// Binding of queries.

package bind

import (
	"slices"
	"strconv"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// binder binds one statement.
type binder struct {
	session *Session
	file    *source.File
	out     *Statement
	ctes    []*cte // innermost last
	used    map[used]bool

	declares bool // a view is declared: what Flink finds out when it plans is no matter yet
}

// cte is a named query of WITH. Until its own query is bound, a recursive one has no relation.
type cte struct {
	name    string
	rel     Rel
	columns []string // renamed

	being    bool // bound now
	selfRead bool
}

// query binds any query. outer is what its expressions may refer to besides their own tables; nil at the top.
func (b *binder) query(q ast.Query, outer *scope) Rel {
	switch q := q.(type) {
	case *ast.Select:
		rel, _ := b.selectBlock(q, outer)
		return rel
	case *ast.ParenQuery:
		return b.query(q.Query, outer)
	case *ast.With:
		return b.with(q, outer)
	case *ast.SetOperation:
		return b.setOperation(q, outer)
	case *ast.Values:
		return b.values(q, outer)
	case *ast.TableQuery:
		rel, _ := b.table(&ast.Table{Loc: q.Loc, Name: q.Name})
		return rel
	case *ast.Ordered:
		return b.ordered(q, outer)
	}
	u := &Unknown{}
	if q != nil {
		u.loc = q.Place()
	}
	return u
}

func (b *binder) with(q *ast.With, outer *scope) Rel {
	depth := len(b.ctes)
	for i := range q.Items {
		item := &q.Items[i]
		c := &cte{name: item.Name.Name}
		if item.Columns != nil {
			for _, n := range item.Columns.Items {
				c.columns = append(c.columns, n.Name)
			}
		}
		if q.Recursive {
			b.recursive(c, item.Query, outer)
		} else {
			c.rel = b.query(item.Query, outer)
			b.ctes = append(b.ctes, c)
		}
		if c.columns != nil && len(c.columns) != len(c.rel.Columns()) && !isOpen(c.rel) {
			b.report(ColumnCount, item.Columns.Loc, "%s names %d columns, its query has %d", c.name, len(c.columns), len(c.rel.Columns()))
		}
	}
	rel := b.query(q.Body, outer)
	b.ctes = b.ctes[:depth]
	return rel
}

// recursive binds a query that may read itself: its first branch gives the columns.
func (b *binder) recursive(c *cte, q ast.Query, outer *scope) {
	for paren, ok := q.(*ast.ParenQuery); ok; paren, ok = q.(*ast.ParenQuery) {
		q = paren.Query
	}
	if union, ok := q.(*ast.SetOperation); ok {
		c.rel = b.query(union.Left, outer)
	}
	b.ctes = append(b.ctes, c)
	c.being = true
	c.rel = b.query(q, outer)
	c.being = false
}

func (b *binder) setOperation(q *ast.SetOperation, outer *scope) Rel {
	s := &SetOp{Op: q.Op, All: q.Quantity == ast.All, Left: b.query(q.Left, outer), Right: b.query(q.Right, outer)}
	s.loc = q.Loc
	left, right := s.Left.Columns(), s.Right.Columns()
	if len(left) != len(right) && !isOpen(s.Left) && !isOpen(s.Right) && len(left) > 0 && len(right) > 0 {
		b.report(ColumnCount, q.Loc, "the left side of %s has %d columns, the right side %d", q.Op, len(left), len(right))
	}
	for i, l := range left {
		c := &Column{Name: l.Name, Type: l.Type, Attribute: l.Attribute}
		branches := []*Column{l}
		if i < len(right) && q.Op != token.EXCEPT {
			branches = append(branches, right[i])
		}
		if i < len(right) {
			t, ok := types.Common(l.Type, right[i].Type)
			if !ok {
				b.report(BranchTypes, q.Loc, "column %d of %s is %s on the left and %s on the right", i+1, q.Op, l.Type, right[i].Type)
			}
			if right[i].Attribute != l.Attribute {
				c.Attribute = types.Regular
			}
			c.Type = t
		}
		c.Value = &Branches{node: node{typ: c.Type, loc: q.Loc}, Columns: branches}
		s.columns = append(s.columns, c)
	}
	return s
}

func (b *binder) values(q *ast.Values, outer *scope) Rel {
	v := &Values{}
	v.loc = q.Loc
	e := &env{scope: &scope{parent: outer}}
	for _, row := range q.Rows {
		values := b.valueRow(e, row)
		b.typed(values...)
		v.Rows = append(v.Rows, values)
		if len(values) != len(v.Rows[0]) {
			b.report(ColumnCount, q.Loc, "the rows of VALUES have %d and %d columns", len(v.Rows[0]), len(values))
		}
	}
	if len(v.Rows) == 0 {
		return v
	}
	for i := range v.Rows[0] {
		var all []types.Type
		call := &Call{Name: "VALUES"}
		for _, row := range v.Rows {
			if i < len(row) {
				all = append(all, row[i].Type())
				call.Args = append(call.Args, row[i])
			}
		}
		t, ok := types.Common(all...)
		if !ok {
			b.report(BranchTypes, q.Loc, "column %d of VALUES has no common type: %s", i+1, list(all))
		}
		call.typ, call.loc = t, q.Loc
		v.columns = append(v.columns, &Column{Name: unnamed(i), Type: t, Value: call})
	}
	return v
}

func (b *binder) valueRow(e *env, row ast.Expr) []Expr {
	switch row := row.(type) {
	case *ast.Row:
		return b.exprs(e, row.Items)
	case *ast.Paren:
		return b.valueRow(e, row.X)
	}
	return []Expr{b.expr(e, row)}
}

// ordered binds ORDER BY, LIMIT, OFFSET and FETCH. Keys see the output columns first, then the tables of the SELECT.
func (b *binder) ordered(q *ast.Ordered, outer *scope) Rel {
	s := &Sort{Offset: q.Offset, Limit: q.Limit}
	s.loc = q.Loc
	if q.Fetch != nil {
		s.Limit = q.Fetch
	}
	var below *selected
	if block, ok := unparen(q.Query).(*ast.Select); ok {
		s.Input, below = b.selectBlock(block, outer)
	} else {
		s.Input = b.query(q.Query, outer)
	}
	s.columns = s.Input.Columns()
	for _, item := range q.OrderBy {
		s.Keys = append(s.Keys, sortKey(b.orderKey(s, below, item.Expr, outer), item))
	}
	return s
}

func unparen(q ast.Query) ast.Query {
	for {
		p, ok := q.(*ast.ParenQuery)
		if !ok {
			return q
		}
		q = p.Query
	}
}

func (b *binder) orderKey(s *Sort, below *selected, x ast.Expr, outer *scope) Expr {
	if n, ok := x.(*ast.Number); ok && n.Kind == token.Integer {
		i, err := strconv.Atoi(n.Text)
		if err == nil && i >= 1 && i <= len(s.columns) {
			return ref(s.columns[i-1], n.Loc)
		}
		if !isOpen(s.Input) {
			b.report(UnknownColumn, n.Loc, "there is no column %s to order by, the query has %d", n.Text, len(s.columns))
			return unknown(n.Loc)
		}
	}
	if below == nil {
		table := &scopeTable{columns: s.columns}
		return b.expr(&env{scope: &scope{parent: outer, tables: []*scopeTable{table}}}, x)
	}
	e := *below.env
	inner := *e.scope
	inner.aliases = s.columns
	e.scope = &inner
	bound := b.expr(&e, x)
	if _, distinct := s.Input.(*Distinct); distinct && !offers(s.columns, bound) {
		b.report(UnknownColumn, bound.Place(), "SELECT DISTINCT is ordered by what it selects").Help = "select the expression too"
	}
	if below.group == nil {
		if aggregated(bound) && !slices.ContainsFunc(s.columns, func(c *Column) bool { return computes(c, bound) }) {
			b.report(MisusedAggregate, bound.Place(), "an aggregate function cannot stand in ORDER BY of a query that does not aggregate")
		}
		return bound
	}
	return below.group.rewrite(bound)
}

// offers reports whether an expression uses nothing but output columns, by their names or as they were computed.
func offers(columns []*Column, e Expr) bool {
	for _, c := range columns {
		if computes(c, e) {
			return true
		}
	}
	ok := true
	if _, isRef := e.(*Ref); isRef {
		return false
	}
	Operands(e, func(x Expr) bool {
		ok = ok && offers(columns, x)
		return ok
	})
	return ok
}

// computes reports whether a column is an expression, or was made of it by columns that pass it on.
func computes(c *Column, e Expr) bool {
	for c != nil {
		if r, ok := e.(*Ref); ok && r.Column == c || Same(c.Value, e) {
			return true
		}
		r, ok := c.Value.(*Ref)
		if !ok {
			return false
		}
		c = r.Column
	}
	return false
}

// beyond says that a relation may have columns besides those that are known, and what their values come down to.
type beyond struct {
	table *Table // whose columns they are, or
	value Expr   // what computes all of them; nil when nothing is known
}

// column returns a column of a name.
func (o *beyond) column(name string) *Column {
	switch {
	case o.table != nil:
		return unknownColumn(o.table, name)
	case o.value != nil:
		return &Column{Name: name, Value: o.value}
	}
	return &Column{Name: name, Value: unknown(ast.Loc{})}
}

// isOpen reports whether a relation may have columns that are not known.
func isOpen(r Rel) bool { return beyondOf(r) != nil }

func beyondOf(r Rel) *beyond {
	switch r := r.(type) {
	case *Scan:
		if r.Table.Open {
			return &beyond{table: r.Table}
		}
	case *Project:
		return r.more
	case *Filter, *Distinct, *Sort, *Snapshot, *Window:
		return beyondOf(r.Inputs()[0])
	case *SetOp:
		return beyondOf(r.Left)
	case *Unknown:
		return &beyond{}
	case *Function:
		if len(r.columns) == 0 {
			return &beyond{value: r.Call}
		}
	}
	return nil
}
