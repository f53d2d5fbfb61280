// From logical to physical operators: which join is an interval join, which ranking a deduplication of a window, and where
// rows change tasks.

package changelog

import (
	"github.com/autostream/autostream/internal/sql/connector"
	"slices"

	"github.com/autostream/autostream/internal/sql/types"
)

// physical chooses the physical operators of a plan, inputs first.
func (b *builder) physical(op *Operator) *Operator {
	for i, in := range op.Inputs {
		op.Inputs[i] = b.physical(in)
	}
	attribute(op)
	switch op.Kind {
	case WatermarkAssigner:
		return belowNormalize(op)
	case TableSourceScan:
		return b.physicalScan(op)
	case Calc:
		return b.physicalCalc(op)
	case WindowTableFunction:
		b.checkWindow(op)
		if w := op.Detail.(*Window); w.Name == "SESSION" {
			return exchanged(op, w.PartitionBy)
		}
	case GroupAggregate, GroupWindowAggregate:
		return b.physicalAggregate(op)
	case Rank:
		return b.physicalRank(op)
	case OverAggregate:
		return b.physicalOver(op)
	case Join:
		return b.physicalJoin(op)
	case MultiJoin:
		return b.physicalMultiJoin(op)
	case ProcessTableFunction:
		return physicalProcess(op)
	case Match:
		b.checkMatch(op)
		return exchanged(op, op.Detail.(*Ranking).Partition)
	case Limit, SortLimit, Sort:
		return b.physicalSort(op)
	case Sink:
		op.Inputs[0] = trimmed(materialized(op.input(), isProctime))
	}
	return op
}

// exchanged puts an Exchange below the first input.
func exchanged(op *Operator, keys []int) *Operator {
	op.Inputs[0] = exchange(op.Inputs[0], keys)
	return op
}

// exchange distributes rows by keys. An operator that runs in one task needs none before another such one.
func exchange(in *Operator, keys []int) *Operator {
	if len(keys) == 0 {
		switch in.Kind {
		case Limit, SortLimit, TemporalSort, Sort:
			return in
		case Exchange:
			if len(in.Detail.(*Distribution).Keys) == 0 {
				return in
			}
		}
	}
	return &Operator{Kind: Exchange, Inputs: []*Operator{in}, Row: in.Row, Detail: &Distribution{Keys: slices.Clone(keys)}, At: in.At}
}

// trimmed drops a projection that changes nothing.
func trimmed(op *Operator) *Operator {
	if op.Kind != Calc {
		return op
	}
	op = merged(op)
	p := op.Detail.(*Program)
	if len(p.Conditions) == 0 && identity(p.Values, len(op.input().Row)) {
		return renamed(op.input(), op.Row)
	}
	return op
}

// renamed gives the columns of an operator other names, in an operator of its own.
func renamed(op *Operator, row []Field) *Operator {
	out := *op
	out.Row = slices.Clone(op.Row)
	for i := range out.Row {
		if row[i].Name != "" {
			out.Row[i].Name = row[i].Name
		}
	}
	if w, ok := out.Detail.(*Window); ok && w.Op == op {
		w.Op = &out
	}
	return &out
}

func (b *builder) physicalCalc(op *Operator) *Operator {
	op = merged(op)
	attribute(op)
	if b.Release < normalizesEarly {
		return trimmed(op)
	}
	return trimmed(b.pastNormalize(op))
}

// assigned drops the operators that assign watermarks where the source does.
func assigned(op *Operator) *Operator {
	for i, in := range op.Inputs {
		op.Inputs[i] = assigned(in)
	}
	if op.Kind != WatermarkAssigner {
		return merged(op)
	}
	op.Inputs[0] = trimmed(op.input())
	below := op.input()
	for below.Kind == Calc {
		below = below.input()
	}
	s, ok := below.Detail.(*Scan)
	if !ok || !s.Source.Push.Has(connector.PushWatermark) {
		return op
	}
	mark(op.input(), op.Detail.(*Watermark).Column)
	return op.input()
}

// mark makes a column a rowtime attribute down to where it is computed or read.
func mark(op *Operator, column int) {
	op.Row[column].Attribute = types.Rowtime
	switch d := op.Detail.(type) {
	case *Program:
		v := &d.Values[column]
		v.Attribute, v.Marks = types.Rowtime, true
		if v.Input >= 0 && !v.Cast {
			mark(op.input(), v.Input)
		}
	}
}

