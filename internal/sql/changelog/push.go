// Where conditions go: as far down as Flink's filter rules push them.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

// push moves the conditions of a plan down, and simplifies outer joins that a condition makes inner ones.
func push(op *Operator) *Operator {
	if p, ok := op.Detail.(*Program); ok && op.Kind == Calc {
		var rest []Value
		for _, c := range p.Conditions {
			if c.Compare != nil {
				simplify(op.input(), c)
			}
			if in, pushed := sink(op.input(), c); pushed {
				op.Inputs[0] = in
			} else {
				rest = append(rest, c)
			}
		}
		p.Conditions = rest
		op = merged(op)
	}
	if j, ok := op.Detail.(*Joining); ok && op.Kind == Join {
		pushOn(op, j)
	}
	for i, in := range op.Inputs {
		op.Inputs[i] = push(in)
	}
	return merged(op)
}

// merged makes one program of two.
func merged(op *Operator) *Operator {
	p, ok := op.Detail.(*Program)
	if !ok || op.Kind != Calc || op.input().Kind != Calc {
		return op
	}
	out := calc(op.input(), p.Values, p.Conditions)
	out.Row, out.At = op.Row, op.At
	return merged(out)
}

// sink puts a condition, which is over the row of an operator, below it. It reports whether it could.
func sink(op *Operator, c Value) (*Operator, bool) {
	if c.correlated() {
		return op, false
	}
	switch op.Kind {
	case TableSourceScan:
		if s, ok := op.Detail.(*Scan); ok && s.partitions(op.Row, c) {
			s.Partitions = append(s.Partitions, c)
			return op, true
		}
	case Calc:
		return filtered(op, c), true
	case Union:
		for i, in := range op.Inputs {
			op.Inputs[i] = filtered(in, c)
		}
		return op, true
	case Join:
		return sinkJoin(op, c)
	case Correlate:
		left, right := sides(c.Uses, op.width())
		if left && !right {
			op.Inputs[0] = filtered(op.input(), c)
			return op, true
		}
		if d := op.Detail.(*Joining); right && !left && d.Type == Inner && op.width() > 0 { // the function's rows are filtered where they are made
			d.Conditions = append(d.Conditions, c)
			return op, true
		}
	case GroupAggregate:
		g := op.Detail.(*Grouping)
		if g.Sets > 0 || len(c.Uses) == 0 {
			return op, false
		}
		for _, u := range c.Uses {
			if u >= len(g.Keys) {
				return op, false
			}
		}
		op.Inputs[0] = filtered(op.input(), c.moved(func(i int) int { return g.Keys[i] }))
		return op, true
	}
	return op, false
}

// partitions reports whether a condition is about columns of the partition alone, and left to the source
// (PushPartitionIntoTableSourceScanRule).
func (s *Scan) partitions(row []Field, c Value) bool {
	if s.Table == nil || c.Unstable || len(c.Uses) == 0 || !s.Source.Push.Has(connector.PushPartition) {
		return false
	}
	return !slices.ContainsFunc(c.Uses, func(u int) bool { return !slices.Contains(s.Table.Partition, row[u].Name) })
}

// filtered puts a condition right above an operator, or further down.
func filtered(op *Operator, c Value) *Operator {
	if op.Kind != Calc {
		if below, ok := sink(op, c); ok {
			return below
		}
	}
	out := calc(op, passAll(op.Row), []Value{c})
	out.Row = op.Row
	return out
}

func sinkJoin(op *Operator, c Value) (*Operator, bool) {
	j := op.Detail.(*Joining)
	width := op.width()
	left, right := sides(c.Uses, width)
	switch {
	case left && !right && (j.Type == Inner || j.Type == Left || j.Type == Semi || j.Type == Anti):
		op.Inputs[0] = filtered(op.Inputs[0], c)
		return op, true
	case right && !left && (j.Type == Inner || j.Type == Right) && !j.Snapshot:
		op.Inputs[1] = filtered(op.Inputs[1], c.moved(func(i int) int { return i - width }))
		return op, true
	case j.Type == Inner && right && (!j.Snapshot && left || j.comma || j.looksUp(op)): // what a lookup returns is filtered there
		j.Conditions = append(j.Conditions, c)
		return op, true
	}
	return op, false
}

// looksUp reports whether a join asks the table at its right side for single keys.
func (j *Joining) looksUp(op *Operator) bool {
	scan, _ := scanOf(op.Inputs[1])
	return j.Snapshot && j.Time.Attribute == types.Proctime && scan != nil && scan.answers()
}

// sides says which inputs of a join columns come from.
func sides(uses []int, width int) (left, right bool) {
	for _, u := range uses {
		left, right = left || u < width, right || u >= width
	}
	return left, right
}

// pushOn moves conditions of ON that read one side only to that side, where that means the same.
func pushOn(op *Operator, j *Joining) {
	width := op.width()
	j.Conditions = slices.DeleteFunc(j.Conditions, func(c Value) bool {
		left, right := sides(c.Uses, width)
		switch {
		case left && !right && (j.Type == Inner || j.Type == Right || j.Type == Semi):
			op.Inputs[0] = filtered(op.Inputs[0], c)
			return true
		case right && !left && (j.Type == Inner || j.Type == Left || j.Type == Semi || j.Type == Anti) && !j.Snapshot:
			op.Inputs[1] = filtered(op.Inputs[1], c.moved(func(i int) int { return i - width }))
			return true
		}
		return false
	})
}

// simplify makes an outer join an inner one where a condition above it lets no missing side pass.
func simplify(op *Operator, c Value) {
	switch op.Kind {
	case Calc:
		p := op.Detail.(*Program)
		simplify(op.input(), c.through(p))
		return
	case Join:
	default:
		return
	}
	j := op.Detail.(*Joining)
	width := op.width()
	left, right := rejects(c, width)
	switch {
	case j.Type == Left && right, j.Type == Right && left, j.Type == Full && left && right:
		j.Type = Inner
	case j.Type == Full && left:
		j.Type = Left
	case j.Type == Full && right:
		j.Type = Right
	}
}

// rejects reports whether a condition fails when all columns of a side are NULL.
func rejects(c Value, width int) (left, right bool) {
	if c.Compare == nil || c.Compare.Op == "IS NOT DISTINCT FROM" {
		return false, false
	}
	for _, v := range []Value{c.Compare.Left, c.Compare.Right} {
		if v.Input < 0 && !strict(v.Expr) {
			continue
		}
		l, r := sides(v.Uses, width)
		left, right = left || l, right || r
	}
	return left, right
}

// strict reports whether an expression is NULL whenever one of its columns is: only what is known to be so.
func strict(e bind.Expr) bool {
	ok := e != nil
	bind.Walk(e, func(x bind.Expr) bool {
		switch x := x.(type) {
		case *bind.Ref, *bind.Literal, *bind.Cast:
		case *bind.Call:
			switch x.Name {
			case "+", "-", "*", "/", "%", "UPPER", "LOWER", "ABS", "SUBSTRING", "TRIM", "CHAR_LENGTH", "FLOOR", "CEIL":
			default:
				ok = false
			}
		default:
			ok = false
		}
		return ok
	})
	return ok
}
