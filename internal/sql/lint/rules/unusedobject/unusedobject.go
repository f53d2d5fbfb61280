// Package unusedobject is AS7105: a table, view or function that the script declares and does not use.
package unusedobject

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7105.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7105", Name: "unused-object", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The script declares something that none of its statements use. It is created for nothing, and the next reader looks for the place where it matters. What is declared in the shared tables of a project is looked at over all jobs, see unused-shared-object.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

// find looks for the name anywhere else in the script: whatever is called like it may be a use.
func find(p *rule.Pass) {
	if p.Shared || !works(p.Unit) {
		return
	}
	seen := names(p.Script.File.Text)
	for _, s := range p.Bound.Statements {
		switch c := s.Syntax.(type) {
		case *ast.CreateTable:
			report(p, seen, "table", &c.Name)
		case *ast.CreateView:
			report(p, seen, "view", &c.Name)
		case *ast.CreateFunction:
			report(p, seen, "function", &c.Name)
		}
	}
}

// works says whether the script is a whole job: it writes, and all of it could be read.
func works(u *rule.Unit) bool {
	writes := false
	for _, s := range u.Bound.Statements {
		switch s.Syntax.(type) {
		case *ast.BadStatement, *ast.ExecutePlan, *ast.CallStatement:
			return false
		}
		writes = writes || len(s.Inserts) > 0 && s.Table == nil
	}
	return writes
}

// names counts how often each name stands in a text. Case does not count, as functions are found without it.
func names(text string) map[string]int {
	seen := map[string]int{}
	for _, t := range token.All(text) {
		if t.Kind == token.Identifier || t.Kind == token.QuotedIdentifier || t.Kind.IsWord() {
			seen[fold(t.Text(text))]++
		}
	}
	return seen
}

func fold(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.Trim(name, "`"), "``", "`"))
}

func report(p *rule.Pass, seen map[string]int, what string, name *ast.Name) {
	if seen[fold(p.Text(name.Last().Loc))] == 1 {
		p.Report(name.Loc, "%s %s is not used", what, name.Text())
	}
}
