// Aggregations that Flink splits by buckets of distinct values (SplitAggregateRule, TwoStageOptimizedAggregateRule): the
// buckets are aggregated first, then their results. A plan of package changelog shows one aggregation.

package evolve

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/changelog"
)

// splits reports whether Flink splits an aggregation.
func (b *builder) splits(g *changelog.Grouping) bool {
	return b.job.option("table.optimizer.distinct-agg.split.enabled", false) && b.job.option("table.exec.mini-batch.enabled", false) &&
		slices.ContainsFunc(g.Calls, func(c changelog.Aggregate) bool { return c.Call.Distinct })
}

// incremental reports whether the first aggregation and the local part of the second are one operator.
func (b *builder) incremental() bool {
	return b.job.option("table.optimizer.incremental-agg-enabled", true)
}

// buckets adds the operators that aggregate the buckets, between the local aggregation and the final one.
func (b *builder) buckets(op *changelog.Operator, in []Edge) []Edge {
	g, ok := op.Detail.(*changelog.Grouping)
	if !ok || op.Kind != changelog.GlobalGroupAggregate || !b.splits(g) {
		return in
	}
	n := &Node{Name: string(changelog.IncrementalAggregate), op: op}
	s := &states{builder: b, node: n, op: op, ttl: b.ttl(op)}
	n.Key = strings.TrimSuffix(keyType(op.Inputs[0].Row, g.Keys), ")") + ", INT)"
	places := s.distinct(g.Calls)
	if !b.incremental() {
		n.Name = string(changelog.GlobalGroupAggregate)
		retract := s.retracted(op.Inputs[0])
		s.value("accState", rowText(append(s.accumulators(g.Calls, retract, retract), places...)))
		in = b.add(n, in)
		n = &Node{Name: string(changelog.LocalGroupAggregate)}
	}
	out := slices.Clone(b.add(n, in))
	out[0].Forward = false
	return out
}

// final fills in the state of the aggregation over the results of buckets. Without the incremental operator a bucket takes
// its former result back.
func (s *states) final(g *changelog.Grouping, retract bool) {
	retract = retract || !s.incremental()
	var all []string
	for _, c := range g.Calls {
		all = append(all, s.digests.accumulator(c, retract)...)
	}
	if retract {
		all = append(all, "BIGINT")
	}
	s.value("accState", rowText(all))
}
