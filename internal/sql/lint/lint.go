// Package lint judges scripts of Flink SQL for a release: it parses and binds them and runs every rule of one list.
//
// It is the one engine of the command line and of editors: [Script] is a pure function of a text and the session before
// it, so that scripts can be judged in parallel and one by one as they change, and [Settle] decides what is shown of what
// was found. A statement without a finding of level error is one that the planner of that release accepts.
package lint

import (
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Depth says how far a script is judged.
type Depth uint8

// The depths.
const (
	Planned Depth = iota // all that is found
	Bound                // names and types: no plan is made, and no rule reads one
)

// Options says what a script is judged for.
type Options struct {
	Depth   Depth
	Release token.Release
	Session *bind.Session // what was declared before the script, which changes it; nil for a session with nothing in it
	Rules   []rule.Rule   // beyond what the parser and binding find: All, or Refusing
	Job     string        // that runs the script; "" for none
	Shared  bool          // the script declares tables for the jobs of a project
}

// Report is the judgement of one script.
type Report struct {
	Script   *ast.Script
	Bound    *bind.Script
	Plans    []*changelog.Plan // of its queries and INSERTs, but of those that cannot be planned
	Findings []diag.Finding    // in order of their place, without what Settle takes away
	Ignores  []*Ignore
	Facts    *rule.Facts // for rules about the whole project
}

// Script judges one script, whose variables have been filled in as far as they have values.
func Script(file *source.File, o Options) Report {
	script, findings := parser.Parse(file, parser.Options{Release: o.Release})
	session := o.Session
	if session == nil {
		session = bind.NewSession(o.Release)
	}
	u := &rule.Unit{Script: script, Release: o.Release, Session: session, Settings: session.Settings(), Job: o.Job, Shared: o.Shared}
	u.Bound = session.Script(script)
	findings = append(findings, meant(u.Bound, findings)...)
	if o.Depth == Bound {
		diag.Sort(findings)
		return Report{Script: script, Bound: u.Bound, Findings: findings, Facts: rule.FactsOf(u, o.Job)}
	}
	u.Plans = planned(u.Bound, session, broken(findings))
	findings = append(findings, changelog.Findings(file, u.Plans)...)
	u.Broken = broken(findings)
	for i := range o.Rules {
		findings = append(findings, o.Rules[i].Run(u)...)
	}
	diag.Sort(findings)
	return Report{Script: script, Bound: u.Bound, Plans: u.Plans, Findings: findings, Ignores: ignores(script), Facts: rule.FactsOf(u, o.Job)}
}

// meant returns what binding found, but for statements that do not even parse.
func meant(bound *bind.Script, syntax []diag.Finding) []diag.Finding {
	bad := broken(syntax)
	return slices.DeleteFunc(bound.Findings(), func(f diag.Finding) bool { return bad[f.Statement] })
}

// planned returns the plans of statements that nothing has been found wrong with.
func planned(bound *bind.Script, session *bind.Session, bad map[int]bool) []*changelog.Plan {
	sound := *bound
	sound.Statements = slices.DeleteFunc(slices.Clone(bound.Statements), func(s *bind.Statement) bool { return bad[s.Number] })
	return changelog.Of(&sound, session)
}

// broken lists the statements that Flink refuses.
func broken(findings []diag.Finding) map[int]bool {
	bad := map[int]bool{}
	for _, f := range findings {
		if f.Level == diag.Error {
			bad[f.Statement] = true
		}
	}
	return bad
}

// Changed compares the scripts of two revisions of a project.
func Changed(before, after []*rule.Facts, rules []rule.Rule) []diag.Finding {
	var findings []diag.Finding
	for i := range rules {
		findings = append(findings, rules[i].RunChange(before, after)...)
	}
	diag.Sort(findings)
	return findings
}

// Project judges the scripts of a project together: what no script shows by itself.
func Project(facts []*rule.Facts, rules []rule.Rule) []diag.Finding {
	var findings []diag.Finding
	for i := range rules {
		findings = append(findings, rules[i].RunProject(facts)...)
	}
	diag.Sort(findings)
	return findings
}
