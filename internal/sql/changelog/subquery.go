// Subqueries become joins.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
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

// existence joins with whether there is any row: the smallest of TRUE for each.
func (b *builder) existence(in, right *node, t JoinType, s *bind.Subquery) *node {
	yes := calc(right.op, []Value{{Input: none, Type: types.Bool}}, nil)
	any := &Operator{Kind: GroupAggregate, Inputs: []*Operator{yes}, Row: []Field{{Name: "i", Type: types.Bool}}, At: s.Place(), Detail: &Grouping{
		Time: none, Calls: []Aggregate{{Call: &bind.Call{Name: "MIN", Kind: catalog.Aggregate}, Args: []int{0}, Filter: none}},
	}}
	there := calc(any, passAll(any.Row), []Value{{Input: none, Uses: []int{0}, Type: types.Bool}})
	op := b.joinOp(in.op, there, &Joining{Type: t, Semi: true}, s.Place())
	return &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}
}

// member joins the answer of IN to each row. Where NULL can be on either side, the answer depends on how many rows there are.
func (b *builder) member(in *node, s *bind.Subquery) *node {
	nullable := false
	for _, x := range s.Operands {
		nullable = nullable || !x.Type().NotNull
	}
	for _, c := range s.Rel.Columns() {
		nullable = nullable || !c.Type.NotNull
	}
	if nullable {
		counted := b.inner(in, s.Rel)
		if len(counted.lifted) > 0 {
			b.unsure = true
			counted.lifted = nil
		}
		count := b.counts(counted.op, s)
		out := joined(in, &node{op: count, at: map[*bind.Column]int{}})
		out.op = b.joinOp(in.op, count, &Joining{Type: Inner}, s.Place())
		in = out
	}
	right := b.inner(in, s.Rel)
	in, conditions := b.members(in, right, s, Semi)
	width := len(in.op.Row)
	group := b.grouping(right.op, s.Rel)
	conditions = append(conditions, b.decorrelated(right, width)...)
	yes := calc(group, append(passAll(group.Row), Value{Input: none, Type: types.Bool}), nil)
	out := joined(in, &node{op: yes, at: map[*bind.Column]int{}})
	out.lifted = in.lifted
	out.op = b.joinOp(in.op, yes, &Joining{Type: Left, Conditions: conditions}, s.Place())
	nullableRow(out.op, Left, width)
	out.exprs[s] = width + len(group.Row)
	if nullable {
		out.beside = map[bind.Expr][]int{s: {width - 2, width - 1}}
	}
	return out
}

// extreme joins the greatest or the least value of a subquery, and how many rows it has, to each row: > ALL (query) asks for the
// former, > ANY (query), where there are any rows, for the latter.
func (b *builder) extreme(in *node, s *bind.Subquery) *node {
	right := b.inner(in, s.Rel)
	if len(right.lifted) > 0 {
		b.unsure = true
		right.lifted = nil
	}
	value := Aggregate{Call: &bind.Call{Name: "MAX", Kind: catalog.Aggregate}, Args: []int{0}, Filter: none}
	rows := Aggregate{Call: &bind.Call{Name: "COUNT", Kind: catalog.Aggregate, Star: true}, Filter: none}
	values := Aggregate{Call: &bind.Call{Name: "COUNT", Kind: catalog.Aggregate}, Args: []int{0}, Filter: none}
	calls := []Aggregate{value, rows, values}
	row := []Field{{Name: "m", Type: s.Rel.Columns()[0].Type}, {Name: "c", Type: types.Long.Required()}, {Name: "d", Type: types.Long.Required()}}
	if !s.All {
		calls, row = calls[:2], row[:2]
	}
	op := &Operator{Kind: GroupAggregate, Inputs: []*Operator{right.op}, Row: row, At: s.Place(), Detail: &Grouping{Time: none, Calls: calls}}
	if !s.All {
		there := Value{Input: none, Uses: []int{1}, Type: types.Bool}
		op = calc(op, []Value{pass(row, 0)}, []Value{there})
	}
	width := len(in.op.Row)
	out := joined(in, &node{op: op, at: map[*bind.Column]int{}})
	out.lifted = in.lifted
	out.op = b.joinOp(in.op, op, &Joining{Type: Inner}, s.Place())
	out.exprs[s] = width
	beside := b.value(in, s.Operands[0]).Uses
	for i := range op.Row {
		beside = append(beside, width+i)
	}
	out.beside = map[bind.Expr][]int{s: beside}
	return out
}

