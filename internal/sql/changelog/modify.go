// The first pass: inserts, updates and deletes.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// demand is which modifications an operator takes, and who asks.
type demand struct {
	kinds kinds
	by    *Operator // nil for nobody
}

// modify finds the modifications of an operator and of all below it. Where they are not taken, it is noted as a refusal.
func (b *builder) modify(op *Operator, d demand) {
	switch op.Kind {
	case Calc, Correlate, LookupJoin, Exchange, Expand, MiniBatchAssigner, WatermarkAssigner, WindowTableFunction:
		b.modifyInputs(op, d)
		op.kinds = op.input().kinds
		return // what the input emits has been looked at there
	case Union:
		b.modifyInputs(op, d)
		op.kinds = 0
		for _, in := range op.Inputs {
			op.kinds |= in.kinds
		}
		return
	case Sink:
		b.modifySink(op)
		return
	}
	if d, ok := op.Detail.(*Process); ok {
		b.modifyProcess(op, d)
		return
	}
	b.modifyInputs(op, demand{kinds: b.takes(op), by: op})
	op.kinds = b.gives(op)
	if lacking := op.kinds &^ d.kinds; lacking != 0 && d.by != nil {
		b.refuseChanges(d.by, op, lacking)
	}
}

func (b *builder) modifyInputs(op *Operator, d demand) {
	for _, in := range op.Inputs {
		b.modify(in, d)
	}
}

// takes says which modifications an operator consumes.
func (b *builder) takes(op *Operator) kinds {
	switch op.Kind {
	case WindowRank, WindowDeduplicate, WindowJoin, IntervalJoin, TemporalSort, Match, MLPredict, VectorSearch, Deduplicate:
		return appends
	case WindowAggregate:
		if b.Release < token.V1_19 { // changelogs as input of window table functions came with 1.19
			return appends
		}
	case OverAggregate:
		if b.Release < token.V2_1 || b.orderedByTime(op) {
			return appends
		}
	}
	return changes
}

// orderedByTime reports whether OVER goes along a time attribute; without an order it does too.
func (b *builder) orderedByTime(op *Operator) bool {
	d := op.Detail.(*Overs)
	if len(d.Order) == 0 {
		return true
	}
	return op.input().Row[d.Order[0].Column].Attribute != types.Regular
}

// gives says which modifications an operator emits, given those of its inputs.
func (b *builder) gives(op *Operator) kinds {
	var in kinds
	for _, i := range op.Inputs {
		in |= i.kinds
	}
	switch op.Kind {
	case TableSourceScan:
		if s := op.Detail.(*Scan); s.Source.Known {
			return kindsOf(s.Source.Changes)
		}
		return appends
	case GroupAggregate:
		if in.has(updates | deletes) {
			return changes
		}
		return inserts | updates
	case GroupWindowAggregate:
		if op.Detail.(*Grouping).Updates {
			return inserts | updates
		}
	case Rank:
		return b.rankGives(op, in)
	case Deduplicate:
		r := op.Detail.(*Ranking)
		if !r.first() || op.input().Row[r.Order[0].Column].Attribute == types.Rowtime {
			return changes
		}
	case SortLimit, ChangelogNormalize:
		return changes
	case Limit:
		if in != appends {
			return changes
		}
	case OverAggregate:
		if b.Release >= token.V2_1 && !b.orderedByTime(op) {
			return changes
		}
	case Join:
		if t := op.Detail.(*Joining).Type; t == Inner || t == Semi {
			return in
		}
		return changes
	case MultiJoin:
		if !slices.Contains(op.Detail.(*MultiJoining).Types, Left) {
			return in
		}
		return changes
	case TemporalJoin:
		return op.Inputs[0].kinds
	case Unknown, ProcessTableFunction:
		if len(op.Inputs) > 0 && op.Kind == Unknown {
			return in
		}
	}
	return appends
}

func (b *builder) rankGives(op *Operator, in kinds) kinds {
	r := op.Detail.(*Ranking)
	if b.Release >= token.V2_1 && r.deduplicates() && in == appends && r.first() && !b.on("table.exec.mini-batch.enabled") {
		return appends
	}
	return changes
}

// modifySink asks the sink what it takes of what the query gives.
func (b *builder) modifySink(op *Operator) {
	t := op.Detail.(*Target)
	b.modify(op.input(), demand{kinds: changes})
	op.kinds = 0
	if !t.Sink.Known {
		return
	}
	given := op.input().kinds
	taken := kindsOf(t.Sink.Mode(given.mode()))
	if given != appends && t.Sink.KeyToAdd && len(t.Insert.Table.PrimaryKey) == 0 {
		b.refuseKey(op)
		return
	}
	b.modify(op.input(), demand{kinds: taken, by: op})
}
