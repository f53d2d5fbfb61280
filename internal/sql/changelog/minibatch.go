// Two phases: an aggregation before and one behind the exchange.

package changelog

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/types"
)

const miniBatch = "table.exec.mini-batch.enabled"

// phases splits aggregations, and lets sources mark batches.
func (b *builder) phases(root *Operator) *Operator {
	if b.Batch {
		return root
	}
	if b.on(miniBatch) {
		root = b.batches(root, true, true)
	}
	return b.split(root)
}

func (b *builder) split(op *Operator) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		inputs[i] = b.split(in)
	}
	op = op.with(inputs)
	if strings.EqualFold(b.settings["table.optimizer.agg-phase-strategy"], "ONE_PHASE") || len(inputs) == 0 || inputs[0].Kind != Exchange {
		return op
	}
	g, ok := op.Detail.(*Grouping)
	if !ok || !mergeable(g) {
		return op
	}
	switch {
	case op.Kind == WindowAggregate && g.Window.Attribute == types.Rowtime && g.Window.Name != "SESSION":
		return twoPhases(op, LocalWindowAggregate, GlobalWindowAggregate, inputs[0].input().kinds)
	case op.Kind == GroupAggregate && b.on(miniBatch):
		if steps := incremental(op); steps != nil && b.onUnless("table.optimizer.incremental-agg-enabled") {
			return steps
		}
		return twoPhases(op, LocalGroupAggregate, GlobalGroupAggregate, appends)
	}
	return op
}

// mergeable reports whether all calls can be computed in parts.
func mergeable(g *Grouping) bool {
	return !slices.ContainsFunc(g.Calls, func(a Aggregate) bool {
		return a.Call.Kind == catalog.UnknownKind || a.Call.User != nil && !a.Call.User.Merges || unmergeable[a.Call.Name]
	})
}

// unmergeable are the functions of Flink without a way to put two states together.
var unmergeable = map[string]bool{
	"SINGLE_VALUE": true, "FIRST_VALUE": true, "LAST_VALUE": true, "JSON_ARRAYAGG": true,
}

func twoPhases(op *Operator, local, global Kind, emits kinds) *Operator {
	g := op.Detail.(*Grouping)
	e := op.input()
	below := e.input()
	first := &Operator{Kind: local, Inputs: []*Operator{below}, At: op.At, Detail: g, kinds: emits, update: below.update}
	keys := make([]int, len(g.Keys))
	for i, k := range g.Keys {
		first.Row = append(first.Row, below.Row[k])
		keys[i] = i
	}
	for _, c := range g.Calls {
		first.Row = append(first.Row, Field{Name: c.Call.Name, Type: c.Call.Type()})
	}
	if g.Window != nil {
		first.Row = append(first.Row, Field{Name: "$slice_end", Type: types.Long})
	}
	first.Changes = emits.changes(below.update)
	between := &Operator{Kind: Exchange, Inputs: []*Operator{first}, Row: first.Row, Detail: &Distribution{Keys: keys}, At: e.At, Changes: first.Changes}
	detail := *g
	detail.Keys = keys
	out := op.with([]*Operator{between})
	out.Kind, out.Detail = global, &detail
	return out
}

// batches puts a MiniBatchAssigner behind each source whose rows are batched: not below a legacy window, and not where the
// rows of an upsert source are only projected on their way to the root.
func (b *builder) batches(op *Operator, batched, projected bool) *Operator {
	switch op.Kind {
	case GroupWindowAggregate:
		batched = false
	case TableSourceScan:
		changes := op.Detail.(*Scan).Source.Changes
		batched = batched && !(projected && changes.Has(connector.UpdateAfter) && !changes.Has(connector.UpdateBefore))
	case Sink, Calc, Exchange, ChangelogNormalize:
	default:
		projected = false
	}
	source := op.Kind == TableSourceScan || op.Kind == WatermarkAssigner
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		inputs[i] = b.batches(in, batched && op.Kind != WatermarkAssigner, projected)
	}
	op = op.with(inputs)
	if !source || !batched {
		return op
	}
	return &Operator{Kind: MiniBatchAssigner, Inputs: []*Operator{op}, Row: op.Row, At: op.At, Changes: op.Changes, UpsertKeys: op.UpsertKeys, kinds: op.kinds, update: op.update}
}

// incremental joins the second phase of the first step of a split aggregation with the first phase of the second step.
func incremental(op *Operator) *Operator {
	global := op.input().input()
	g, ok := global.Detail.(*Grouping)
	if !ok || global.Kind != GlobalGroupAggregate || !g.Partial {
		return nil
	}
	middle := global.with(global.Inputs)
	middle.Kind, middle.kinds, middle.update, middle.Changes = IncrementalAggregate, appends, noUpdate, appends.changes(noUpdate)
	between := op.input().with([]*Operator{middle})
	between.Row, between.Changes = middle.Row, middle.Changes
	out := op.with([]*Operator{between})
	out.Kind = GlobalGroupAggregate
	return out
}
