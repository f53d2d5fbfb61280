// AsyncCalc: asynchronous scalar functions are called one after the other, each by an operator of its own (AsyncCalcSplitRule).

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// isAsync reports whether a call is one of an asynchronous scalar function.
func isAsync(c *bind.Call) bool {
	return c.User != nil && c.User.Async && c.User.Kind == catalog.Scalar
}

// joinCalls adds the calls to others that are not the same.
func joinCalls(all, more []*bind.Call) []*bind.Call {
	for _, c := range more {
		if !slices.ContainsFunc(all, func(o *bind.Call) bool { return bind.Same(o, c) }) {
			all = append(slices.Clip(all), c)
		}
	}
	return all
}

// asyncCalcs splits the projections of a plan that call such functions.
func asyncCalcs(op *Operator) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		inputs[i] = asyncCalcs(in)
	}
	op = op.with(inputs)
	p, ok := op.Detail.(*Program)
	if !ok || op.Kind != Calc {
		return op
	}
	var calls []*bind.Call
	for _, v := range slices.Concat(p.Values, p.Conditions) {
		calls = joinCalls(calls, v.async)
	}
	if len(calls) == 0 {
		return op
	}
	return op.split(p, calls)
}

// split puts one operator for each call between what can be computed before and what needs their results. The columns of the
// input keep their places.
func (o *Operator) split(p *Program, calls []*bind.Call) *Operator {
	waits := func(v Value) bool { return len(v.async) > 0 }
	before, behind := p.Conditions, []Value(nil)
	if slices.ContainsFunc(p.Conditions, waits) { // a filter is not taken apart
		before, behind = nil, p.Conditions
	}
	in := o.input()
	if len(before) > 0 || slices.ContainsFunc(calls, computesArguments) {
		in = o.over(in, Calc, passAll(in.Row), before)
	}
	computed, results := len(behind) > 0, 0
	for _, v := range p.Values {
		plain := v.Input >= 0 && !v.Cast
		call, isCall := v.Expr.(*bind.Call)
		result := isCall && isAsync(call)
		computed = computed || !plain && !result
		if result {
			results++
		}
	}
	computed = computed || results > len(calls) // one result under two names
	for n, c := range calls {
		values := append(passAll(in.Row), Value{Input: none, Expr: c, Type: c.Type()})
		if n == len(calls)-1 && !computed {
			values = p.Values
		}
		in = o.over(in, AsyncCalc, values, nil)
	}
	if computed {
		in = o.over(in, Calc, p.Values, behind)
	}
	in.Row = o.Row
	return in
}

// over is an operator above another one that emits the changes that o does.
func (o *Operator) over(in *Operator, kind Kind, values, conditions []Value) *Operator {
	out := &Operator{Kind: kind, Inputs: []*Operator{in}, At: o.At, Detail: &Program{Values: values, Conditions: conditions}}
	for _, v := range values {
		f := Field{Type: v.Type, Attribute: v.Attribute}
		if v.Input >= 0 && v.Input < len(in.Row) {
			f = in.Row[v.Input]
		}
		out.Row = append(out.Row, f)
	}
	out.as(o)
	return out
}

// computesArguments reports whether an argument of a call is more than a column or a constant.
func computesArguments(c *bind.Call) bool {
	return slices.ContainsFunc(c.Args, func(x bind.Expr) bool {
		switch x := x.(type) {
		case *bind.Ref, *bind.Literal:
			return false
		case *bind.Call:
			return !isAsync(x)
		}
		return true
	})
}
