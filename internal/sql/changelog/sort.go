// ORDER BY, LIMIT and FETCH.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
)

// sort builds an order; below the top of a query one without a limit means nothing.
func (b *builder) sort(rel *bind.Sort, top bool) *node {
	if !top && rel.Limit == nil && rel.Offset == nil {
		return b.rel(rel.Input)
	}
	in, hidden := b.sorted(rel)
	d := &Ordering{Limit: rel.Limit != nil, Offset: rel.Offset != nil, Order: ordered(rel.Keys, hidden)}
	op := &Operator{Kind: Sort, Inputs: []*Operator{in.op}, Row: slices.Clone(in.op.Row), At: rel.Place(), Detail: d}
	switch {
	case len(d.Order) == 0 && !d.Limit && !d.Offset:
		return in
	case len(d.Order) == 0:
		op.Kind = Limit
	case d.Limit || d.Offset:
		op.Kind = SortLimit
	}
	n := &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}
	if len(rel.Columns()) < len(op.Row) && len(in.lifted) == 0 { // columns that only the order needs
		var values []Value
		for _, c := range rel.Columns() {
			values = append(values, b.column(n, c))
		}
		return b.number(calc(op, values, nil), rel.Columns(), 0)
	}
	return n
}

// ordered returns the columns of an order. A key that is none orders nothing: it is a constant, or nothing is known of it.
func ordered(keys []bind.SortKey, values []Value) []Order {
	var order []Order
	for i, k := range keys {
		if v := values[i]; v.Input >= 0 {
			order = append(order, Order{Column: v.Input, Descending: k.Descending})
		}
	}
	return order
}

// sorted builds the input with a column for each key.
func (b *builder) sorted(rel *bind.Sort) (*node, []Value) {
	project, ok := rel.Input.(*bind.Project)
	if !ok {
		in := b.rel(rel.Input)
		var values []Value
		for _, k := range rel.Keys {
			values = append(values, b.value(in, k.Expr))
		}
		return computed(in, values)
	}
	in := b.rel(project.Input)
	var exprs []bind.Expr
	for _, c := range project.Columns() {
		exprs = append(exprs, c.Value)
	}
	for _, k := range rel.Keys {
		exprs = append(exprs, k.Expr)
	}
	in = b.prepare(in, exprs)
	columns := slices.Clone(project.Columns())
	out := make([]Value, len(rel.Keys))
	for i, k := range rel.Keys {
		at := -1
		if r, isRef := k.Expr.(*bind.Ref); isRef {
			at = slices.Index(columns, r.Column)
		}
		if at < 0 {
			at = slices.IndexFunc(columns, func(c *bind.Column) bool { return bind.Same(c.Value, k.Expr) })
		}
		if at < 0 {
			at = len(columns)
			columns = append(columns, &bind.Column{Name: keyName(k.Expr), Type: k.Expr.Type(), Value: k.Expr})
		}
		out[i] = Value{Input: at, Uses: []int{at}, Type: columns[at].Type}
	}
	n := b.projected(in, columns)
	for i := range out {
		out[i].Attribute = n.op.Row[out[i].Input].Attribute
		if p, isCalc := n.op.Detail.(*Program); isCalc {
			if v := p.Values[out[i].Input]; v.Input == none && len(v.Uses) == 0 {
				out[i].Input = none
			}
		}
	}
	return n, out
}

// keyName names a column that only an order needs.
func keyName(e bind.Expr) string {
	if r, ok := e.(*bind.Ref); ok {
		return r.Column.Name
	}
	return "EXPR$"
}
