// What would keep the state.

package review

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	sourcefile "github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Suggestion is another form of a change, under which the state is kept: that was found out as for the change itself.
type Suggestion struct {
	Text    string         `json:"text"`
	Verdict evolve.Verdict `json:"stateVerdict"`
	Meaning evolve.Meaning `json:"meaning"`

	spec plan.Spec
}

// Propose lists what would keep the state that a change loses, or takes for something else: one part of the change left out,
// or done in another way. judge says what becomes of the state under a form of the job, and nothing is proposed that it does
// not hold to be kept.
func Propose(old, new plan.Spec, judge func(plan.Spec) evolve.Report) []Suggestion {
	if r := judge(new); old.Program != nil || new.Program != nil || r.Verdict == evolve.Unknown || keeps(r) {
		return nil
	}
	var all []Suggestion
	for _, s := range slices.Concat(otherInserts(old, new), otherTables(old, new), otherOptions(old, new)) {
		if s.spec.Hash() == old.Hash() {
			continue // that would be no change at all
		}
		if r := judge(s.spec); keeps(r) {
			s.Verdict, s.Meaning = r.Verdict, r.Meaning
			all = append(all, s)
		}
	}
	return all
}

func keeps(r evolve.Report) bool { return r.Verdict == evolve.Kept && r.Meaning != evolve.Other }

// otherOptions leaves each option that changed as it was, and the release.
func otherOptions(old, new plan.Spec) []Suggestion {
	var all []Suggestion
	for _, key := range union(old.Options, new.Options) {
		was, before := old.Options[key]
		is, after := new.Options[key]
		if was == is && before == after {
			continue
		}
		s := Suggestion{Text: fmt.Sprintf("leave %s at %s", key, was), spec: new}
		s.spec.Options = maps.Clone(new.Options)
		if before {
			if s.spec.Options == nil {
				s.spec.Options = map[string]string{}
			}
			s.spec.Options[key] = was
		} else {
			s.Text = fmt.Sprintf("do not set %s", key)
			delete(s.spec.Options, key)
		}
		all = append(all, s)
	}
	if old.Release != new.Release {
		s := Suggestion{Text: fmt.Sprintf("stay on Flink %s", old.Release), spec: new}
		s.spec.Release = old.Release
		all = append(all, s)
	}
	return all
}

// otherTables declares each table and view that changed as it was. That keeps a projection behind a table that has become
// narrower or wider, and a watermark.
func otherTables(old, new plan.Spec) []Suggestion {
	var all []Suggestion
	was := declarations(old)
	for name, is := range declarations(new) {
		before, ok := was[name]
		if !ok || before.text == is.text {
			continue
		}
		s := Suggestion{Text: fmt.Sprintf("declare %s as it was", name), spec: new}
		s.spec.Statements = slices.Clone(new.Statements)
		s.spec.Statements[is.at] = before.text
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Suggestion) int { return strings.Compare(a.Text, b.Text) })
	return all
}

type declaration struct {
	at   int // in the statements
	text string
}

func declarations(s plan.Spec) map[string]declaration {
	all := map[string]declaration{}
	for i, statement := range s.Statements {
		switch d := parsed(s, statement).(type) {
		case *ast.CreateTable:
			all[d.Name.Text()] = declaration{i, statement}
		case *ast.CreateView:
			all[d.Name.Text()] = declaration{i, statement}
		}
	}
	return all
}

// parsed is a statement by itself; nil when it does not parse.
func parsed(s plan.Spec, statement string) ast.Statement {
	release, ok := token.ParseRelease(s.Release)
	if !ok {
		release = token.Default
	}
	tree, found := parser.Parse(sourcefile.New("", statement), parser.Options{Release: release})
	if len(found) > 0 || len(tree.Statements) != 1 {
		return nil
	}
	return tree.Statements[0]
}

// write is an INSERT of a job.
type write struct{ sink, text string }

// writes are the INSERTs of a job; none when it is started by anything else.
func writes(s plan.Spec) []write {
	if len(s.Statements) == 0 {
		return nil
	}
	last := s.Statements[len(s.Statements)-1]
	statement := parsed(s, last)
	if execute, ok := statement.(*ast.Execute); ok {
		statement = execute.Statement
	}
	switch d := statement.(type) {
	case *ast.Insert:
		return []write{{d.Table.Name.Text(), last}}
	case *ast.StatementSet:
		var all []write
		for _, insert := range d.Inserts {
			at := insert.Span()
			all = append(all, write{insert.Table.Name.Text(), last[at.Start:at.End]})
		}
		return all
	}
	return nil
}

// otherInserts puts INSERTs into their former order, new ones into a job of their own, and keeps those that are gone.
func otherInserts(old, new plan.Spec) []Suggestion {
	was, is := writes(old), writes(new)
	if len(was) == 0 || len(is) == 0 {
		return nil
	}
	var former, added, kept []write
	rest := slices.Clone(is)
	take := func(w write) bool {
		at := slices.IndexFunc(rest, func(other write) bool { return other.sink == w.sink })
		if at < 0 {
			return false
		}
		former = append(former, rest[at])
		kept = append(kept, rest[at])
		rest = slices.Delete(rest, at, at+1)
		return true
	}
	var gone []write
	for _, w := range was {
		if !take(w) {
			gone, kept = append(gone, w), append(kept, w)
		}
	}
	added = rest
	var all []Suggestion
	if len(added) == 0 && len(gone) == 0 && len(is) > 1 {
		all = append(all, Suggestion{Text: "keep the INSERTs in their former order: " + sinks(former), spec: with(new, former)})
	}
	if len(added) > 0 && len(former) > 0 {
		all = append(all, Suggestion{Text: "put the INSERT into " + sinks(added) + " into a job of its own", spec: with(new, former)})
	}
	if len(gone) > 0 {
		all = append(all, Suggestion{Text: "keep the INSERT into " + sinks(gone), spec: with(declaring(new, old), slices.Concat(kept, added))})
	}
	return all
}

// declaring is a job with the tables and views that only another form of it declares.
func declaring(s, other plan.Spec) plan.Spec {
	own := declarations(s)
	var more []string
	for _, statement := range other.Statements {
		for name, d := range declarations(plan.Spec{Release: other.Release, Statements: []string{statement}}) {
			if _, has := own[name]; !has {
				more = append(more, d.text)
			}
		}
	}
	s.Statements = append(more, s.Statements...)
	return s
}

func sinks(all []write) string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.sink
	}
	return strings.Join(names, ", ")
}

// with is a job with other INSERTs.
func with(s plan.Spec, inserts []write) plan.Spec {
	last := len(s.Statements) - 1
	statements := slices.Clone(s.Statements[:last])
	if len(inserts) == 1 {
		s.Statements = append(statements, inserts[0].text)
		return s
	}
	var set strings.Builder
	set.WriteString("EXECUTE STATEMENT SET\nBEGIN\n")
	for _, w := range inserts {
		set.WriteString(w.text + ";\n")
	}
	s.Statements = append(statements, set.String()+"END")
	return s
}
