// Package ranknumberoutput is AS5108: a top-N that writes the rank of each row.
package ranknumberoutput

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

// Rule returns AS5108.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5108", Name: "rank-number-output", Level: diag.Note, Category: diag.Streaming,
			Text: "When a row enters the top-N, the ranks of all rows behind it change, and with the rank among the columns each of them is written again: up to N changes for one row. Without the rank only the row that enters and the one that leaves are written; whoever reads the result can sort it.",
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
			r, ok := op.Detail.(*changelog.Ranking)
			if !ok || op.Kind != changelog.Rank || !r.Numbered || r.To <= 1 {
				return true
			}
			at := p.PlaceIn(plan, op)
			if r.Call != nil && p.Bound.Statements[plan.Statement-1].Syntax.Place().Contains(r.Call.Place()) && r.Call.Place().End > 0 {
				at = r.Call.Place()
			}
			p.Report(at, "a row that enters writes up to %d rows, because their ranks change", r.To).Help = "leave the rank out of what is written"
			return true
		})
	}
}
