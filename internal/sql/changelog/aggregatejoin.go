// Aggregations of an inner join that begin below it: the side that has many rows for each one of the other is grouped first
// (FlinkAggregateJoinTransposeRule).

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// transposed makes such an aggregation two, where the planner finds that cheaper. Its input has the columns that it reads.
func (b *builder) transposed(op *Operator) *Operator {
	if b.Batch {
		return op
	}
	if t := splitAtJoin(op); t != nil {
		op = t.operator()
	}
	for i, in := range op.Inputs {
		op.Inputs[i] = b.transposed(in)
	}
	return op
}

// transposition is an aggregation over a join, one side of which is to be grouped.
type transposition struct {
	aggregation *Operator
	join        *Operator
	keys        []int       // of the aggregation, in the row of the join
	calls       []Aggregate // with arguments in the row of the join
	many        int         // the input that is grouped
	below       []int       // by these columns
	whole       bool        // the keys of the aggregation have those of the join: one group for each of its rows
}

// splitAtJoin finds out whether an aggregation begins below a join, and returns nil where it does not.
func splitAtJoin(op *Operator) *transposition {
	g, ok := op.Detail.(*Grouping)
	if !ok || op.Kind != GroupAggregate || g.Sets > 0 || len(g.Keys) == 0 {
		return nil
	}
	p, ok := op.input().Detail.(*Program)
	if !ok || op.input().Kind != Calc || len(p.Conditions) > 0 {
		return nil
	}
	join := op.input().input()
	j, ok := join.Detail.(*Joining)
	if !ok || join.Kind != Join || j.Type != Inner || j.Snapshot || len(j.Conditions) == 0 || windowedRow(join.Row) {
		return nil
	}
	t := &transposition{aggregation: op, join: join}
	for _, k := range g.Keys {
		t.keys = append(t.keys, p.Values[k].Input)
	}
	for _, c := range g.Calls {
		moved := Aggregate{Call: c.Call, Filter: c.Filter}
		for _, a := range c.Args {
			moved.Args = append(moved.Args, p.Values[a].Input)
		}
		t.calls = append(t.calls, moved)
	}
	if slices.ContainsFunc(p.Values, func(v Value) bool { return v.Input < 0 || v.Cast }) || !t.choose(j) || !t.splits() {
		return nil
	}
	return t
}

func windowedRow(row []Field) bool {
	return slices.ContainsFunc(row, func(f Field) bool { return f.Window != nil || f.Attribute != types.Regular })
}

// choose finds the side that is grouped. The columns of the other one have to be unique, those of the join alone too, or
// else it has no estimate; those of this one not. Grouping by more columns of this side than the other side adds to the
// keys does not make few enough rows to be worth it.
func (t *transposition) choose(j *Joining) bool {
	width := t.join.width()
	var columns [2][]int // of the join, on each side
	t.whole = true
	for i := range j.Conditions {
		l, r, ok := equation(&j.Conditions[i], width)
		if !ok {
			return false
		}
		columns[0], columns[1] = append(columns[0], l), append(columns[1], r)
		t.whole = t.whole && (slices.Contains(t.keys, l) || slices.Contains(t.keys, r+width))
	}
	var below [2][]int
	var one [2]bool
	added := [2]int{}
	for side, in := range t.join.Inputs {
		below[side] = columns[side]
		for _, k := range t.keys {
			if own := k - side*width; (k >= width) == (side == 1) {
				below[side] = append(slices.Clone(below[side]), own)
				if !slices.Contains(columns[side], own) {
					added[side]++
				}
			}
		}
		below[side] = union(nil, below[side])
		one[side] = within(keysOf(in, plain), below[side])
	}
	if one[0] == one[1] {
		return false
	}
	if one[0] {
		t.many = 1
	}
	t.below = below[t.many]
	if single := 1 - t.many; !within(keysOf(t.join.Inputs[single], plain), columns[single]) {
		return false
	}
	return knowsKeys(t.join.Inputs[t.many]) && (t.whole || len(t.below) <= added[1-t.many]+1)
}

