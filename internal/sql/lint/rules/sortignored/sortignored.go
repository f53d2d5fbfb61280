// Package sortignored is AS5110: ORDER BY in a subquery.
package sortignored

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5110.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5110", Name: "sort-ignored", Level: diag.Warning, Category: diag.Streaming,
			Text: "Rows of a subquery have no order: Flink drops an ORDER BY without LIMIT below another query, without a word. At the top of a query it sorts, and in streaming only by ascending time.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	top := map[*ast.Ordered]bool{}
	for _, s := range p.Script.Statements {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Derived:
				mark(top, n.Query)
			case *ast.WithItem:
				mark(top, n.Query)
			case *ast.In:
				mark(top, n.Query)
			case *ast.Subquery:
				mark(top, n.Query)
			}
			return true
		})
	}
	for _, o := range p.Syntax().Ordered {
		if top[o] && len(o.OrderBy) > 0 && o.Limit == nil && o.Fetch == nil && o.Offset == nil {
			at := ast.Loc{Start: o.OrderBy[0].Start, End: o.OrderBy[len(o.OrderBy)-1].End}
			p.Report(at, "the order is dropped: rows of a subquery have none").Help = "sort where the rows are read, or add LIMIT"
		}
	}
}

// mark notes the ordered query that a subquery is as a whole.
func mark(top map[*ast.Ordered]bool, q ast.Query) {
	switch q := q.(type) {
	case *ast.ParenQuery:
		if q != nil {
			mark(top, q.Query)
		}
	case *ast.Ordered:
		top[q] = true
	}
}
