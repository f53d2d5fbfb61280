// The second pass: who needs UPDATE_BEFORE.

package changelog

import (
	"github.com/autostream/autostream/internal/sql/connector"
	"slices"

	"github.com/autostream/autostream/internal/sql/token"
)

// updates returns the operator with updates as they are required, or nil when it cannot emit them so.
func (b *builder) updates(op *Operator, required update) *Operator {
	switch op.Kind {
	case Sink:
		return b.updatesSink(op)
	case GroupAggregate, GroupWindowAggregate, WindowAggregate, Limit, OverAggregate, Sort:
		// They take back what a former row did, so they need it; what they emit, they can emit in any way.
		return b.asked(op, required, op.input().kinds.both())
	case WindowRank, WindowDeduplicate, Deduplicate, TemporalSort, Match, IntervalJoin, WindowJoin:
		return b.asked(op, required, noUpdate)
	case Rank, SortLimit:
		return b.updatesRank(op, required)
	case Join, MultiJoin:
		return b.updatesJoin(op, required)
	case TemporalJoin:
		return b.updatesTemporal(op, required)
	case Calc:
		if required == onlyAfter && b.filtersUpdates(op) {
			return nil // a row may pass that did not before, or the other way: the former row has to be taken back
		}
		return b.forwarded(op, required)
	case Correlate, LookupJoin, Exchange, Expand, MiniBatchAssigner, WatermarkAssigner, WindowTableFunction, MLPredict, VectorSearch:
		return b.forwarded(op, required)
	case Union:
		return b.updatesUnion(op, required)
	case ChangelogNormalize:
		return b.asked(op, required, onlyAfter)
	case TableSourceScan:
		return b.updatesScan(op, required)
	case Unknown, ProcessTableFunction:
		if d, ok := op.Detail.(*Process); ok {
			return b.updatesProcess(op, d, required)
		}
		var inputs []*Operator
		for _, in := range op.Inputs {
			next := b.updates(in, in.kinds.both())
			if next == nil {
				return nil
			}
			inputs = append(inputs, next)
		}
		return op.given(inputs, op.kinds.both())
	}
	return op.given(op.Inputs, noUpdate)
}

// given returns the operator with inputs and the way it emits updates.
func (o *Operator) given(inputs []*Operator, u update) *Operator {
	if !o.kinds.has(updates) {
		u = noUpdate
	}
	c := o.with(inputs)
	c.update = u
	return c
}

// satisfies reports whether updates of one way do for a requirement.
func (u update) satisfies(required update) bool { return u == noUpdate || u == required }

// inputs asks all inputs for the same.
func (b *builder) inputs(op *Operator, required update) []*Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		inputs[i] = b.updates(in, required)
		if inputs[i] == nil || !inputs[i].update.satisfies(required) {
			return nil
		}
	}
	return inputs
}

// asked is an operator that emits what is required and asks its input for something else.
func (b *builder) asked(op *Operator, required, ask update) *Operator {
	inputs := b.inputs(op, ask)
	if inputs == nil {
		return nil
	}
	return op.given(inputs, required)
}

// forwarded is an operator that emits what its input does.
func (b *builder) forwarded(op *Operator, required update) *Operator {
	inputs := b.inputs(op, required)
	if inputs == nil {
		return nil
	}
	return op.given(inputs, inputs[0].update)
}

// filtersUpdates reports whether a projection has a condition that an update can change the outcome of. Since 2.1 one on
// the upsert key is none.
func (b *builder) filtersUpdates(op *Operator) bool {
	p := op.Detail.(*Program)
	if len(p.Conditions) == 0 {
		return false
	}
	if b.Release < token.V2_1 {
		return true
	}
	keys := upsertKeys(op.input())
	uses := usesOf(p.Conditions)
	if b.Release < token.V2_3 {
		return len(keys) == 0 || !contains(keys[0], uses)
	}
	return !slices.ContainsFunc(keys, func(k Key) bool { return contains(k, uses) })
}

func (b *builder) updatesRank(op *Operator, required update) *Operator {
	strategies := []Strategy{AppendFast}
	if op.input().kinds != appends {
		strategies = []Strategy{Retract}
		if b.updatesFast(op) {
			strategies = []Strategy{UpdateFast, Retract}
		}
	}
	for _, s := range strategies {
		ask := map[Strategy]update{AppendFast: noUpdate, Retract: beforeAndAfter, UpdateFast: onlyAfter}[s]
		if !op.input().kinds.has(updates) {
			ask = noUpdate
		}
		if next := b.asked(op, required, ask); next != nil {
			if r, ok := op.Detail.(*Ranking); ok {
				c := *r
				c.Strategy, next.Detail = s, &c
			}
			return next
		}
	}
	return nil
}

// updatesFast reports whether a rank can follow updates by their key: the key has the partition, and the order moves one way.
func (b *builder) updatesFast(op *Operator) bool {
	var partition []int
	var order []Order
	switch d := op.Detail.(type) {
	case *Ranking:
		partition, order = d.Partition, d.Order
	case *Ordering:
		order = d.Order
	}
	in := op.input()
	if e, ok := in.Detail.(*Distribution); ok && slices.Equal(e.Keys, partition) {
		in = in.input()
	}
	if !slices.ContainsFunc(upsertKeys(in), func(k Key) bool { return contains(k, partition) }) {
		return false
	}
	for _, o := range order {
		m := monotonicity(in, o.Column)
		if m != constant && (m != increasing || !o.Descending) && (m != decreasing || o.Descending) {
			return false
		}
	}
	return len(order) > 0
}

