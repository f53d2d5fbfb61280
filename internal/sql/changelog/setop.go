// UNION, INTERSECT and EXCEPT.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) setOp(rel *bind.SetOp) *node {
	left, right := b.branch(rel, rel.Left), b.branch(rel, rel.Right)
	switch {
	case rel.Op == token.UNION:
		return b.union(rel, left, right)
	case rel.All:
		return b.replicate(rel, left, right)
	}
	// INTERSECT and EXCEPT: rows of the left side that are, or are not, on the right one; each once.
	t := Semi
	if rel.Op == token.EXCEPT {
		t = Anti
	}
	j := &Joining{Type: t, Semi: true}
	width := len(left.Row)
	for i := range min(width, len(right.Row)) {
		l, r := pass(left.Row, i), pass(right.Row, i).moved(shifted(width))
		j.Conditions = append(j.Conditions, Value{Input: none, Uses: []int{i, i + width}, Type: types.Bool, Compare: &Comparison{Op: "=", Left: l, Right: r}})
	}
	join := b.joinOp(left, right, j, rel.Place())
	return b.number(b.grouping(join, rel), rel.Columns(), 0)
}

// branch is one side, with the types of the whole.
func (b *builder) branch(rel *bind.SetOp, side bind.Rel) *Operator {
	in := b.rel(side)
	columns := side.Columns()
	values := make([]Value, len(columns))
	for i, c := range columns {
		values[i] = b.column(in, c)
		if i < len(rel.Columns()) {
			if t := rel.Columns()[i].Type; t.Known() && c.Type.Known() && !types.Equal(t, c.Type) {
				values[i].Cast = values[i].Input >= 0 && b.keepsKeys(c.Type, t)
				if !values[i].Cast {
					values[i].Input = none
				}
				if !types.Equal(t.Nullable(), c.Type.Nullable()) { // a time attribute that may be NULL now is one still
					values[i].Attribute = types.Regular
				}
				values[i].Type = t
			}
		}
	}
	op := calc(in.op, values, nil)
	for i, c := range columns {
		op.Row[i].Name = c.Name
	}
	return op
}

func (b *builder) union(rel *bind.SetOp, left, right *Operator) *node {
	op := &Operator{Kind: Union, Inputs: []*Operator{left, right}, Row: slices.Clone(left.Row), At: rel.Place()}
	for i := range op.Row {
		if i < len(right.Row) && right.Row[i].Attribute != left.Row[i].Attribute {
			op.Row[i].Attribute = types.Regular
		}
		if i >= len(right.Row) || right.Row[i].Window == nil {
			op.Row[i].Window, op.Row[i].Part = nil, NoPart
		}
	}
	attributes := slices.Clone(op.Row)
	if !rel.All {
		op = b.grouping(op, rel)
	}
	n := b.number(op, rel.Columns(), 0)
	for i := range min(len(op.Row), len(attributes)) {
		op.Row[i].Window, op.Row[i].Part, op.Row[i].Attribute = attributes[i].Window, attributes[i].Part, attributes[i].Attribute
	}
	return n
}

// replicate is INTERSECT ALL and EXCEPT ALL: the rows of both sides are counted, and come out as often as they should.
func (b *builder) replicate(rel *bind.SetOp, left, right *Operator) *node {
	marked := func(in *Operator, markers int) *Operator {
		values := passAll(in.Row)
		for range markers {
			values = append(values, Value{Input: none, Type: types.Long})
		}
		return calc(in, values, nil)
	}
	markers := 1
	if rel.Op == token.INTERSECT {
		markers = 2
	}
	l, r := marked(left, markers), marked(right, markers)
	all := &Operator{Kind: Union, Inputs: []*Operator{l, r}, Row: slices.Clone(l.Row), At: rel.Place()}
	width := len(left.Row)
	g := &Grouping{Time: none}
	row := slices.Clone(left.Row)
	for i := range width {
		g.Keys = append(g.Keys, i)
	}
	name := "SUM"
	if markers == 2 {
		name = "COUNT"
	}
	for m := range markers {
		g.Calls = append(g.Calls, Aggregate{Call: &bind.Call{Name: name}, Args: []int{width + m}, Filter: none})
		row = append(row, Field{Type: types.Long})
	}
	group := &Operator{Kind: GroupAggregate, Inputs: []*Operator{all}, Row: row, At: rel.Place(), Detail: g}
	values := []Value{{Input: none, Uses: []int{width}, Type: types.Long}}
	if markers == 1 {
		values[0] = pass(row, width)
	}
	for i := range width {
		values = append(values, pass(row, i))
	}
	positive := Value{Input: none, Uses: []int{width}, Type: types.Bool}
	below := calc(group, values, []Value{positive})
	j := &Joining{Type: Inner, Function: &bind.Call{Name: "$REPLICATE_ROWS$1"}}
	op := &Operator{Kind: Correlate, Inputs: []*Operator{below}, At: rel.Place(), Detail: j, Row: slices.Concat(below.Row, left.Row)}
	var out []Value
	for i := range width {
		out = append(out, pass(op.Row, width+1+i))
	}
	return b.number(calc(op, out, nil), rel.Columns(), 0)
}
