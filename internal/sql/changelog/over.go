// OVER, and the rankings that it becomes.

package changelog

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
)

// over computes calls with OVER. Its input has the columns that the query uses.
func (b *builder) over(in *node, calls []*bind.Call, exprs []bind.Expr) *node {
	in.op = trimmed(in.op)
	in = b.narrow(in, calls, exprs)
	d := &Overs{}
	n := &node{at: in.at, exprs: map[bind.Expr]int{}, lifted: in.lifted}
	maps.Copy(n.exprs, in.exprs)
	var values []Value
	for _, c := range calls {
		for _, x := range overParts(c) {
			values = append(values, b.value(in, x))
		}
	}
	in, values = computed(in, values)
	n.at = in.at
	op := &Operator{Kind: OverAggregate, Inputs: []*Operator{in.op}, Row: slices.Clone(in.op.Row), At: calls[0].Place(), Detail: d}
	var distinct []*bind.Call
	for _, c := range calls {
		if at := slices.IndexFunc(distinct, func(o *bind.Call) bool { return sameOver(o, c) }); at >= 0 {
			n.exprs[c] = n.exprs[distinct[at]]
			values = values[len(overParts(c)):]
			continue
		}
		distinct = append(distinct, c)
		n.exprs[c] = len(op.Row)
		op.Row = append(op.Row, Field{Name: c.Name, Type: c.Type()})
		values = d.add(c, values)
	}
	d.Groups = groups(distinct)
	n.op = op
	return n
}

// overParts are the expressions of a call with OVER: partition, order, arguments.
func overParts(c *bind.Call) []bind.Expr {
	parts := slices.Clone(c.Over.PartitionBy)
	for _, k := range c.Over.OrderBy {
		parts = append(parts, k.Expr)
	}
	return append(parts, c.Args...)
}

// add takes a call and the columns of its parts, and returns the rest.
func (d *Overs) add(c *bind.Call, values []Value) []Value {
	var partition []int
	for _, v := range values[:len(c.Over.PartitionBy)] {
		if v.Input >= 0 { // a constant divides nothing
			partition = append(partition, v.Input)
		}
	}
	values = values[len(c.Over.PartitionBy):]
	order := ordered(c.Over.OrderBy, values)
	values = values[len(c.Over.OrderBy):]
	a := Aggregate{Call: c, Filter: none}
	for _, v := range values[:len(c.Args)] {
		if v.Input >= 0 {
			a.Args = append(a.Args, v.Input)
		}
	}
	if len(d.Calls) == 0 {
		d.Partition, d.Order = partition, order
	}
	d.Calls = append(d.Calls, a)
	return values[len(c.Args):]
}

func sameOver(a, b *bind.Call) bool { return bind.Same(a, b) && sameWindow(a, b) }

// sameWindow reports whether two calls can be computed together.
func sameWindow(first, second *bind.Call) bool {
	a, b := first.Over, second.Over
	if len(a.PartitionBy) != len(b.PartitionBy) || len(a.OrderBy) != len(b.OrderBy) || !sameFrame(first, second) {
		return false
	}
	for i := range a.PartitionBy {
		if !bind.Same(a.PartitionBy[i], b.PartitionBy[i]) {
			return false
		}
	}
	for i := range a.OrderBy {
		if !bind.Same(a.OrderBy[i].Expr, b.OrderBy[i].Expr) || a.OrderBy[i].Descending != b.OrderBy[i].Descending {
			return false
		}
	}
	return true
}

// sameFrame reports whether two calls see the same rows of their windows.
func sameFrame(a, b *bind.Call) bool {
	unitA, fromA := frameOf(a)
	unitB, fromB := frameOf(b)
	return unitA == unitB && fromA.Direction == fromB.Direction && sameBound(fromA.Expr, fromB.Expr)
}

// frameOf is where the frame of a call begins. Without one it has all rows before, and those of the same time too: only
// ROW_NUMBER counts row by row.
func frameOf(c *bind.Call) (unit token.Kind, from ast.Bound) {
	if f := c.Over.Frame; f != nil {
		return f.Unit, f.From
	}
	if c.Name == "ROW_NUMBER" {
		return token.ROWS, ast.Bound{Direction: token.PRECEDING}
	}
	return token.RANGE, ast.Bound{Direction: token.PRECEDING}
}

func sameBound(a, b ast.Expr) bool {
	n, isNumber := a.(*ast.Number)
	m, other := b.(*ast.Number)
	if isNumber && other {
		return n.Text == m.Text
	}
	return (a == nil) == (b == nil)
}