// monotony says how the values of a column change within a key.
type monotony uint8

const (
	wild monotony = iota
	constant
	increasing
	decreasing
)

// monotonicity follows a column to the aggregate that makes it (FlinkRelMdModifiedMonotonicity).
func monotonicity(op *Operator, column int) monotony {
	if column < 0 {
		return wild
	}
	switch d := op.Detail.(type) {
	case *Distribution:
		return monotonicity(op.input(), column)
	case *Program:
		if v := d.Values[column]; v.Input >= 0 {
			return monotonicity(op.input(), v.Input)
		}
	case *Grouping:
		if op.Kind != GroupAggregate || op.input().kinds != appends {
			return wild
		}
		if column < len(d.Keys) {
			return constant
		}
		switch d.Calls[column-len(d.Keys)].Call.Name {
		case "COUNT", "MAX":
			return increasing
		case "MIN":
			return decreasing
		}
	}
	return wild
}

func (b *builder) updatesJoin(op *Operator, required update) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		ask := in.kinds.both()
		if required == onlyAfter {
			if in.kinds.has(updates) && !keyedByJoin(op, i) {
				return nil
			}
			ask = in.kinds.after()
		}
		if inputs[i] = b.updates(in, ask); inputs[i] == nil {
			return nil
		}
	}
	return op.given(inputs, required)
}

// keyedByJoin reports whether an upsert key of one input has all columns that it is joined on.
func keyedByJoin(op *Operator, input int) bool {
	var columns []int
	switch d := op.Detail.(type) {
	case *Joining:
		columns = [][]int{d.Left, d.Right}[input]
	case *MultiJoining:
		if columns = d.Keys[input]; len(columns) == 0 {
			return false
		}
	}
	in := op.Inputs[input]
	if in.Kind == Exchange {
		in = in.input()
	}
	return slices.ContainsFunc(upsertKeys(in), func(k Key) bool { return contains(k, columns) })
}

func (b *builder) updatesTemporal(op *Operator, required update) *Operator {
	left, right := op.Inputs[0], op.Inputs[1]
	ask := left.kinds.after()
	if required == beforeAndAfter {
		ask = left.kinds.both()
	}
	l, r := b.updates(left, ask), b.updates(right, right.kinds.after())
	if r == nil {
		r = b.updates(right, right.kinds.both())
	}
	if l == nil || r == nil {
		return nil
	}
	return op.given([]*Operator{l, r}, l.update)
}

func (b *builder) updatesUnion(op *Operator, required update) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	out := noUpdate
	for i, in := range op.Inputs {
		ask := required
		if in.kinds == appends {
			ask = noUpdate
		}
		next := b.updates(in, ask)
		if next == nil || next.update != noUpdate && out != noUpdate && next.update != out {
			return nil
		}
		if next.update != noUpdate {
			out = next.update
		}
		inputs[i] = next
	}
	return op.given(inputs, out)
}

// updatesScan drops UPDATE_BEFORE behind a source that emits it and nobody needs it.
func (b *builder) updatesScan(op *Operator, required update) *Operator {
	s := op.Detail.(*Scan)
	scan := op.given(nil, updateOf(s.Source.Changes))
	if scan.update != beforeAndAfter || required != onlyAfter {
		return scan
	}
	drop := &Operator{Kind: DropUpdateBefore, Inputs: []*Operator{scan}, Row: op.Row, At: op.At, kinds: op.kinds}
	drop.update = onlyAfter
	return drop
}

// updatesSink asks for what the sink takes. One that takes no UPDATE_BEFORE needs it all the same where the changes do not
// come by its primary key: an update may move a row to another key.
func (b *builder) updatesSink(op *Operator) *Operator {
	t := op.Detail.(*Target)
	in := op.input()
	ways := []update{in.kinds.both()}
	if t.Sink.Known {
		switch updateOf(t.Sink.Mode(in.kinds.mode())) {
		case onlyAfter:
			ways = []update{in.kinds.after(), in.kinds.both()}
			if len(t.Keys) > 0 && !slices.ContainsFunc(upsertKeys(in), func(k Key) bool { return slices.Equal(k, t.Keys) }) {
				ways = ways[1:]
			}
		case noUpdate:
			ways = []update{noUpdate}
		}
	}
	detail := *t
	detail.Materialize = b.materializes(op, t)
	for _, u := range ways {
		if inputs := b.inputs(op, u); inputs != nil {
			next := op.with(inputs)
			next.Detail = &detail
			return next
		}
	}
	return nil
}

// materializes reports whether a SinkUpsertMaterializer has to put changes of one key in order.
func (b *builder) materializes(op *Operator, t *Target) bool {
	in := op.input()
	mode := t.Sink.Mode(in.kinds.mode())
	b.checkConflict(op, t, mode)
	switch setting, _ := b.Setting("table.exec.sink.upsert-materialize"); setting {
	case "NONE":
		return false
	case "FORCE":
		return len(t.Keys) > 0 && !mode.Has(connector.UpdateBefore)
	}
	if !t.Sink.Known || len(t.Keys) == 0 || mode == connector.Append || mode.Has(connector.UpdateBefore) {
		return false
	}
	differs := !slices.ContainsFunc(upsertKeys(in), func(k Key) bool { return contains(t.Keys, k) })
	if in.kinds == appends && (b.Release < token.V2_3 || t.Conflict == DoDeduplicate) {
		return false
	}
	if b.Release >= token.V2_3 && differs && t.Conflict == NoConflict && b.onUnless("table.exec.sink.require-on-conflict") {
		b.refuseConflict(op, t)
	}
	return differs
}
