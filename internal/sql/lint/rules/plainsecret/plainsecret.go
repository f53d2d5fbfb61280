// Package plainsecret is AS7103: a password that stands in the text.
package plainsecret

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7103.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7103", Name: "plain-secret", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The value of an option that holds a secret is written out, so that it ends in the repository, in the history of the job, in catalogs and in the plans that Flink logs. In a project, a variable with {env: NAME}, {file: path} or {command: [...]} keeps it out of all of them: ${NAME} is filled in when the job is handed to its target. Which keys hold secrets is decided as Flink does before it logs a configuration (GlobalConfiguration).",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, o := range p.Syntax().Options {
		for i := range o.Items {
			if item := &o.Items[i]; connector.Secret(item.Key.Value) && plain(item.Value.Value) {
				report(p, item.Key.Value, item.Value.Loc)
			}
		}
	}
	for _, s := range p.Script.Statements {
		if s, ok := s.(*ast.Set); ok && s.ValueText != nil && connector.Secret(s.Key) && plain(s.Value) {
			report(p, s.Key, s.ValueText.Loc)
		}
	}
}

func report(p *rule.Pass, key string, at ast.Loc) {
	p.Report(at, "the value of %s stands in the text", key).Help = "make it a secret of the project: variables: {NAME: {env: NAME}}, and write '${NAME}' here"
}

// plain says whether a value is one: not a reference, a switch or a number of something. The configuration of JAAS holds a
// secret only with a password in it.
func plain(value string) bool {
	if value == "" || value == "true" || value == "false" || strings.Contains(value, "${") {
		return false
	}
	return !strings.Contains(value, "LoginModule") || strings.Contains(value, "assword=")
}
