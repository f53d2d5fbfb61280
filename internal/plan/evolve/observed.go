// What is known from the job that runs, and from the state that it left: no longer computed, but seen.

package evolve

import (
	"fmt"
	"slices"

	"github.com/autostream/autostream/internal/base/bytesize"
	"github.com/autostream/autostream/internal/plan"
)

// Observed is what was seen of the old job.
type Observed struct {
	Path      string // of the savepoint or checkpoint; "" when there was none
	Operators []Saved
	Vertices  []string // ids of the vertices of the job that runs: each is that of its first operator
}

// Saved is an operator in a savepoint or checkpoint. All operators of a job are there, those without state too.
type Saved struct {
	ID    string
	Name  string // "" before Flink 2.0
	UID   string // that its program gives it; "" before Flink 2.0, and without one
	Bytes int64
}

// Weigh says the same as Assess, knowing what was seen of the old job: how much state each operator has, which of them have
// none, and whether the graph that was computed is the one that runs.
func Weigh(old, new plan.Spec, seen Observed) Report {
	r := Assess(old, new)
	if old.Program != nil || new.Program != nil {
		return r.program(seen)
	}
	before, _ := Read(old)
	after, _ := Read(new)
	return r.weighed(before, after, seen)
}

func (r Report) weighed(old, new Job, seen Observed) Report {
	if len(old.Plans) == 0 || len(new.Plans) == 0 {
		return r.measured(seen)
	}
	computed := map[string]bool{}
	for _, n := range GraphOf(old).Nodes {
		computed[n.ID] = true
	}
	edits := Edits(old, new)
	strange := seen.strange(computed)
	if alike := len(edits) == 0 && old.Release == new.Release; strange != "" && !alike {
		r.Verdict, r.Meaning, r.Reason = Unknown, "", strange
		for i := range r.Operators {
			r.Operators[i].Verdict, r.Operators[i].Meaning, r.Operators[i].Reason = Unknown, "", "the graph of the job that runs is not the one that was computed"
		}
		return r.measured(seen)
	}
	if seen.Path == "" {
		return r
	}
	refused := r.Verdict == Refused && !slices.ContainsFunc(r.Operators, func(o Outcome) bool { return o.Verdict == Refused })
	bytes := seen.bytes()
	for i := range r.Operators {
		o := &r.Operators[i]
		if size, there := bytes[o.ID]; there && size == 0 && o.Verdict != Kept {
			o.Verdict, o.Meaning, o.Reason = Kept, Same, "it has no state in "+seen.Path
		}
	}
	if strange == "" {
		r.unexpected(new, edits, seen)
	}
	if !refused { // which is about the job as a whole
		r.Meaning = ""
		r.settle()
	}
	return r.measured(seen)
}

// unexpected adds operators that have state although none was computed for them.
func (r *Report) unexpected(new Job, edits []Edit, seen Observed) {
	takers := map[string]bool{}
	for _, n := range GraphOf(new).Nodes {
		takers[n.ID] = true
	}
	for _, s := range seen.Operators {
		if s.Bytes == 0 || slices.ContainsFunc(r.Operators, func(o Outcome) bool { return o.ID == s.ID }) {
			continue
		}
		o := Outcome{Name: s.name(), ID: s.ID, Verdict: Kept, Meaning: Same, Reason: "the operator of its id takes it"}
		switch {
		case !takers[s.ID]:
			o.Verdict, o.Meaning, o.Reason = WithFlag, "", gone
		case slices.ContainsFunc(edits, func(e Edit) bool { return e.WasID == s.ID || e.NowID == s.ID }):
			o.Verdict, o.Meaning, o.Reason = Unknown, "", "what it keeps is not known, and it is not the same any more"
		}
		r.Operators = append(r.Operators, o)
	}
}

// strange says how the job that runs differs from the graph that was computed for it; "" when it does not.
func (o Observed) strange(computed map[string]bool) string {
	for _, s := range o.Operators {
		if s.Bytes > 0 && !computed[s.ID] {
			return fmt.Sprintf("%s has state and is not in the graph that was computed for the job: another release or connector plans it differently", s.name())
		}
	}
	for _, v := range o.Vertices {
		if !computed[v] {
			return fmt.Sprintf("the job that runs has a vertex %.8s… that is not in the graph that was computed for it: another release or connector plans it differently", v)
		}
	}
	return ""
}

func (o Observed) bytes() map[string]int64 {
	all := map[string]int64{}
	for _, s := range o.Operators {
		all[s.ID] += s.Bytes
	}
	return all
}

func (s Saved) name() string {
	if s.Name == "" {
		return "operator " + s.ID[:min(8, len(s.ID))] + "…"
	}
	return s.Name
}

// measured adds how much state there is, and how much of it would be lost.
func (r Report) measured(seen Observed) Report {
	if seen.Path == "" {
		return r
	}
	r.From = seen.Path
	bytes := seen.bytes()
	for i := range r.Operators {
		o := &r.Operators[i]
		o.Bytes = bytes[o.ID]
		if o.Verdict == WithFlag || o.Verdict == Silently || o.Verdict == Refused {
			r.Lost += o.Bytes
		}
	}
	for _, size := range bytes {
		r.Bytes += size
	}
	if r.Verdict == Refused { // it only starts without any
		r.Lost = r.Bytes
	}
	return r
}

// Loss says in words how much state would be lost: "7.9 MB of 8.0 MB of state"; "" where nothing would be, or nobody looked.
func (r Report) Loss() string {
	if r.Lost == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s of state", bytesize.Size(r.Lost).Approximate(), bytesize.Size(r.Bytes).Approximate())
}

// program lists what a jar's job has in its state: its code decides which operators take it.
func (r Report) program(seen Observed) Report {
	for _, s := range seen.Operators {
		if s.Bytes == 0 {
			continue
		}
		o := Outcome{Name: s.name(), ID: s.ID, Verdict: r.Verdict, Meaning: r.Meaning, Reason: r.Reason}
		switch {
		case r.Verdict != Unknown:
		case s.UID != "":
			o.Reason = fmt.Sprintf("an operator with the uid %s takes it", s.UID)
		default:
			o.Reason = "no uid is known of it: without one, its id comes from the shape of the job, and any operator more or less gives it another"
		}
		r.Operators = append(r.Operators, o)
	}
	return r.measured(seen)
}
