// Package evolve tells whether a savepoint of one version of a SQL job restores into another, and what the values that it
// has stand for afterwards.
//
// Without a compiled plan no operator of a SQL job has a uid: Flink gives each an id by its place in the stream graph, and
// a state is taken by the operator of the same id that registers the same name and type. So a verdict needs no cluster:
//
//	bound script → physical plans (package changelog) → stream graph → ids, states → verdict for each operator and the job
//
// build.go makes the graph, identity.go the ids, state.go and aggregate.go the states, compare.go the verdict and
// meaning.go what kept values mean. Facts were measured on Flink 1.20.3 and 2.2.1; testdata has the pairs of jobs.
package evolve

import (
	"maps"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
)

// Job is one version of a SQL job, as far as its state goes.
type Job struct {
	Release   token.Release
	Plans     []*changelog.Plan // of its INSERTs, in order
	Options   map[string]string // of the job and of SET, by the key names of the release
	Functions map[string]string // classes of declared functions, by name in lower case
	TTL       bool              // a hint gives state a time to live
	Async     string            // what LOOKUP hints say of 'async': "true", "false", "" when none says, "mixed"
	Compiled  string            // file of the plan from which it runs; "" without

	text *source.File // of its statements; nil where they are of several files
}

// JobOf takes what decides about state from the scripts of a job, in the order in which they run. options are those that
// the job has before its scripts run; what they SET counts.
func JobOf(release token.Release, options map[string]string, scripts []*bind.Script, plans []*changelog.Plan) Job {
	j := Job{Release: release, Options: map[string]string{}, Functions: map[string]string{}}
	maps.Copy(j.Options, options)
	if len(scripts) == 1 {
		j.text = scripts[0].File
	}
	for _, p := range plans {
		if p.Insert != nil {
			j.Plans = append(j.Plans, p)
		}
	}
	for _, script := range scripts {
		for _, s := range script.Statements {
			maps.Copy(j.Options, s.Settings)
			if f, ok := s.Syntax.(*ast.CreateFunction); ok {
				j.Functions[lower(f.Name)] = f.Class.Value
			}
			switch syntax := s.Syntax.(type) {
			case *ast.ExecutePlan:
				j.Compiled = syntax.File.Value
			case *ast.CompilePlan:
				j.Compiled = syntax.File.Value
			}
			if len(s.Inserts) > 0 {
				j.hints(s.Syntax)
			}
		}
	}
	return j
}

// hints takes what hints in a statement say about state.
func (j *Job) hints(s ast.Node) {
	ast.Inspect(s, func(n ast.Node) bool {
		h, ok := n.(*ast.Hints)
		if !ok {
			return true
		}
		for i := range h.Items {
			switch fold(h.Items[i].Name.Name) {
			case "state_ttl":
				j.TTL = true
			case "lookup":
				j.lookup(&h.Items[i])
			}
		}
		return false
	})
}

func (j *Job) lookup(hint *ast.Hint) {
	for _, a := range hint.Args {
		if fold(a.Key) != "async" {
			continue
		}
		if value := fold(a.Value); j.Async == "" || j.Async == value {
			j.Async = value
		} else {
			j.Async = "mixed"
		}
	}
}
