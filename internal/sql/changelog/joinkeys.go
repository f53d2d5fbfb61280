// Join keys that are computed: a column of their own on their side (JoinPushExpressionsRule, JoinConditionTypeCoerceRule).

package changelog

import (
	"github.com/autostream/autostream/internal/sql/types"
)

// keyed gives every key of a join that is computed over one side, or cast to the type of the other, a column on that side.
func keyed(op *Operator) *Operator {
	j, ok := op.Detail.(*Joining)
	if !ok || op.Kind != Join || j.Snapshot && j.Time.Attribute == types.Proctime {
		return op
	}
	width := op.width()
	left, right := passAll(op.Inputs[0].Row), passAll(op.Inputs[1].Row)
	rightWidth := len(right)
	var conditions []Value
	for _, c := range j.Conditions {
		conditions = append(conditions, keyedCondition(c, width, &left, &right))
	}
	if len(left) == width && len(right) == rightWidth {
		return op
	}
	grown := len(left) - width
	moved := *j
	moved.Conditions = nil
	for _, c := range conditions {
		moved.Conditions = append(moved.Conditions, c.moved(func(u int) int {
			switch {
			case u <= -leftKey:
				return width + (-u - leftKey)
			case u >= width:
				return u + grown
			}
			return u
		}))
	}
	moved.Time = j.Time
	out := &Operator{Kind: Join, At: op.At, Detail: &moved, Inputs: []*Operator{extended(op.Inputs[0], left), extended(op.Inputs[1], right)}}
	out.Row = append([]Field(nil), out.Inputs[0].Row...)
	columns := all(width)
	if j.Type != Semi && j.Type != Anti {
		out.Row = append(out.Row, out.Inputs[1].Row...)
		for i := range rightWidth {
			columns = append(columns, width+grown+i)
		}
	}
	for i, c := range columns {
		out.Row[c] = op.Row[i]
	}
	return selected(out, columns, op.Row)
}

// leftKey is the number, below zero, from which on columns stand for keys that are added to the left side, until their
// place is known.
const leftKey = 1 << 20

func extended(in *Operator, values []Value) *Operator {
	if len(values) == len(in.Row) {
		return in
	}
	row := in.Row
	out := calc(in, values, nil)
	copy(out.Row, row)
	return out
}

// keyedCondition puts references to columns in place of computed sides of an equation.
func keyedCondition(c Value, width int, left, right *[]Value) Value {
	if c.Compare == nil || c.Compare.Op != "=" {
		return c
	}
	a, b := c.Compare.Left, c.Compare.Right
	aLeft, aRight := sides(a.Uses, width)
	bLeft, bRight := sides(b.Uses, width)
	if aLeft == aRight || bLeft == bRight || aLeft == bLeft || a.correlated() || b.correlated() {
		return c // not one side each
	}
	common, ok := types.Common(a.Type, b.Type)
	place := func(v Value, onLeft bool) Value {
		direct := v.Input >= 0 && !v.Cast && (!ok || !v.Type.Known() || sameKey(v.Type, common))
		if direct {
			return v
		}
		if !onLeft {
			v = v.moved(func(i int) int { return i - width })
		}
		if v.Input >= 0 && !v.Cast {
			v.Cast = keepsKeys(v.Type, common)
			if !v.Cast {
				v.Input = none
			}
		}
		if ok && v.Type.Known() {
			v.Type = common
		}
		v.Compare = nil
		if onLeft {
			*left = append(*left, v)
			at := -(leftKey + len(*left) - 1 - width)
			return Value{Input: at, Uses: []int{at}, Type: v.Type, Expr: v.Expr}
		}
		*right = append(*right, v)
		at := width + len(*right) - 1
		return Value{Input: at, Uses: []int{at}, Type: v.Type, Expr: v.Expr}
	}
	l, r := place(a, aLeft), place(b, bLeft)
	c.Compare = &Comparison{Op: "=", Left: l, Right: r}
	c.Uses = union(l.Uses, r.Uses)
	return c
}

// sameKey reports whether a column is joined on as it is: lengths of strings do not count.
func sameKey(t, common types.Type) bool {
	return t.Root == common.Root && (t.Root != types.Decimal || types.Same(t, common)) || t.In(types.Characters) && common.In(types.Characters)
}