// counts counts the rows of IN, and those that are not NULL: when none is, that is the same number.
func (b *builder) counts(in *Operator, s *bind.Subquery) *Operator {
	rows := Aggregate{Call: &bind.Call{Name: "COUNT", Kind: catalog.Aggregate, Star: true}, Filter: none}
	values := Aggregate{Call: &bind.Call{Name: "COUNT", Kind: catalog.Aggregate}, Args: []int{0}, Filter: none}
	row := []Field{{Name: "c", Type: types.Long.Required()}, {Name: "ck", Type: types.Long.Required()}}
	op := &Operator{Kind: GroupAggregate, Inputs: []*Operator{in}, Row: row, At: s.Place(), Detail: &Grouping{Time: none, Calls: []Aggregate{rows, values}}}
	if slices.ContainsFunc(s.Rel.Columns(), func(c *bind.Column) bool { return !c.Type.NotNull }) {
		return op
	}
	if p, ok := in.Detail.(*Program); ok && in.Kind == Calc && len(p.Conditions) == 0 {
		op.Inputs[0] = in.input()
	}
	op.Row, op.Detail = row[:1], &Grouping{Time: none, Calls: []Aggregate{rows}}
	twice := calc(op, []Value{pass(op.Row, 0), pass(op.Row, 0)}, nil)
	copy(twice.Row, row)
	return twice
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
		if v.Input == none && (len(v.Uses) > 0 || v.Attribute == types.Proctime) || v.Cast {
			out[i] = Value{Input: len(all), Uses: []int{len(all)}, Type: v.Type, Expr: v.Expr}
			all = append(all, v)
		}
	}
	if len(all) == len(in.op.Row) {
		return in, values
	}
	row := in.op.Row
	op := calc(in.op, all, nil)
	copy(op.Row, row)
	return &node{op: op, at: in.at, exprs: in.exprs, lifted: in.lifted}, out
}

// scalar joins the value of a subquery to each row. A test among other conditions (IN … OR …) is joined in the same way.
func (b *builder) scalar(in *node, s *bind.Subquery) *node {
	if s.Kind == bind.CollectionSubquery || s.Kind == bind.Quantified {
		b.unsure = true
	}
	if s.Kind == bind.InSubquery {
		return b.member(in, s)
	}
	if s.Kind == bind.Quantified && !s.Equality && len(s.Operands) == 1 && len(s.Rel.Columns()) == 1 {
		return b.extreme(in, s)
	}
	right := b.inner(in, s.Rel)
	width := len(in.op.Row)
	var conditions []Value
	if s.Kind == bind.Exists || s.Kind == bind.Quantified {
		in, conditions = b.members(in, right, s, Semi)
		width = len(in.op.Row)
		if s.Kind == bind.Exists {
			compared(right)
		}
		group := b.grouping(right.op, s.Rel)
		right.op = calc(group, append(passAll(group.Row), Value{Input: none, Type: types.Bool}), nil)
	}
	value := 0
	if s.Kind != bind.ScalarSubquery {
		value = len(right.op.Row) - 1
	} else if columns := s.Rel.Columns(); len(columns) > 0 {
		if v := b.column(right, columns[0]); v.Input >= 0 {
			value = v.Input
		}
	}
	if s.Kind == bind.ScalarSubquery {
		b.single(right, s)
	}
	value = b.unordered(right, value)
	conditions = append(conditions, b.decorrelated(right, width)...)
	out := joined(in, right)
	out.lifted = in.lifted
	out.op = b.joinOp(in.op, right.op, &Joining{Type: Left, Conditions: conditions}, s.Place())
	nullableRow(out.op, Left, width)
	out.exprs[s] = width + value
	return out
}

// compared leaves the columns that are compared with the enclosing query, when there are any: EXISTS asks for no others.
func compared(right *node) {
	uses := slices.DeleteFunc(usesOf(right.lifted), func(u int) bool { return u < 0 })
	if len(uses) == 0 {
		return
	}
	values, to := make([]Value, len(uses)), filled(len(right.op.Row))
	for i, u := range uses {
		values[i], to[u] = pass(right.op.Row, u), i
	}
	right.op = calc(right.op, values, nil)
	for i, c := range right.lifted {
		right.lifted[i] = c.moved(through(to))
	}
}

// unordered leaves out a projection that only orders columns: what a decorrelated subquery gives has no order of its own.
// It returns where a column is then.
func (b *builder) unordered(right *node, column int) int {
	p, ok := right.op.Detail.(*Program)
	if !ok || right.op.Kind != Calc || len(p.Conditions) > 0 || len(p.Values) != len(right.op.input().Row) {
		return column
	}
	var to []int
	for _, v := range p.Values {
		if v.Input < 0 || v.Cast || slices.Contains(to, v.Input) {
			return column
		}
		to = append(to, v.Input)
	}
	for i, c := range right.lifted {
		right.lifted[i] = c.moved(through(to))
	}
	for c, i := range right.at {
		right.at[c] = to[i]
	}
	right.op = right.op.input()
	return to[column]
}

// single makes sure that there is one row at most: a subquery that does not aggregate everything gets SINGLE_VALUE, unless a
// key is compared with the enclosing query.
func (b *builder) single(right *node, s *bind.Subquery) {
	var keys []int
	for _, u := range usesOf(right.lifted) {
		if u >= 0 {
			keys = append(keys, u)
		}
	}
	op := right.op
	for op.Kind == Calc {
		op = op.input()
	}
	if g, ok := op.Detail.(*Grouping); ok && op.Kind == GroupAggregate && len(g.Keys) <= len(keys) {
		return
	}
	if len(right.lifted) > 0 {
		b.unsure = b.unsure || !within(uniqueKeys(right.op), keys)
		return
	}
	g := &Grouping{Time: none, Calls: []Aggregate{{Call: &bind.Call{Name: "SINGLE_VALUE"}, Args: []int{0}, Filter: none}}}
	right.op = &Operator{Kind: GroupAggregate, Inputs: []*Operator{right.op}, Row: slices.Clone(right.op.Row), At: s.Place(), Detail: g}
}
