// Statement sets: INSERTs that share a Sink.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
)

// sharesSinks is the first release in which INSERTs of one set into one table have one Sink, behind a Union (SinkReuser).
const sharesSinks = token.V2_1

// share finds the plans of a statement set whose rows reach one Sink: they write the same columns of the same table, with
// the same hints, and the same kinds of changes come in.
func (o *options) share(plans []*Plan) {
	if o.Release < sharesSinks || !o.onUnless("table.optimizer.reuse-sink-enabled") {
		return
	}
	for i, p := range plans {
		first := slices.IndexFunc(plans[:i], func(q *Plan) bool { return q.Into == nil && sameSink(o, q, p) })
		if first < 0 {
			continue
		}
		p.Into = plans[first]
		p.Into.Shared = append(p.Into.Shared, p)
	}
	for _, p := range plans {
		if len(p.Shared) > 0 {
			p.graph = united(p)
		}
	}
}

func sameSink(o *options, p, q *Plan) bool {
	if p.Insert == nil || q.Insert == nil || p.Insert.Table == nil || p.Insert.Table != q.Insert.Table || p.Root.Kind != Sink || q.Root.Kind != Sink ||
		len(p.Refusals)+len(q.Refusals) > 0 {
		return false
	}
	a, isA := p.Insert.Syntax.(*ast.Insert)
	b, isB := q.Insert.Syntax.(*ast.Insert)
	if !isA || !isB || a.Overwrite != b.Overwrite || a.OnConflict != b.OnConflict || p.Root.input().Changes != q.Root.input().Changes {
		return false
	}
	same := func(x, y ast.Node, there bool) bool { return !there || o.text(x.Place()) == o.text(y.Place()) }
	hints := a.Table.Hints != nil
	partition := a.Partition != nil
	return hints == (b.Table.Hints != nil) && partition == (b.Partition != nil) && len(a.Columns) == len(b.Columns) &&
		p.Root.Detail.(*Target).Materialize == q.Root.Detail.(*Target).Materialize &&
		same(a.Table.Hints, b.Table.Hints, hints) && same(a.Partition, b.Partition, partition) &&
		slices.EqualFunc(p.Insert.Columns, q.Insert.Columns, func(x, y bind.Assigned) bool { return (x.Source == nil) == (y.Source == nil) }) &&
		slices.EqualFunc(a.Columns, b.Columns, func(x, y ast.Name) bool { return x.Text() == y.Text() })
}

// united puts a Union of the inputs of all Sinks before the first one.
func united(p *Plan) *Operator {
	in := p.Root.input()
	all := &Operator{Kind: Union, Row: in.Row, At: p.Root.At, Changes: in.Changes, Inputs: []*Operator{in}, kinds: in.kinds, update: in.update, delete: in.delete}
	for _, q := range p.Shared {
		all.Inputs = append(all.Inputs, q.Root.input())
	}
	return p.Root.with([]*Operator{all})
}

// Graph is the operators of a plan as they run in its job: those that share its Sink are below it. It is nil for a plan
// whose rows go into the Sink of another one.
func (p *Plan) Graph() *Operator {
	switch {
	case p.Into != nil:
		return nil
	case p.graph != nil:
		return p.graph
	}
	return p.Root
}
