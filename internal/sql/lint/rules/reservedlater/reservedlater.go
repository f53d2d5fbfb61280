// Package reservedlater is AS6102: a name that a later release reserves.
package reservedlater

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

// Rule returns AS6102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6102", Name: "reserved-later", Level: diag.Note, Category: diag.Compatibility,
			Text: "The word can be a name today and is reserved in a later release of Flink, so that the statement stops parsing with the upgrade. In backticks it stays a name in every release.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	if p.Release == token.Latest {
		return
	}
	calls := map[ast.Loc]bool{}
	for _, c := range p.Syntax().Calls {
		calls[c.Name.Last().Loc] = true
	}
	for _, s := range p.Script.Statements {
		ast.Inspect(s, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && !id.Quoted() && !calls[id.Loc] {
				check(p, id)
			}
			switch n.(type) {
			case *ast.Hints, *ast.NamedType:
				return false
			}
			return true
		})
	}
}

func check(p *rule.Pass, id *ast.Ident) {
	kind := token.Lookup(id.Name)
	if !kind.IsWord() || kind.Reserved(p.Release) {
		return
	}
	for r := p.Release + 1; r <= token.Latest; r++ {
		if kind.Reserved(r) {
			f := p.Report(id.Loc, "%s is reserved from Flink %s on", id.Name, r)
			f.Help = "write it in backticks"
			f.Fixes = []diag.Fix{{Title: "put it in backticks", Safe: true, Edits: []diag.Edit{{Span: id.Span(), Text: "`" + id.Name + "`"}}}}
			return
		}
	}
}