func groups(calls []*bind.Call) int {
	var seen []*bind.Call
	for _, c := range calls {
		if !slices.ContainsFunc(seen, func(o *bind.Call) bool { return sameWindow(o, c) }) {
			seen = append(seen, c)
		}
	}
	return len(seen)
}

// narrow leaves the columns that the query uses. Flink does it unless all calls count or number rows that are read as they are.
func (b *builder) narrow(in *node, calls []*bind.Call, exprs []bind.Expr) *node {
	plain := in.op.Kind != Calc
	for _, c := range calls {
		plain = plain && (len(c.Args) == 0 || c.Name == "MAX" || c.Name == "MIN")
	}
	if plain {
		return in
	}
	var values []Value
	for _, e := range exprs {
		values = append(values, b.value(in, e))
	}
	for _, c := range calls {
		for _, x := range overParts(c) {
			values = append(values, b.value(in, x))
		}
	}
	uses := usesOf(values, in.lifted)
	uses = slices.DeleteFunc(uses, func(u int) bool { return u < 0 })
	if len(uses) == len(in.op.Row) || len(uses) == 0 {
		return in
	}
	keep := make([]Value, len(uses))
	for i, u := range uses {
		keep[i] = pass(in.op.Row, u)
	}
	row := in.op.Row
	out := &node{op: calc(in.op, keep, nil), at: map[*bind.Column]int{}, exprs: map[bind.Expr]int{}}
	for i, u := range uses {
		out.op.Row[i] = row[u]
	}
	for c, i := range in.at {
		if to := slices.Index(uses, i); to >= 0 {
			out.at[c] = to
		}
	}
	for e, i := range in.exprs {
		if to := slices.Index(uses, i); to >= 0 {
			out.exprs[e] = to
		}
	}
	for _, c := range in.lifted {
		out.lifted = append(out.lifted, c.moved(func(u int) int {
			if u < 0 {
				return u
			}
			return slices.Index(uses, u)
		}))
	}
	return out
}

// ranked turns a filter over a number of rows into a Rank: ROW_NUMBER() OVER (…) <= 3.
func ranked(op *Operator) {
	p, ok := op.Detail.(*Program)
	if !ok || op.Kind != Calc || op.input().Kind != OverAggregate {
		return
	}
	over := op.input()
	d := over.Detail.(*Overs)
	if len(d.Calls) != 1 || len(d.Order) == 0 {
		return
	}
	call := d.Calls[0].Call
	if call.Name != "ROW_NUMBER" && call.Name != "RANK" && call.Name != "DENSE_RANK" {
		return
	}
	r := &Ranking{Function: call.Name, Partition: d.Partition, Order: d.Order, From: 1, Numbered: true, Call: call}
	number := len(over.Row) - 1
	bounded := false
	p.Conditions = slices.DeleteFunc(p.Conditions, func(c Value) bool {
		used := r.limit(&c, number)
		bounded = bounded || used
		return used
	})
	if !bounded {
		return
	}
	over.Kind, over.Detail = Rank, r
	if r.From == r.To && r.Function == "ROW_NUMBER" { // a number that is always the same is a constant
		for i, v := range p.Values {
			if slices.Contains(v.Uses, number) {
				p.Values[i] = v.without(number)
			}
		}
	}
}

// limit takes a condition on the number into the range of the rank, when it is one.
func (r *Ranking) limit(c *Value, number int) bool {
	if c.Compare == nil {
		return false
	}
	op, l, limit := c.Compare.Op, c.Compare.Left, c.Compare.Right
	if limit.passes(number) || limit.Input == number {
		l, limit = limit, l
		op = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}[op]
	}
	if l.Input != number {
		return false
	}
	n, ok := integer(limit.Expr)
	if !ok { // a column: rn <= x
		if (op == "<=" || op == "<") && limit.Input >= 0 && limit.Input < number {
			r.Open = true
			return true
		}
		return false
	}
	switch op {
	case "<=":
		r.upper(n)
	case "<":
		r.upper(n - 1)
	case "=":
		r.From = n
		r.upper(n)
	case ">":
		r.From = max(r.From, n+1)
	case ">=":
		r.From = max(r.From, n)
	default:
		return false
	}
	return true
}

func (r *Ranking) upper(n int64) {
	if r.To == 0 || n < r.To {
		r.To = n
	}
}