func (b *builder) physicalAggregate(op *Operator) *Operator {
	g := op.Detail.(*Grouping)
	if op.Kind == GroupWindowAggregate {
		b.checkGroupWindow(op)
		return exchanged(op, g.Keys)
	}
	if w := windowIn(op.input().Row, g.Keys); w != nil && !b.Batch && sessionGrouped(op.input(), g.Keys, w) {
		b.checkEmit(op)
		grouped := func(op *Operator, g *Grouping) *Operator { return b.windowAggregate(op, g, w) }
		if w.Attribute == types.Rowtime && b.splits(g) {
			return b.inSteps(op, g, grouped)
		}
		return grouped(op, g)
	}
	if b.removable(op, g) {
		return b.removed(op, g)
	}
	in := op.input()
	times := slices.Clone(g.Keys)
	for _, c := range g.Calls {
		times = append(times, c.Args...)
	}
	marked := map[int]bool{}
	for _, t := range times {
		marked[t] = true
	}
	i := -1
	in = materialized(in, func(f Field) bool { i++; return isAttribute(f) && marked[i%len(in.Row)] })
	op.Inputs[0] = in
	if b.splits(g) {
		return b.inSteps(op, g, func(op *Operator, g *Grouping) *Operator { return exchanged(op, g.Keys) })
	}
	b.direct(op, g)
	return exchanged(op, g.Keys)
}

// sessionGrouped reports whether the keys are those that sessions are partitioned by, besides the bounds; other windows are
// grouped by any keys.
func sessionGrouped(in *Operator, keys []int, w *Window) bool {
	if w.Name != "SESSION" {
		return true
	}
	var origins []int
	for _, k := range keys {
		if in.Row[k].Part == NoPart {
			origins = append(origins, origin(in, k, w))
		}
	}
	return contains(origins, w.PartitionBy) && contains(w.PartitionBy, origins)
}

// origin follows a column down to the row of a window table function, none when it is computed on the way.
func origin(op *Operator, column int, w *Window) int {
	for op.Detail != Detail(w) {
		switch d := op.Detail.(type) {
		case *Program:
			if column = d.Values[column].Input; column < 0 {
				return none
			}
		case *Grouping:
			if op.Kind != Expand || column >= op.width() {
				return none
			}
		case *Distribution:
		default:
			return none
		}
		op = op.input()
	}
	return column
}

// direct lets an aggregate read an input in another order, without a projection that only orders.
func (b *builder) direct(op *Operator, g *Grouping) {
	in := op.input()
	p, ok := in.Detail.(*Program)
	if !ok || in.Kind != Calc || len(p.Conditions) > 0 || len(p.Values) != len(in.input().Row) {
		return
	}
	var to []int
	for _, v := range p.Values {
		if v.Input < 0 || v.Cast || slices.Contains(to, v.Input) {
			return
		}
		to = append(to, v.Input)
	}
	for i, k := range g.Keys {
		g.Keys[i] = to[k]
	}
	for i := range g.Calls {
		c := &g.Calls[i]
		c.Args = slices.Clone(c.Args)
		for n, a := range c.Args {
			c.Args[n] = to[a]
		}
		if c.Filter >= 0 {
			c.Filter = to[c.Filter]
		}
	}
	op.Inputs[0] = in.input()
}

// removable reports whether the keys are unique already and every call is the value of its only row.
func (b *builder) removable(op *Operator, g *Grouping) bool {
	if g.Sets > 0 || len(g.Keys) == 0 {
		return false
	}
	for _, c := range g.Calls {
		switch c.Call.Name {
		case "SUM", "MIN", "MAX", "$SUM0":
		default:
			return false
		}
		if c.Filter >= 0 || c.Call.Distinct {
			return false
		}
	}
	return within(keysOf(op.input(), plain), g.Keys)
}

func (b *builder) removed(op *Operator, g *Grouping) *Operator {
	var values []Value
	for _, k := range g.Keys {
		values = append(values, pass(op.input().Row, k))
	}
	for i, c := range g.Calls {
		v := pass(op.input().Row, c.Args[0])
		if !types.Same(v.Type, op.Row[len(g.Keys)+i].Type) {
			v.Input, v.Expr = none, c.Call
		}
		values = append(values, v)
	}
	out := calc(op.input(), values, nil)
	out.Row, out.At = op.Row, op.At
	return b.physicalCalc(out)
}
