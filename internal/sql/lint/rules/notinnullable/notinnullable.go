// Package notinnullable is AS5106: NOT IN over values that may be NULL.
package notinnullable

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5106.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5106", Name: "not-in-nullable", Level: diag.Warning, Category: diag.Streaming,
			Text: "When one row of the subquery is NULL, NOT IN is true for nothing: x NOT IN (1, NULL) is unknown. Flink has to keep that possibility open, joins without an equality, and keeps all rows of both sides in one task. NOT EXISTS with an equality, or a column that cannot be NULL, does what is usually meant.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for r := range rule.Rels(s) {
			for x := range rule.Exprs(r) {
				bind.Walk(x, func(x bind.Expr) bool {
					if c, ok := x.(*bind.Call); ok && c.Name == "NOT" && len(c.Args) == 1 {
						check(p, c)
					}
					return true
				})
			}
		}
	}
}

func check(p *rule.Pass, not *bind.Call) {
	q, ok := not.Args[0].(*bind.Subquery)
	if !ok || q.Kind != bind.InSubquery || q.Rel == nil || len(q.Rel.Columns()) != 1 {
		return
	}
	if c := q.Rel.Columns()[0]; c.Type.Known() && !c.Type.NotNull && !filtered(q.Rel, c) {
		p.Report(not.Place(), "with one NULL among %s nothing is NOT IN the subquery", c.Name).Help = "write NOT EXISTS with an equality"
	}
}

// filtered says whether the subquery drops NULL by IS NOT NULL.
func filtered(r bind.Rel, c *bind.Column) bool {
	found := false
	for below := range rule.Below(r) {
		f, ok := below.(*bind.Filter)
		if !ok {
			continue
		}
		bind.Walk(f.Condition, func(x bind.Expr) bool {
			if call, ok := x.(*bind.Call); ok && call.Name == "IS NOT NULL" {
				found = true
			}
			return true
		})
	}
	return found
}
