// Other jobs of the project that a change breaks.

package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/lineage"
)

// Other is another job of the project.
type Other struct {
	Job string
	Was *plan.Spec // the form that runs, or that the change is compared with; nil where there is none
	Now plan.Spec  // as the project has it
}

// Broken is a job that reads what a changed job writes, and cannot go on as it is.
type Broken struct {
	Job    string `json:"job"`
	Table  string `json:"table"`            // that it reads, under its own name
	Column string `json:"column,omitempty"` // "" when it is about the rows
	Reason string `json:"reason"`
}

// Readers lists the jobs that a change from one form to another breaks: they read a column that is dropped or retyped, a
// place that nobody writes any more, or take for inserts what now is updated; or Flink refuses them with the tables as they
// are now.
//
// others is asked only where something that others may read has changed.
func Readers(old, new plan.Spec, others func() []Other) []Broken {
	if old.Program != nil || new.Program != nil {
		return nil
	}
	before, _ := evolve.Read(old)
	after, _ := evolve.Read(new)
	var all []Broken
	var written []output
	for _, o := range outputs(before, after) {
		if o.differs() {
			written = append(written, o)
		}
	}
	if len(written) == 0 {
		return nil
	}
	jobs := others()
	for _, other := range jobs {
		if mentions(other, written) {
			all = append(all, newReader(other).broken(written, jobs)...)
		}
	}
	slices.SortFunc(all, func(a, b Broken) int {
		return cmp.Or(cmp.Compare(a.Job, b.Job), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(all)
}

// output is a sink in two forms of a job; now has no table when it is gone.
type output struct{ was, now table }

func outputs(before, after evolve.Job) []output {
	var all []output
	is := tablesOf(after)
	for _, was := range tablesOf(before) {
		if was.role != sink {
			continue
		}
		o := output{was: was}
		for _, now := range is {
			if now.role == sink && (now.Path == was.Path || place(now.Table) == place(was.Table)) {
				o.now = now
			}
		}
		all = append(all, o)
	}
	return all
}

func (o output) gone() bool { return o.now.Table == nil || place(o.now.Table) != place(o.was.Table) }

func (o output) differs() bool { return o.gone() || len(differences(o.was, o.now)) > 0 }

// place is where jobs meet: a dataset outside of Flink, else a table by its name and connector.
func place(t *bind.Table) string {
	if d := lineage.DatasetOf(t); d != (lineage.Dataset{}) {
		return d.Namespace + " " + d.Name
	}
	return t.Options["connector"] + " " + t.Path.String()
}

// mentions reports whether a job may read one of the outputs: it has the name of the table, or of what is behind it.
func mentions(other Other, written []output) bool {
	for _, o := range written {
		for _, name := range []string{o.was.Path.Name, lineage.DatasetOf(o.was.Table).Name} {
			if name != "" && slices.ContainsFunc(other.Now.Statements, func(s string) bool { return strings.Contains(s, name) }) {
				return true
			}
		}
	}
	return false
}

// reader is what another job reads.
type reader struct {
	name    string
	sources []table         // in its form now, or where that cannot be planned, before
	uses    map[string]bool // places and columns that it reads
	refusal string          // why Flink takes it no more; "" when it does, or never did
}

func newReader(other Other) *reader {
	now, found := evolve.Read(other.Now)
	r := &reader{name: other.Job, uses: map[string]bool{}, refusal: refusal(now, found)}
	r.take(now)
	if other.Was != nil {
		was, found := evolve.Read(*other.Was)
		if refusal(was, found) != "" {
			r.refusal = ""
		}
		if r.refusal != "" {
			r.take(was)
		}
	}
	return r
}

// refusal is the first reason for which Flink refuses a job.
func refusal(j evolve.Job, found []diag.Finding) string {
	for _, f := range found {
		if f.Level == diag.Error {
			return f.Message
		}
	}
	for _, p := range j.Plans {
		for _, r := range p.Refusals {
			if r.Rule.Level == diag.Error {
				return r.Message
			}
		}
	}
	return ""
}

func (r *reader) take(j evolve.Job) {
	for _, t := range tablesOf(j) {
		if t.role == source {
			r.sources = append(r.sources, t)
		}
	}
	for _, p := range j.Plans {
		script := &bind.Script{Statements: []*bind.Statement{{Inserts: []*bind.Insert{p.Insert}}}}
		for _, e := range lineage.Of(script) {
			for _, c := range e.Sources {
				r.uses[c.Table.String()+" "+c.Column] = true
			}
		}
	}
}

func (r *reader) broken(written []output, others []Other) []Broken {
	var all []Broken
	for _, o := range written {
		at := slices.IndexFunc(r.sources, func(t table) bool { return place(t.Table) == place(o.was.Table) })
		if at < 0 {
			continue
		}
		t := r.sources[at]
		note := func(column, format string, args ...any) {
			all = append(all, Broken{Job: r.name, Table: t.name(), Column: column, Reason: fmt.Sprintf(format, args...)})
		}
		switch {
		case r.refusal != "":
			note("", "Flink refuses it with the tables as they are now: %s", r.refusal)
		case o.gone():
			if !writtenBy(others, place(t.Table)) {
				note("", "nobody writes %s any more", strings.TrimSpace(t.name()+t.where()))
			}
		default:
			r.columns(o, t, note)
			if !updates(o.was.changes) && updates(o.now.changes) && appends(t) {
				note("", "it takes every row for a new one, and rows of %s are updated now (%s)", t.name(), o.now.changes)
			}
		}
	}
	return all
}

// columns finds the columns that a reader uses and that are dropped, or have another type than it declares.
func (r *reader) columns(o output, t table, note func(column, format string, args ...any)) {
	for _, f := range o.was.Columns {
		declared := t.Field(f.Name)
		if f.Kind != bind.Physical || declared == nil || declared.Kind != bind.Physical || !r.uses[t.Path.String()+" "+f.Name] {
			continue
		}
		now := o.now.Field(f.Name)
		switch {
		case now == nil:
			note(f.Name, "it reads %s, which is written no more", f.Name)
		case now.Type.Nullable().String() != f.Type.Nullable().String() && now.Type.Nullable().String() != declared.Type.Nullable().String():
			note(f.Name, "it reads %s as %s, and it is written as %s now (was %s)", f.Name, declared.Type, now.Type, f.Type)
		}
	}
}

// writtenBy reports whether one of the other jobs writes to a place.
func writtenBy(others []Other, where string) bool {
	return slices.ContainsFunc(others, func(other Other) bool {
		j, _ := evolve.Read(other.Now)
		return slices.ContainsFunc(tablesOf(j), func(t table) bool { return t.role == sink && place(t.Table) == where })
	})
}

func updates(c connector.Changes) bool { return c&^connector.Insert != 0 }

// appends reports whether a reader takes the rows of a table one after the other, each for a new one.
func appends(t table) bool {
	return t.changes == connector.Append && !t.bounded
}
