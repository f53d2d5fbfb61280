// Package unusedcte is AS7107: a query of WITH that nobody reads.
package unusedcte

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

//go:embed fixed.sql
var fixed string

// Rule returns AS7107.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7107", Name: "unused-cte", Level: diag.Warning, Category: diag.Hygiene,
			Text: "A named query of the WITH clause is not read. It costs nothing when the job runs, but whoever reads the statement has to find that out.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, w := range p.Syntax().With {
		for i := range w.Items {
			item := &w.Items[i]
			if read(w, item) {
				continue
			}
			f := p.Report(item.Name.Loc, "%s is not read", item.Name.Name)
			f.Fixes = []diag.Fix{{Title: "remove it", Safe: true, Edits: []diag.Edit{{Span: cut(w, i).Span()}}}}
		}
	}
}

// read says whether a table of that name is read anywhere in the statement but in the query itself.
func read(w *ast.With, item *ast.WithItem) bool {
	found := false
	ast.Inspect(w, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.WithItem:
			return n != item
		case *ast.Table:
			found = found || len(n.Name.Parts) == 1 && n.Name.Parts[0].Name == item.Name.Name
		case *ast.TableQuery:
			found = found || len(n.Name.Parts) == 1 && n.Name.Parts[0].Name == item.Name.Name
		case *ast.TableArg:
			found = found || n.Table != nil && len(n.Table.Parts) == 1 && n.Table.Parts[0].Name == item.Name.Name
		}
		return !found
	})
	return found
}

// cut is what goes with an item: a comma, or the word WITH.
func cut(w *ast.With, i int) ast.Loc {
	switch {
	case len(w.Items) == 1:
		return ast.Loc{Start: w.Start, End: w.Body.Place().Start}
	case i == 0:
		return ast.Loc{Start: w.Items[0].Start, End: w.Items[1].Start}
	}
	return ast.Loc{Start: w.Items[i-1].End, End: w.Items[i].End}
}
