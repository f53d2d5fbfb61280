// Subqueries become joins.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/types"
)

// inner builds the query of a subquery, whose conditions over the enclosing one are lifted.
func (b *builder) inner(outer *node, rel bind.Rel) *node {
	b.outer = append(b.outer, outer)
	defer func() { b.outer = b.outer[:len(b.outer)-1] }()
	if s, ok := rel.(*bind.Sort); ok && s.Limit == nil && s.Offset == nil {
		rel = s.Input
	}
	return b.rel(rel)
}

// subqueryTest turns IN, EXISTS and their negation into a semi or anti join; nil when the condition is none of these.
func (b *builder) subqueryTest(in *node, e bind.Expr) *node {
	t := Semi
	for {
		c, ok := e.(*bind.Call)
		if !ok || c.Name != "NOT" || len(c.Args) != 1 {
			break
		}
		e = c.Args[0]
		t = Semi + Anti - t
	}
	s, ok := e.(*bind.Subquery)
	if !ok || s.Kind != bind.Exists && s.Kind != bind.InSubquery {
		return nil
	}
	right := b.inner(in, s.Rel)
	width := len(in.op.Row)
	var conditions []Value
	if s.Kind == bind.InSubquery {
		in, conditions = b.members(in, right, s, t)
		width = len(in.op.Row)
	}
	conditions = append(conditions, b.decorrelated(right, width)...)
	below := right.op
	if s.Kind == bind.Exists && len(conditions) == 0 { // the same answer for all rows
		return b.existence(in, right, t, s)
	}
	op := b.joinOp(in.op, below, &Joining{Type: t, Conditions: conditions, Semi: true}, s.Place())
	return &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}
}

// existence joins with whether there is any row.
func (b *builder) existence(in, right *node, t JoinType, s *bind.Subquery) *node {
	op := b.joinOp(in.op, right.op, &Joining{Type: t, Semi: true}, s.Place())
	return &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}
}

// members are the conditions of IN. Those of NOT IN let no row pass that could be equal: one side is NULL.
func (b *builder) members(in, right *node, s *bind.Subquery, t JoinType) (*node, []Value) {
	operands := s.Operands
	if len(operands) == 1 {
		if row, ok := operands[0].(*bind.Call); ok && row.Name == "ROW" {
			operands = row.Args
		}
	}
	in = b.prepare(in, operands)
	values := make([]Value, len(operands))
	for i, x := range operands {
		values[i] = b.value(in, x)
	}
	in, values = computed(in, values)
	width := len(in.op.Row)
	var conditions []Value
	for i, c := range s.Rel.Columns() {
		if i >= len(values) {
			break
		}
		r := b.column(right, c).moved(shifted(width))
		l := values[i]
		v := Value{Input: none, Uses: union(l.Uses, r.Uses), Type: types.Bool, Compare: &Comparison{Op: "=", Left: l, Right: r}}
		if t == Anti && !(l.Type.NotNull && r.Type.NotNull) {
			v.Compare = nil // a = b OR a IS NULL OR b IS NULL
		}
		conditions = append(conditions, v)
	}
	return in, conditions
}

// computed appends the values that are no columns to the row of a node, so that they can be joined on.
func computed(in *node, values []Value) (*node, []Value) {
	all := passAll(in.op.Row)
	out := slices.Clone(values)
	for i, v := range values {
		if v.Input == none && len(v.Uses) > 0 || v.Cast {
			out[i] = Value{Input: len(all), Uses: []int{len(all)}, Type: v.Type, Expr: v.Expr}
			all = append(all, v)
		}
	}
	if len(all) == len(in.op.Row) {
		return in, values
	}
	row := in.op.Row
	op := calc(in.op, all, nil)
	for i := range row {
		op.Row[i] = row[i]
	}
	return &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}, out
}

// scalar joins the value of a subquery to each row. A test among other conditions (IN … OR …) is joined in the same way.
func (b *builder) scalar(in *node, s *bind.Subquery) *node {
	if s.Kind == bind.CollectionSubquery || s.Kind == bind.Quantified {
		b.unsure = true
	}
	right := b.inner(in, s.Rel)
	width := len(in.op.Row)
	var conditions []Value
	if s.Kind == bind.InSubquery || s.Kind == bind.Exists || s.Kind == bind.Quantified {
		in, conditions = b.members(in, right, s, Semi)
		width = len(in.op.Row)
		right.op = b.grouping(right.op, s.Rel)
	}
	conditions = append(conditions, b.decorrelated(right, width)...)
	if s.Kind == bind.ScalarSubquery {
		b.single(right, s)
	}
	value := 0
	if columns := s.Rel.Columns(); len(columns) > 0 {
		if v := b.column(right, columns[0]); v.Input >= 0 {
			value = v.Input
		}
	}
	out := joined(in, right)
	out.lifted = in.lifted
	out.op = b.joinOp(in.op, right.op, &Joining{Type: Left, Conditions: conditions}, s.Place())
	nullable(out.op, Left, width)
	out.exprs[s] = width + value
	return out
}

// single makes sure that there is one row at most: a subquery that does not aggregate everything gets SINGLE_VALUE.
func (b *builder) single(right *node, s *bind.Subquery) {
	op := right.op
	for op.Kind == Calc {
		op = op.input()
	}
	if g, ok := op.Detail.(*Grouping); ok && op.Kind == GroupAggregate && len(g.Keys) <= len(usesOf(right.lifted)) {
		return
	}
	if len(right.lifted) > 0 {
		b.unsure = true
		return
	}
	g := &Grouping{Time: none, Calls: []Aggregate{{Call: &bind.Call{Name: "SINGLE_VALUE"}, Args: []int{0}, Filter: none}}}
	right.op = &Operator{Kind: GroupAggregate, Inputs: []*Operator{right.op}, Row: slices.Clone(right.op.Row), At: s.Place(), Detail: g}
}
