// Package cartesianjoin is AS5102: a join that compares every row with every other one.
package cartesianjoin

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
			if crosses(op) && !slices.ContainsFunc(op.Inputs, constant) {
				p.Report(p.PlaceIn(plan, op), "every row is compared with every row of the other side, in one task").Help = "add an equality between the two sides"
			}
			return true
		})
	}
}

// crosses says whether a join has no equality between its inputs.
func crosses(op *changelog.Operator) bool {
	switch d := op.Detail.(type) {
	case *changelog.Joining:
		return op.Kind == changelog.Join && len(d.Left) == 0 && !d.Semi
	case *changelog.MultiJoining:
		return len(d.Keys[0]) == 0
	}
	return false
}

// constant says whether an input is a row, or a few that stand in the text.
func constant(op *changelog.Operator) bool {
	for op.Kind == changelog.Exchange || op.Kind == changelog.Calc {
		op = op.Inputs[0]
	}
	return op.Kind == changelog.Values || rule.Single(op)
}
