// Package rule is what a lint rule is made of, and what it sees.
//
// A rule is a value in a folder of its own below lint/rules. All that people and programs are told about it (the page of
// the reference, `autostream rules ID`, the help text in SARIF) comes from that value, and its examples are its first
// tests. Rules are pure functions of a [Unit], or of the [Facts] of all scripts of a project.
package rule

import (
	"fmt"
	"iter"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
)

// Rule is one thing to look for. Exactly one of Script, Project and Change is set.
type Rule struct {
	diag.Rule

	// Bad is a script that the rule reports, at the lines that end with "-- want"; Good is one that it does not. Rules
	// about projects have several files in each, as [Files] reads them; those below before/ are of the earlier revision.
	Bad, Good string
	// Fixed is what Bad becomes when every fix is applied; "" for a rule without fixes.
	Fixed string

	Script  func(*Pass)
	Project func([]*Facts, *ProjectPass)
	Change  func(before, after []*Facts, p *ProjectPass)
}

// Unit is one script, parsed and bound, as rules see it. Rules read it and change nothing.
type Unit struct {
	Script   *ast.Script
	Bound    *bind.Script
	Plans    []*changelog.Plan // of the queries and INSERTs that binding found nothing wrong with
	Release  token.Release
	Session  *bind.Session     // as the script leaves it
	Settings map[string]string // of the session before the script
	Job      string            // of a project that runs the script; "" for none
	Shared   bool              // tables of a project: they are read by jobs that have settings of their own
	Broken   map[int]bool      // numbers of the statements that Flink refuses

	syntax *Syntax
}

// Syntax returns the nodes of the script by their kind.
func (u *Unit) Syntax() *Syntax {
	if u.syntax == nil {
		u.syntax = syntaxOf(u.Script)
	}
	return u.syntax
}

// Sound yields the statements that Flink accepts: what is said about the others may be wrong, as their trees have holes.
func (u *Unit) Sound() iter.Seq[*bind.Statement] {
	return func(yield func(*bind.Statement) bool) {
		for _, s := range u.Bound.Statements {
			if !u.Broken[s.Number] && !yield(s) {
				return
			}
		}
	}
}

// Final returns the value that an option of the session has at the end of the script.
func (u *Unit) Final(key string) (string, bool) {
	value, set := u.Settings[key]
	for _, s := range u.Bound.Statements {
		switch c := s.Syntax.(type) {
		case *ast.Set:
			if c.Key == key {
				value, set = c.Value, true
			}
		case *ast.Reset:
			if c.Key == key || c.Key == "" {
				value, set = "", false
			}
		}
	}
	return value, set
}

// StatementAt is the number of the statement that a place lies in, 0 between statements.
func (u *Unit) StatementAt(at ast.Loc) int {
	for i, s := range u.Script.Statements {
		if s.Place().Contains(at) {
			return i + 1
		}
	}
	return 0
}

// Pass is one rule at work on one unit.
type Pass struct {
	*Unit
	rule  *Rule
	found []diag.Finding
}

// Run lets a rule about scripts look at a unit.
func (r *Rule) Run(u *Unit) []diag.Finding {
	if r.Script == nil {
		return nil
	}
	p := &Pass{Unit: u, rule: r}
	r.Script(p)
	return p.found
}

// Report adds a finding about a place of the script. The result may be given a way out and fixes until the next one.
func (p *Pass) Report(at ast.Loc, format string, args ...any) *diag.Finding {
	f := p.rule.At(p.Script.File, at.Span(), fmt.Sprintf(format, args...), "")
	f.Statement = p.StatementAt(at)
	p.found = append(p.found, f)
	return &p.found[len(p.found)-1]
}

// Text is what stands at a place of the script.
func (p *Pass) Text(at ast.Loc) string { return p.Script.File.Slice(at.Span()) }
