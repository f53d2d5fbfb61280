// Package swappedcolumns is AS7102: columns that arrive under each other's names.
package swappedcolumns

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

// Rule returns AS7102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7102", Name: "swapped-columns", Level: diag.Warning, Category: diag.Hygiene,
			Text: "INSERT matches columns by position, not by name. Here the query has columns of the same names as the table, but in another order, so that each arrives under the name of another.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for _, i := range s.Inserts {
			if syntax, ok := i.Syntax.(*ast.Insert); ok && syntax.Columns == nil && i.Rel != nil && i.Table != nil {
				check(p, i, syntax)
			}
		}
	}
}

func check(p *rule.Pass, i *bind.Insert, syntax *ast.Insert) {
	place := map[string]int{}
	for n, a := range i.Columns {
		place[a.Target.Name] = n
	}
	for n, a := range i.Columns {
		if a.Source == nil || a.Source.Name == a.Target.Name {
			continue
		}
		other, ok := place[a.Source.Name]
		if !ok || i.Columns[other].Source == nil || i.Columns[other].Source.Name != a.Target.Name || other < n {
			continue
		}
		p.Report(syntax.Query.Place(), "%s arrives as %s, and %s as %s: columns are matched by position", a.Source.Name, a.Target.Name, a.Target.Name, a.Source.Name).
			Help = "name the columns of " + i.Path.Name + " in the order of the query: INSERT INTO " + i.Path.Name + " (…)"
		return
	}
}
