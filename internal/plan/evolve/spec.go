// Recorded forms of jobs.

package evolve

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Assess says whether the state of one form of a job restores into another.
func Assess(old, new plan.Spec) Report {
	if old.Program != nil || new.Program != nil {
		return assessProgram(old, new)
	}
	before, found := Read(old)
	after, also := Read(new)
	switch {
	case unread(before, found) != "":
		return Report{Operators: []Outcome{}, Verdict: Unknown, Reason: "the operators of the former text are not known: " + unread(before, found)}
	case unread(after, also) != "":
		return Report{Operators: []Outcome{}, Verdict: Unknown, Reason: "the operators of the new text are not known: " + unread(after, also)}
	}
	return Compare(before, after)
}

// assessProgram compares jobs that are jars: their operators are made by their code, which only Flink runs.
func assessProgram(old, new plan.Spec) Report {
	same := old.Program != nil && new.Program != nil && old.Program.Jar.SHA256 == new.Program.Jar.SHA256 &&
		old.Program.Class == new.Program.Class && slices.Equal(old.Program.Args, new.Program.Args) &&
		old.Release == new.Release && maps.Equal(old.Options, new.Options)
	if same {
		return Report{Operators: []Outcome{}, Verdict: Kept, Meaning: Same, Reason: "the same program with the same arguments"}
	}
	return Report{Operators: []Outcome{}, Verdict: Unknown, Reason: "the operators of a jar are made by its code: they keep their state where they have the same uid"}
}

// Read reads the statements of a recorded form, with what is wrong about their syntax, names and types. What the planner
// refuses stands with the plans.
func Read(s plan.Spec) (Job, []diag.Finding) {
	release, ok := token.ParseRelease(s.Release)
	if !ok {
		release = token.Default
	}
	file := source.New(s.Job+".sql", strings.Join(s.Statements, ";\n")+";\n")
	tree, found := parser.Parse(file, parser.Options{Release: release})
	session := bind.NewSession(release)
	for key, value := range s.Options {
		session.Set(key, value)
	}
	script := session.Script(tree)
	options := maps.Clone(s.Options)
	if s.Parallelism > 0 {
		if options == nil {
			options = map[string]string{}
		}
		options["parallelism.default"] = strconv.Itoa(s.Parallelism)
	}
	j := JobOf(release, options, []*bind.Script{script}, changelog.Of(script, session))
	return j, append(found, script.Findings()...)
}

// unread says why a job has no operators that could be compared; "" when it has.
func unread(j Job, found []diag.Finding) string {
	for _, f := range found {
		if f.Level == diag.Error {
			return f.Message
		}
	}
	if len(j.Plans) == 0 {
		return "it has no INSERT that can be read"
	}
	return ""
}
