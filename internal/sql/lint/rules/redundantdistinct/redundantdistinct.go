// Package redundantdistinct is AS7116: DISTINCT over what GROUP BY has made distinct.
package redundantdistinct

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

//go:embed fixed.sql
var fixed string

// Rule returns AS7116.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7116", Name: "redundant-distinct", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The query groups by columns that it all returns, so that its rows differ already. For DISTINCT Flink adds a second aggregation with a state entry for every row, kept as long as the state of the first.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, q := range p.Syntax().Selects {
		if q.Quantity != ast.Distinct || q.GroupBy == nil || !returned(p, q) {
			continue
		}
		at, ok := word(p, q)
		if !ok {
			continue
		}
		f := p.Report(at, "GROUP BY has made the rows distinct already")
		f.Help = "without DISTINCT the job keeps half the state"
		away := ast.Loc{Start: at.Start, End: q.Items[0].Start}
		f.Fixes = []diag.Fix{{Title: "remove DISTINCT", Safe: true, Edits: []diag.Edit{{Span: away.Span()}}}}
	}
}

// returned says whether every column of GROUP BY is in the SELECT list as it is.
func returned(p *rule.Pass, q *ast.Select) bool {
	items := map[string]bool{}
	for i := range q.Items {
		if c, ok := q.Items[i].Expr.(*ast.ColumnRef); ok {
			items[c.Parts[len(c.Parts)-1].Name] = true
			items[p.Text(c.Loc)] = true
		}
	}
	for _, g := range q.GroupBy.Items {
		x, ok := g.(*ast.GroupExpr)
		if !ok {
			return false
		}
		c, ok := x.Expr.(*ast.ColumnRef)
		if !ok || !items[p.Text(c.Loc)] {
			return false
		}
	}
	return len(q.GroupBy.Items) > 0
}

// word is where DISTINCT stands: between SELECT and the first item.
func word(p *rule.Pass, q *ast.Select) (ast.Loc, bool) {
	before := p.Text(ast.Loc{Start: q.Start, End: q.Items[0].Start})
	at := strings.LastIndex(strings.ToUpper(before), "DISTINCT")
	if at < 0 {
		return ast.Loc{}, false
	}
	start := q.Start + int32(at)
	return ast.Loc{Start: start, End: start + int32(len("DISTINCT"))}, true
}
