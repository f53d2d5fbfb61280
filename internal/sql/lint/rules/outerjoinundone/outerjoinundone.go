// Package outerjoinundone is AS7117: an outer join whose missing rows WHERE drops again.
package outerjoinundone

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7117.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7117", Name: "outer-join-undone", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The condition compares a column of the side that may be missing, and a comparison with NULL is never true: the rows that the outer join kept are dropped again, and Flink plans an inner join. The condition belongs into ON, or the join is meant to be an inner one.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for r := range rule.Rels(s) {
			filter, ok := r.(*bind.Filter)
			if !ok || filter.Clause != token.WHERE {
				continue
			}
			join, ok := filter.Input.(*bind.Join)
			if !ok {
				continue
			}
			missing := optional(join)
			for _, c := range conjuncts(filter.Condition) {
				if column := compared(c, missing); column != nil {
					p.Report(c.Place(), "rows without a match are dropped: %s is NULL there", column.Name).Help = "put the condition into ON, or write JOIN"
					break
				}
			}
		}
	}
}

// optional lists the columns that are NULL where a row has no match.
func optional(j *bind.Join) map[*bind.Column]bool {
	columns := map[*bind.Column]bool{}
	left := len(j.Left.Columns())
	all := j.Columns()
	if j.Kind == ast.LeftJoin && len(all) >= left {
		for _, c := range all[left:] {
			columns[c] = true
		}
	}
	if j.Kind == ast.RightJoin && len(all) >= left {
		for _, c := range all[:left] {
			columns[c] = true
		}
	}
	return columns
}

func conjuncts(x bind.Expr) []bind.Expr {
	if c, ok := x.(*bind.Call); ok && c.Name == "AND" {
		var all []bind.Expr
		for _, a := range c.Args {
			all = append(all, conjuncts(a)...)
		}
		return all
	}
	return []bind.Expr{x}
}

// comparisons are never true for NULL.
var comparisons = map[string]bool{"=": true, "<>": true, "<": true, "<=": true, ">": true, ">=": true, "BETWEEN": true, "LIKE": true, "IN": true}

// compared returns the column that a comparison has on one side as it is.
func compared(x bind.Expr, missing map[*bind.Column]bool) *bind.Column {
	c, ok := x.(*bind.Call)
	if !ok || !comparisons[c.Name] {
		return nil
	}
	for _, a := range c.Args[:min(2, len(c.Args))] {
		if r, ok := a.(*bind.Ref); ok && missing[r.Column] {
			return r.Column
		}
	}
	return nil
}
