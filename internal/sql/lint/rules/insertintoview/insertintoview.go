// Package insertintoview is AS2103: INSERT INTO a view.
package insertintoview

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS2103.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS2103", Name: "insert-into-view", Category: diag.Name,
			Text: "A view is a query with a name, and nothing can be written to it. Flink says that the sink does not exist.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for _, i := range s.Inserts {
			if syntax, ok := i.Syntax.(*ast.Insert); ok && i.Table != nil && i.Table.Kind == bind.View && !i.Table.Open {
				p.Report(syntax.Table.Name.Loc, "%s is a view", i.Path.Name)
			}
		}
	}
}
