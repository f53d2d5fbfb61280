// Package equalsnull is AS7111: = NULL and <> NULL.
package equalsnull

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

//go:embed fixed.sql
var fixed string

// Rule returns AS7111.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7111", Name: "equals-null", Level: diag.Warning, Category: diag.Hygiene,
			Text: "A comparison with NULL is neither true nor false but unknown, so that the condition never holds and the row is dropped. IS NULL and IS NOT NULL ask for what was meant.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, b := range p.Syntax().Binaries {
		words, ok := map[ast.Op]string{ast.Eq: "IS NULL", ast.Ne: "IS NOT NULL"}[b.Op]
		null, isNull := b.Right.(*ast.Constant)
		if !ok || !isNull || null.Kind != token.NULL {
			continue
		}
		f := p.Report(b.Loc, "a comparison with NULL is never true")
		f.Help = "write " + words
		behind := ast.Loc{Start: b.Left.Place().End, End: b.End}
		f.Fixes = []diag.Fix{{Title: "write " + words, Edits: []diag.Edit{{Span: behind.Span(), Text: " " + words}}}}
	}
}
