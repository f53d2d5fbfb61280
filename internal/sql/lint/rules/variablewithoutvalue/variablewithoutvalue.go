// Package variablewithoutvalue is AS1007: ${NAME} that nobody gave a value.
package variablewithoutvalue

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

// Rule returns AS1007.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS1007", Name: "variable-without-value", Category: diag.Syntax,
			Text: "A ${NAME} outside of strings is still there when the script is judged: no project, flag or environment variable gives it a value, and it has no default. Flink has no variables and refuses the text.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

// find looks at tokens: in strings a ${ is text like any other.
func find(p *rule.Pass) {
	text := p.Script.File.Text
	if !strings.Contains(text, "${") {
		return
	}
	for _, t := range token.All(text) {
		if t.Kind != token.Variable {
			continue
		}
		open := strings.Index(t.Text(text), "${")
		name, _, _ := strings.Cut(t.Text(text)[open:], "}")
		at := ast.Loc{Start: t.Start + int32(open), End: t.Start + int32(open+len(name)+1)}
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "${"), ":-")
		p.Report(at, "the variable %s has no value", name).Help = "give it one with --var " + name + "=VALUE, or a default: ${" + name + ":-VALUE}"
	}
}
