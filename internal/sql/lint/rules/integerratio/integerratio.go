// Package integerratio is AS7115: two counts divided without a fraction.
package integerratio

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/types"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7115.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7115", Name: "integer-ratio", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Both sides of the division are aggregates of integer types, and the result is an integer too: 3 / 4 is 0. What looks like a rate is 0 until it reaches 1.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for r := range rule.Rels(s) {
			for x := range rule.Exprs(r) {
				bind.Walk(x, func(x bind.Expr) bool {
					if c, ok := x.(*bind.Call); ok && c.Infix && c.Name == "/" && len(c.Args) == 2 && counted(c.Args[0]) && counted(c.Args[1]) {
						p.Report(c.Place(), "both sides are integers, so the fraction is cut off").Help = "cast one side: CAST(… AS DOUBLE)"
					}
					return true
				})
			}
		}
	}
}

// counted says whether an expression is an aggregate of an integer type.
func counted(x bind.Expr) bool {
	if !x.Type().In(types.Integers) {
		return false
	}
	for {
		r, ok := x.(*bind.Ref)
		if !ok {
			break
		}
		x = r.Column.Value
	}
	c, ok := x.(*bind.Call)
	return ok && c.Kind == catalog.Aggregate
}
