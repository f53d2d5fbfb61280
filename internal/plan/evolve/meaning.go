// What kept values stand for.

package evolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/changelog"
)

// meaning compares what the values of two operators stand for.
func (c *comparison) meaning(old, now *Node) (Meaning, string) {
	if old.op == nil || now.op == nil || old.op.Kind == changelog.TableSourceScan || old.op.Kind == changelog.Sink {
		return Same, "restores as it was"
	}
	if was, is := c.was.subject(old.op), c.is.subject(now.op); was != is {
		return Other, fmt.Sprintf("restores, yet its values are %s and stand for %s now", was, is)
	}
	if c.was.built(old.op) != c.is.built(now.op) {
		return History, "restores; its values were built under the former conditions"
	}
	return Same, "restores as it was"
}

// subject is what the values of an operator are about: its keys, and what is kept for each.
func (d *digests) subject(op *changelog.Operator) string {
	switch t := op.Detail.(type) {
	case *changelog.Grouping:
		if op.Kind == changelog.GlobalGroupAggregate || op.Kind == changelog.GlobalWindowAggregate {
			op = op.Inputs[0].Inputs[0] // the calls are those of the first phase
			t = op.Detail.(*changelog.Grouping)
		}
		text := d.computed(op, t) + " per " + d.traced(op.Inputs[0], t.Keys)
		if t.Window != nil {
			text += " in " + t.Window.Name + "(" + d.list(t.Window.Args) + ")"
		}
		return text
	case *changelog.Joining:
		if len(op.Inputs) < 2 {
			return d.own(op)
		}
		left, right := op.Inputs[0], op.Inputs[1]
		return fmt.Sprintf("%s per %s and %s per %s", d.row(left), d.traced(left, t.Left), d.row(right), d.traced(right, t.Right))
	case *changelog.Ranking:
		return fmt.Sprintf("%s per %s by %s %s", d.row(op.Inputs[0]), d.traced(op.Inputs[0], t.Partition), d.ordered(op.Inputs[0], t.Order), t.Pattern)
	case *changelog.Ordering:
		return d.row(op.Inputs[0]) + " by " + d.ordered(op.Inputs[0], t.Order)
	case *changelog.Overs:
		return fmt.Sprintf("%s per %s by %s", d.overCalls(t), d.traced(op.Inputs[0], t.Partition), d.ordered(op.Inputs[0], t.Order))
	}
	return string(op.Kind)
}

// computed writes the calls of an aggregation without their conditions.
func (d *digests) computed(op *changelog.Operator, g *changelog.Grouping) string {
	var all []string
	for _, c := range g.Calls {
		plain := *c.Call
		plain.Filter = nil
		if text := d.call(&plain); !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

func (d *digests) overCalls(o *changelog.Overs) string {
	var all []string
	for _, c := range o.Calls {
		all = append(all, d.call(c.Call))
	}
	return strings.Join(all, ", ")
}

// row writes all columns of an operator.
func (d *digests) row(op *changelog.Operator) string {
	columns := make([]int, len(op.Row))
	for i := range columns {
		columns[i] = i
	}
	return d.traced(op, columns)
}

func (d *digests) traced(op *changelog.Operator, columns []int) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = d.trace(op, c)
	}
	return "(" + strings.Join(all, ", ") + ")"
}

func (d *digests) ordered(op *changelog.Operator, order []changelog.Order) string {
	var all []string
	for _, o := range order {
		text := d.trace(op, o.Column)
		if o.Descending {
			text += " DESC"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// trace writes what a column of an operator is computed from.
func (d *digests) trace(op *changelog.Operator, column int) string {
	if column < 0 || column >= len(op.Row) {
		return "?"
	}
	switch t := op.Detail.(type) {
	case *changelog.Scan:
		if column < len(t.Fields) {
			return t.Fields[column].Name
		}
	case *changelog.Program:
		v := t.Values[column]
		if v.Input >= 0 {
			return d.trace(op.Inputs[0], v.Input)
		}
		return d.text(v.Expr)
	case *changelog.Grouping:
		if column < len(t.Keys) {
			return d.trace(op.Inputs[0], t.Keys[column])
		}
		if i := column - len(t.Keys); i < len(t.Calls) {
			return d.call(t.Calls[i].Call)
		}
		return op.Row[column].Name
	case *changelog.Joining:
		if len(op.Inputs) == 2 {
			if width := len(op.Inputs[0].Row); column >= width {
				return d.trace(op.Inputs[1], column-width)
			}
		}
	}
	if len(op.Inputs) > 0 && column < len(op.Inputs[0].Row) {
		return d.trace(op.Inputs[0], column)
	}
	return op.Row[column].Name
}

// built is under which conditions the values of an operator are built: filters, frames, limits, bounds and watermarks of
// it and of all below it. Names and the order of columns are not in it.
func (d *digests) built(op *changelog.Operator) string {
	var parts []string
	switch t := op.Detail.(type) {
	case *changelog.Scan:
		if t.Table != nil && t.Table.Watermark != nil {
			parts = append(parts, "watermark "+d.text(t.Table.Watermark.Expr))
		}
		parts = append(parts, d.conditions(t.Partitions)...)
	case *changelog.Program:
		parts = append(parts, d.conditions(t.Conditions)...)
	case *changelog.Grouping:
		for _, c := range t.Calls {
			if c.Call.Filter != nil {
				parts = append(parts, d.call(c.Call))
			}
		}
	case *changelog.Joining:
		parts = append(parts, t.Type.String())
		parts = append(parts, d.conditions(t.Conditions)...)
	case *changelog.Ranking:
		parts = append(parts, fmt.Sprintf("%s %d..%d", t.Function, t.From, t.To))
		if t.Numbered {
			parts = append(parts, "numbered")
		}
	case *changelog.Ordering:
		parts = append(parts, fmt.Sprintf("%v %v %d", t.Limit, t.Offset, op.At.End-op.At.Start))
	case *changelog.Overs:
		parts = append(parts, d.overs(t))
	case *changelog.Normalizing:
		parts = append(parts, d.conditions(t.Conditions)...)
	}
	for _, in := range op.Inputs {
		if below := d.built(in); below != "" {
			parts = append(parts, "("+below+")")
		}
	}
	return strings.Join(parts, " ")
}

// conditions writes conditions in an order of their own: how they were written does not count.
func (d *digests) conditions(values []changelog.Value) []string {
	var all []string
	for i := range values {
		v := &values[i]
		switch {
		case v.Expr != nil:
			all = append(all, d.text(v.Expr))
		case v.Compare != nil:
			all = append(all, d.text(v.Compare.Left.Expr)+v.Compare.Op+d.text(v.Compare.Right.Expr))
		}
	}
	slices.Sort(all)
	return all
}
