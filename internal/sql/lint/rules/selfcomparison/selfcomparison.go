// Package selfcomparison is AS7113: a column compared with itself.
package selfcomparison

import (
	_ "embed"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7113.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7113", Name: "self-comparison", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Both sides of the comparison are the same column, so that it holds for every row that is not NULL, or for none. In the ON of a join it is usually the alias of the other table that is missing: the join then pairs every row with every row.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, b := range p.Syntax().Binaries {
		left, ok := b.Left.(*ast.ColumnRef)
		right, both := b.Right.(*ast.ColumnRef)
		if !ok || !both || b.Op < ast.Eq || b.Op > ast.Ge || len(left.Parts) != len(right.Parts) {
			continue
		}
		same := func(a, b ast.Ident) bool { return a.Name == b.Name }
		if slices.EqualFunc(left.Parts, right.Parts, same) {
			p.Report(b.Loc, "%s is compared with itself", p.Text(left.Loc))
		}
	}
}
