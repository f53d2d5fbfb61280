// Package cartesianjoin is AS5102: a join that compares every row with every other one.
package cartesianjoin

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5102", Name: "cartesian-join", Level: diag.Warning, Category: diag.Streaming,
			Text: "The join has no equality between its sides, so that Flink sends all rows to one task, keeps all of them, and compares each new row with every row of the other side. An equality in ON or WHERE lets it work by key.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		plan.Root.Walk(func(op *changelog.Operator) bool {
			j, ok := op.Detail.(*changelog.Joining)
			if ok && op.Kind == changelog.Join && len(j.Left) == 0 && !j.Semi && !constant(op.Inputs[0]) && !constant(op.Inputs[1]) {
				p.Report(p.PlaceIn(plan, op), "every row is compared with every row of the other side, in one task").Help = "add an equality between the two sides"
			}
			return true
		})
	}
}

// constant says whether an input is a row, or a few that stand in the text.
func constant(op *changelog.Operator) bool {
	for op.Kind == changelog.Exchange || op.Kind == changelog.Calc {
		op = op.Inputs[0]
	}
	return op.Kind == changelog.Values || rule.Single(op)
}