// splits reports whether every call can be computed of parts, all of which are on the side that is grouped.
func (t *transposition) splits() bool {
	width := t.join.width()
	for _, c := range t.calls {
		switch c.Call.Name {
		case "SUM", "MIN", "MAX", "COUNT", "$SUM0":
		default:
			return false
		}
		elsewhere := slices.ContainsFunc(c.Args, func(a int) bool { return (a >= width) != (t.many == 1) })
		if c.Filter >= 0 || c.Call.Distinct || c.Call.User != nil || elsewhere {
			return false
		}
	}
	return true
}

// operator builds the aggregation below the join, the join, and what is left above.
func (t *transposition) operator() *Operator {
	width := t.join.width()
	own := func(c int) int { return c - t.many*width }
	in := t.join.Inputs[t.many]
	first := &Operator{Kind: GroupAggregate, Inputs: []*Operator{in}, At: t.aggregation.At}
	parts := &Grouping{Keys: t.below, Time: none}
	for _, k := range t.below {
		first.Row = append(first.Row, in.Row[k])
	}
	for i, c := range t.calls {
		part := Aggregate{Call: c.Call, Filter: none}
		for _, a := range c.Args {
			part.Args = append(part.Args, own(a))
		}
		parts.Calls = append(parts.Calls, part)
		first.Row = append(first.Row, t.aggregation.Row[len(t.keys)+i])
	}
	first.Detail = parts

	inputs := slices.Clone(t.join.Inputs)
	inputs[t.many] = first
	to := func(c int) int { // where a column of the join comes to stand
		switch {
		case (c >= width) == (t.many == 1):
			return slices.Index(t.below, own(c)) + t.many*width
		case t.many == 0:
			return c - width + len(first.Row)
		}
		return c
	}
	joining := *t.join.Detail.(*Joining)
	joining.Conditions = nil
	for _, c := range t.join.Detail.(*Joining).Conditions {
		joining.Conditions = append(joining.Conditions, c.moved(to))
	}
	join := &Operator{Kind: Join, Inputs: inputs, Row: slices.Concat(inputs[0].Row, inputs[1].Row), At: t.join.At, Detail: &joining}
	return t.above(join, to, t.many*width+len(t.below))
}

// above puts the parts together: by an aggregation, or by a projection when each of its groups is one row. The parts of the
// calls stand one behind the other.
func (t *transposition) above(join *Operator, to func(int) int, parts int) *Operator {
	if t.whole {
		var values []Value
		for _, k := range t.keys {
			values = append(values, pass(join.Row, to(k)))
		}
		for i := range t.calls {
			values = append(values, pass(join.Row, parts+i))
		}
		out := calc(join, values, nil)
		out.Row = t.aggregation.Row
		return out
	}
	g := &Grouping{Time: none}
	for _, k := range t.keys {
		g.Keys = append(g.Keys, to(k))
	}
	for i, c := range t.calls {
		name := c.Call.Name
		if name == "COUNT" {
			name = "$SUM0"
		}
		g.Calls = append(g.Calls, Aggregate{Call: &bind.Call{Name: name, Kind: catalog.Aggregate}, Args: []int{parts + i}, Filter: none})
	}
	return &Operator{Kind: GroupAggregate, Inputs: []*Operator{join}, Row: t.aggregation.Row, At: t.aggregation.At, Detail: g}
}

// knowsKeys reports whether the planner knows which columns of an operator are unique, and so that others are not.
func knowsKeys(op *Operator) bool {
	switch d := op.Detail.(type) {
	case *Scan:
		return d.Table.Watermark == nil && columnsOf(d.Fields, d.Table.PrimaryKey) != nil
	case *Program:
		return knowsKeys(op.input())
	case *Grouping, *Ranking:
		return true
	case *Joining:
		return op.Kind == Join && knowsKeys(op.Inputs[0]) && knowsKeys(op.Inputs[1])
	}
	return op.Kind == Union
}
