// Package shadowedname is AS7108: a name that hides a table.
package shadowedname

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

// Rule returns AS7108.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7108", Name: "shadowed-name", Level: diag.Note, Category: diag.Hygiene,
			Text: "A query of WITH, or a temporary table, has the name of a table that is there too, and from then on the name means the new one. Readers, and whoever moves the statement, take one for the other.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, w := range p.Syntax().With {
		for i := range w.Items {
			item := &w.Items[i]
			if t := p.Session.Named(item.Name.Name); t != nil && !t.Open && !reads(item) {
				p.Report(item.Name.Loc, "%s is also the name of a table", item.Name.Name)
			}
		}
	}
	declared := map[string]bool{}
	for _, s := range p.Bound.Statements {
		if c, ok := s.Syntax.(*ast.CreateTable); ok && s.Table != nil {
			path := s.Table.Path.String()
			if c.Temporary && declared[path] {
				p.Report(c.Name.Loc, "the temporary table hides %s", c.Name.Text())
			}
			declared[path] = declared[path] || !c.Temporary
		}
	}
}

// reads says whether the query reads the table that it hides: then it is that table, made ready.
func reads(item *ast.WithItem) bool {
	found := false
	ast.Inspect(item.Query, func(n ast.Node) bool {
		if t, ok := n.(*ast.Table); ok && len(t.Name.Parts) == 1 {
			found = found || t.Name.Parts[0].Name == item.Name.Name
		}
		return !found
	})
	return found
}
