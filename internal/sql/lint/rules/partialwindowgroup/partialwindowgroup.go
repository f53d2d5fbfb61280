// Package partialwindowgroup is AS5103: GROUP BY with one bound of a window only.
package partialwindowgroup

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5103.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5103", Name: "partial-window-group", Level: diag.Warning, Category: diag.Streaming,
			Text: "An aggregation is one per window when it groups by window_start and window_end, both of them. With one of the two Flink plans an ordinary aggregation: it emits a change for every row instead of one result when the window closes, and keeps every window forever.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		plan.Root.Walk(func(op *changelog.Operator) bool {
			g, ok := op.Detail.(*changelog.Grouping)
			if !ok || op.Kind != changelog.GroupAggregate {
				return true
			}
			has := map[changelog.Part]bool{}
			for _, k := range g.Keys {
				if f := op.Inputs[0].Row[k]; f.Window != nil {
					has[f.Part] = true
				}
			}
			if has[changelog.Start] == has[changelog.End] {
				return true
			}
			missing := "window_start"
			if has[changelog.Start] {
				missing = "window_end"
			}
			p.Report(place(p, plan, op), "without %s this is no aggregation per window", missing).Help = "add " + missing + " to GROUP BY"
			return true
		})
	}
}

// place is the GROUP BY clause within the text of the operator.
func place(p *rule.Pass, plan *changelog.Plan, op *changelog.Operator) ast.Loc {
	at := p.PlaceIn(plan, op)
	for _, g := range p.Syntax().GroupBys {
		if at.Contains(g.Loc) || g.Contains(at) {
			return g.Loc
		}
	}
	return at
}
