// Package lint judges scripts of Flink SQL for a release: it parses them and runs every check of one list.
//
// A check is a pure function from a unit to findings. A statement without a finding of level error is one that the
// planner of that release accepts; what only parses, checks of later stages decide.
package lint

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Options says what a script is judged for.
type Options struct {
	Release token.Release
	Session *bind.Session // what was declared before the script, which changes it; nil for a session with nothing in it
}

// Unit is what a check looks at: one script, parsed and bound.
type Unit struct {
	Script  *ast.Script
	Bound   *bind.Script
	Release token.Release
}

// Check is a rule and the function that finds where a unit breaks it.
type Check struct {
	Rule diag.Rule
	Find func(u *Unit, report func(at ast.Loc, message, help string))
}

// checks are all checks beyond the parser's own, in order of their ids.
func checks() []Check {
	return []Check{variables()}
}

// Rules lists every rule of this package, of the parser and of binding.
func Rules() []diag.Rule {
	all := append(parser.Rules(), bind.Rules()...)
	for _, c := range checks() {
		all = append(all, c.Rule)
	}
	return all
}

// Report is the judgement of one script.
type Report struct {
	Script   *ast.Script
	Bound    *bind.Script
	Findings []diag.Finding // in order of their place
}

// Script judges one script, whose variables have been filled in as far as they have values.
func Script(file *source.File, o Options) Report {
	script, findings := parser.Parse(file, parser.Options{Release: o.Release})
	session := o.Session
	if session == nil {
		session = bind.NewSession(o.Release)
	}
	u := &Unit{Script: script, Bound: session.Script(script), Release: o.Release}
	findings = append(findings, meant(u.Bound, findings)...)
	for _, c := range checks() {
		c.Find(u, func(at ast.Loc, message, help string) {
			f := c.Rule.At(file, at.Span(), message, help)
			f.Statement = statementAt(script, at)
			findings = append(findings, f)
		})
	}
	diag.Sort(findings)
	return Report{Script: script, Bound: u.Bound, Findings: findings}
}

// meant returns what binding found, but for statements that do not even parse.
func meant(bound *bind.Script, syntax []diag.Finding) []diag.Finding {
	broken := map[int]bool{}
	for _, f := range syntax {
		broken[f.Statement] = true
	}
	return slices.DeleteFunc(bound.Findings(), func(f diag.Finding) bool { return broken[f.Statement] })
}

// statementAt is the number of the statement that a place lies in, 0 between statements.
func statementAt(s *ast.Script, at ast.Loc) int {
	for i, st := range s.Statements {
		if st.Place().Contains(at) {
			return i + 1
		}
	}
	return 0
}

// variables reports ${NAME} that nobody gave a value: Flink has no variables and stops at the $. In strings a ${ is
// text like any other.
func variables() Check {
	return Check{
		Rule: diag.Rule{
			ID: "AS1007", Name: "variable-without-value", Category: diag.Syntax,
			Text: "A ${NAME} outside of strings is still there when the script is judged: no project, flag or environment variable gives it a value, and it has no default. Flink has no variables and refuses the text.",
		},
		Find: func(u *Unit, report func(at ast.Loc, message, help string)) {
			text := u.Script.File.Text
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
				report(at, "the variable "+name+" has no value", "give it one with --var "+name+"=VALUE, or a default: ${"+name+":-VALUE}")
			}
		},
	}
}
