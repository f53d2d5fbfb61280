// Outer joins of which one side is never read: they go where every row of the other side comes out once all the same
// (ProjectJoinRemoveRule, AggregateJoinRemoveRule).

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/token"
)

// removesJoins is the first release that leaves such joins out.
const removesJoins = token.V2_2

// idle returns which input of an outer join only adds columns that nobody reads: 1 of a left join, 0 of a right one, none of
// others.
func (j *Joining) idle(op *Operator, need []int) int {
	left, right := sides(need, op.width())
	switch {
	case !j.removable || len(need) == 0:
	case j.Type == Left && !right:
		return 1
	case j.Type == Right && !left:
		return 0
	}
	return none
}

// singly reports whether an input of a join has one row at most for each row of the other input.
func (j *Joining) singly(op *Operator, input int) bool {
	var columns []int
	for i := range j.Conditions {
		if l, r, ok := equation(&j.Conditions[i], op.width()); ok {
			columns = append(columns, []int{l, r}[input])
		}
	}
	return within(keysOf(op.Inputs[input], plain), columns)
}

// alone returns the input that has as many rows as a join of which no column is needed, the join when none has.
func (j *Joining) alone(op *Operator) *Operator {
	switch {
	case j.removable && j.Type == Left && j.singly(op, 1):
		return op.Inputs[0]
	case j.removable && j.Type == Right && j.singly(op, 0):
		return op.Inputs[1]
	}
	return op
}

// without prunes a join to one of its inputs.
func (j *Joining) without(op *Operator, idle int, need []int) (*Operator, []int) {
	width, rest := op.width(), len(op.Inputs[1].Row)
	if idle == 1 {
		out, at := prune(op.Inputs[0], need)
		return out, append(slices.Clone(at), filled(rest)...)
	}
	own := make([]int, len(need))
	for i, n := range need {
		own[i] = n - width
	}
	out, at := prune(op.Inputs[1], own)
	return out, append(filled(width), at...)
}

// undoubled lets an aggregation that does not mind rows that come twice read one side of an outer join alone.
func undoubled(op *Operator, g *Grouping) {
	if slices.ContainsFunc(g.Calls, func(c Aggregate) bool { return !c.Call.Distinct }) {
		return
	}
	p, ok := op.input().Detail.(*Program)
	if !ok || op.input().Kind != Calc || len(p.Conditions) > 0 {
		return
	}
	join := op.input().input()
	j, ok := join.Detail.(*Joining)
	if !ok || join.Kind != Join {
		return
	}
	idle := j.idle(join, usesOf(p.Values))
	if idle == none {
		return
	}
	width := join.width()
	values := slices.Clone(p.Values)
	for i, v := range values {
		if idle == 0 {
			values[i] = v.moved(shifted(-width))
		}
	}
	row := op.input().Row
	op.Inputs[0] = calc(join.Inputs[1-idle], values, nil)
	op.Inputs[0].Row = row
}
