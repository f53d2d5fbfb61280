package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/linediff"
)

// Change is one difference between two forms of a job.
type Change struct {
	Kind   Kind   `json:"kind"`
	Name   string `json:"name,omitempty"` // of the option, the jar, the setting
	Old    string `json:"old,omitempty"`  // "" for something new
	New    string `json:"new,omitempty"`  // "" for something gone
	Reason string `json:"reason"`         // the change in words
}

// Kind is what a change is about.
type Kind string

// The kinds of change.
const (
	SQLChange         Kind = "sql"
	OptionChange      Kind = "option"
	JarChange         Kind = "jar"
	ProgramChange     Kind = "program"
	ParallelismChange Kind = "parallelism"
	ResourceChange    Kind = "resources"
	ReleaseChange     Kind = "release"
	EnvironmentChange Kind = "environment"
	LabelChange       Kind = "label"
	PodChange         Kind = "podTemplate"
	TableChange       Kind = "table"     // one that is read or written: that it is there, or an option of it
	SchemaChange      Kind = "schema"    // columns, key, watermark of a table
	ChangelogChange   Kind = "changelog" // what reaches a sink
	OperatorChange    Kind = "operator"
)

// Changes lists how a job changes from one form to another, what matters most first; nil when they run alike. Old and
// New are recorded texts.
func Changes(old, new Spec) []Change {
	var all []Change
	note := func(kind Kind, name, before, after string) {
		if before != after {
			all = append(all, Change{Kind: kind, Name: name, Old: before, New: after, Reason: Reason(name, before, after)})
		}
	}
	note(ReleaseChange, "flink", old.Release, new.Release)
	if gone, added := sqlLines(old, new); gone+added > 0 {
		all = append(all, Change{Kind: SQLChange, Reason: fmt.Sprintf("sql: %d added, %d removed lines", added, gone)})
	}
	before, after := old.program(), new.program()
	note(ProgramChange, "jar", before.Jar.short(), after.Jar.short())
	note(ProgramChange, "class", before.Class, after.Class)
	note(ProgramChange, "args", strings.Join(before.Args, " "), strings.Join(after.Args, " "))
	note(ParallelismChange, "parallelism", number(old.Parallelism), number(new.Parallelism))
	pairs(old.resources(), new.resources(), func(name, b, a string) { note(ResourceChange, name, b, a) })
	pairs(old.Options, new.Options, func(name, b, a string) { note(OptionChange, name, b, a) })
	note(OptionChange, "highAvailability", old.HighAvailability, new.HighAvailability)
	pairs(old.Environment, new.Environment, func(name, b, a string) { note(EnvironmentChange, name, b, a) })
	pairs(old.Labels, new.Labels, func(name, b, a string) { note(LabelChange, name, b, a) })
	if old.PodTemplate != new.PodTemplate {
		all = append(all, Change{Kind: PodChange, Reason: "the pod template is another"})
	}
	pairs(byName(old.Jars), byName(new.Jars), func(name, b, a string) { note(JarChange, name, b, a) })
	return all
}

// sqlLines counts the lines that only one of two forms has; none when the tokens are the same.
func sqlLines(old, new Spec) (gone, added int) {
	if slices.EqualFunc(old.Statements, new.Statements, func(a, b string) bool { return tokens(a) == tokens(b) }) {
		return 0, 0
	}
	return linediff.Count(old.lines(), new.lines())
}

// lines are the statements as a script.
func (s Spec) lines() []string {
	var out []string
	for _, statement := range s.Statements {
		out = append(out, strings.Split(statement+";", "\n")...)
		out = append(out, "")
	}
	return out
}

// settings are all but the statements, a line each, in a fixed order.
func (s Spec) settings() []string {
	out := []string{"flink: " + s.Release}
	if s.Parallelism > 0 {
		out = append(out, "parallelism: "+number(s.Parallelism))
	}
	if p := s.Program; p != nil {
		out = append(out, "jar: "+p.Jar.Name+" "+p.Jar.short(), "class: "+p.Class, "args: "+strings.Join(p.Args, " "))
	}
	pairs(nil, s.resources(), func(name, _, value string) { out = append(out, name+": "+value) })
	pairs(nil, s.Options, func(name, _, value string) { out = append(out, "option "+name+": "+value) })
	if s.HighAvailability != "" {
		out = append(out, "high availability: "+s.HighAvailability)
	}
	pairs(nil, s.Environment, func(name, _, value string) { out = append(out, "environment "+name+": "+value) })
	pairs(nil, s.Labels, func(name, _, value string) { out = append(out, "label "+name+": "+value) })
	if s.PodTemplate != "" {
		out = append(append(out, "pod template:"), strings.Split(strings.TrimRight(s.PodTemplate, "\n"), "\n")...)
	}
	pairs(nil, byName(s.Jars), func(name, _, value string) { out = append(out, "jar "+name+": "+value) })
	return append(out, "")
}

// Reason says in words that something changed from one value to another, "" being none.
func Reason(name, before, after string) string {
	switch {
	case before == "":
		return fmt.Sprintf("%s: %s (new)", name, after)
	case after == "":
		return fmt.Sprintf("%s: %s (gone)", name, before)
	}
	return fmt.Sprintf("%s: %s → %s", name, before, after)
}

func (s Spec) program() Program {
	if s.Program == nil {
		return Program{}
	}
	return *s.Program
}

// resources are the sizes of the job's processes by the keys of the project file.
func (s Spec) resources() map[string]string {
	out := map[string]string{}
	for name, p := range map[string]Process{"jobManager": s.Resources.JobManager, "taskManager": s.Resources.TaskManager} {
		out[name+".memory"] = p.Memory
		if p.CPU > 0 {
			out[name+".cpu"] = fmt.Sprint(p.CPU)
		}
		out[name+".slots"] = number(p.Slots)
	}
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	return out
}

// short is enough of a hash to tell two jars apart.
func (j Jar) short() string { return j.SHA256[:min(12, len(j.SHA256))] }

func byName(jars []Jar) map[string]string {
	out := map[string]string{}
	for _, j := range jars {
		out[j.Name] = j.short()
	}
	return out
}

// pairs calls f for every key of two maps, in order, with "" where a map does not have it.
func pairs(old, new map[string]string, f func(key, before, after string)) {
	keys := slices.Concat(slices.Collect(maps.Keys(old)), slices.Collect(maps.Keys(new)))
	slices.SortFunc(keys, cmp.Compare)
	for _, key := range slices.Compact(keys) {
		f(key, old[key], new[key])
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
