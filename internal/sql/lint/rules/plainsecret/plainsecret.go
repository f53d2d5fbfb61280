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
			Text: "The value of an option that holds a secret is written out, so that it ends in the repository, in the history of the job, in catalogs and in the plans that Flink logs. In a project, a variable with {env: NAME}, {file: path} or {command: [...]} keeps it out of all of them: ${NAME} is filled in when the job is handed to its target. An address with a password in it is one too. Which keys hold secrets is decided as Flink does before it logs a configuration (GlobalConfiguration).",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, o := range p.Syntax().Options {
		for i := range o.Items {
			item := &o.Items[i]
			switch key, value := item.Key.Value, item.Value.Value; {
			case connector.Secret(key) && plain(value):
				report(p, key, item.Value.Loc)
			case address(value):
				p.Report(item.Value.Loc, "the address in %s has a password", key).Help = "give user and password as options of their own, or make it a secret of the project and write '${NAME}' there"
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

// address reports whether a value is an address with a password in it: scheme://user:password@host, or …?password=….
func address(value string) bool {
	scheme, rest, found := strings.Cut(value, "://")
	if !found || strings.ContainsAny(scheme, " \t\n") {
		return false
	}
	server, _, _ := strings.Cut(rest, "/")
	if user, _, named := cutLast(server, "@"); named {
		if _, password, there := strings.Cut(user, ":"); there && password != "" && !strings.HasPrefix(password, "${") {
			return true
		}
	}
	at := strings.Index(strings.ToLower(rest), "password=")
	if at <= 0 || !strings.ContainsRune("?&;", rune(rest[at-1])) {
		return false
	}
	password := rest[at+len("password="):]
	return password != "" && !strings.HasPrefix(password, "${") && password[0] != '&' && password[0] != ';'
}

// cutLast cuts a text at the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if at := strings.LastIndex(text, separator); at >= 0 {
		return text[:at], text[at+len(separator):], true
	}
	return text, "", false
}
