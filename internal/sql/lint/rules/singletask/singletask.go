// Package singletask is AS5107: an aggregation of all rows in one task.
package singletask

import (
	_ "embed"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5107.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5107", Name: "single-task", Level: diag.Note, Category: diag.Streaming,
			Text: "An aggregation without GROUP BY has one result, and one task computes it from every row, whatever the parallelism. With mini-batches Flink aggregates in two phases, so that only sums of sums come together; COUNT(DISTINCT …) needs table.optimizer.distinct-agg.split.enabled beside that, or all values meet in the one task after all.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		if plan.Insert == nil {
			continue
		}
		plan.Root.Walk(func(op *changelog.Operator) bool {
			g, ok := op.Detail.(*changelog.Grouping)
			if !ok || op.Kind != changelog.GroupAggregate || len(g.Keys) > 0 || !rule.Endless(op) || reduced(op.Inputs[0]) {
				return true
			}
			f := p.Report(p.PlaceIn(plan, op), "one task aggregates every row")
			f.Help = "SET 'table.exec.mini-batch.enabled' = 'true', with allow-latency and size, aggregates in two phases"
			if slices.ContainsFunc(g.Calls, func(a changelog.Aggregate) bool { return a.Call.Distinct }) {
				f.Help += "; table.optimizer.distinct-agg.split.enabled spreads the distinct values"
			}
			return true
		})
	}
}

// reduced says whether the rows come out of another aggregation, so that they are few.
func reduced(op *changelog.Operator) bool {
	found := false
	op.Walk(func(below *changelog.Operator) bool {
		if _, ok := below.Detail.(*changelog.Grouping); ok {
			found = true
		}
		return !found
	})
	return found
}
