// Whether a savepoint of one graph restores into another.

package evolve

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Verdict says what becomes of state.
type Verdict string

// The verdicts, of an operator and of a job.
const (
	Kept     Verdict = "kept"           // it restores, and every state has a taker
	WithFlag Verdict = "lost-with-flag" // Flink refuses unless it is told to drop state that nobody claims
	Refused  Verdict = "refused"        // Flink refuses either way
	Silently Verdict = "lost-silently"  // it restores, and some state finds no taker
	Unknown  Verdict = "unknown"
)

// Meaning says what kept values stand for.
type Meaning string

// The meanings.
const (
	Same    Meaning = "same"
	History Meaning = "history" // values were built under the former text: another filter, bound or input
	Other   Meaning = "other"   // values now stand for something else
)

// Outcome is what becomes of the state of an operator of the old job.
type Outcome struct {
	Name    string  `json:"name"`
	ID      string  `json:"id"`
	Verdict Verdict `json:"stateVerdict"`
	Meaning Meaning `json:"meaning,omitempty"` // of a kept one
	Reason  string  `json:"reason"`
	Bytes   int64   `json:"bytes,omitempty"` // of its state, where that was seen
}

// Report is what becomes of the state of a job.
type Report struct {
	Verdict   Verdict   `json:"stateVerdict"`
	Meaning   Meaning   `json:"meaning,omitempty"` // of a kept one: the worst of its operators
	Reason    string    `json:"stateReason"`
	Operators []Outcome `json:"operators"` // those of the old job that have state

	From  string `json:"seenIn,omitempty"`     // savepoint or checkpoint in which the old job's state was seen
	Bytes int64  `json:"stateBytes,omitempty"` // of all of it
	Lost  int64  `json:"lostBytes,omitempty"`  // of what would not be taken
}

// Compare says whether a savepoint of the old job restores into the new one.
func Compare(old, new Job) Report {
	before, after := GraphOf(old), GraphOf(new)
	c := &comparison{
		old: old, new: new, before: before, after: after, taker: map[string]*Node{},
		was: newDigests(old.Functions), is: newDigests(new.Functions),
	}
	for _, n := range after.Nodes {
		c.taker[n.ID] = n
	}
	r := Report{Operators: []Outcome{}}
	for _, n := range before.Nodes {
		if len(n.States) > 0 || n.Unknown {
			r.Operators = append(r.Operators, c.outcome(n))
		}
	}
	r.settle()
	if reason, ok := c.maxParallelism(); ok {
		r.Verdict, r.Meaning, r.Reason = Refused, "", reason
	}
	if reason, ok := c.expectant(); ok {
		r.Verdict, r.Meaning, r.Reason = Refused, "", reason
	}
	if c.recompiled() {
		r.Verdict, r.Meaning = Unknown, ""
		r.Reason = "Flink takes the plan in " + new.Compiled + " as it is when the file is there, and the statement is another now"
	}
	return r
}

type comparison struct {
	old, new      Job
	before, after *Graph
	taker         map[string]*Node // in the new job, by id
	was, is       *digests
}

// gone is why nobody takes the state of an operator.
const gone = "no operator has its id any more: the shape of the job before it, or beside it, is another"

func (c *comparison) outcome(old *Node) Outcome {
	out := Outcome{Name: old.Name, ID: old.ID}
	now := c.taker[old.ID]
	switch {
	case now == nil && len(old.States) == 0:
		out.Verdict, out.Reason = Unknown, "whether it keeps state is not known, and no operator has its id any more"
	case now == nil:
		out.Verdict, out.Reason = WithFlag, gone
	case old.Unknown || now.Unknown:
		out.Verdict, out.Reason = c.unknown(old, now)
	case old.Key != now.Key && keyed(old) && keyed(now):
		out.Verdict, out.Reason = Refused, fmt.Sprintf("its key is %s and was %s", now.Key, old.Key)
	default:
		out.Verdict, out.Reason = c.states(old, now)
	}
	if out.Verdict == Kept {
		out.Meaning, out.Reason = c.meaning(old, now)
	}
	return out
}

// unknown compares operators of which not all is known: the same operator takes its own state.
func (c *comparison) unknown(old, now *Node) (Verdict, string) {
	if old.op != nil && now.op != nil && c.was.own(old.op) == c.is.own(now.op) && maps.Equal(c.old.Options, c.new.Options) {
		return Kept, ""
	}
	return Unknown, "what it keeps is not known, and it is not the same any more"
}

func keyed(n *Node) bool {
	return slices.ContainsFunc(n.States, func(s State) bool { return !strings.HasPrefix(s.Type, operatorState) })
}

// states compares what an operator kept with what the operator of its id keeps now.
func (c *comparison) states(old, now *Node) (Verdict, string) {
	var gone []string
	for _, s := range old.States {
		at := slices.IndexFunc(now.States, func(t State) bool { return t.Name == s.Name })
		if at < 0 {
			gone = append(gone, s.Name)
			continue
		}
		t := now.States[at]
		if (opaque(s.Type) || opaque(t.Type)) && (s.Type != t.Type || !c.sameFunctions()) {
			return Unknown, "a function of yours decides on the type of its state"
		}
		if s.Type != t.Type {
			return Refused, fmt.Sprintf("%s is %s and was %s", s.Name, short(t.Type), short(s.Type))
		}
		if s.TTL != t.TTL && c.new.Release < token.V2_0 {
			return Refused, fmt.Sprintf("%s gets or loses a time to live, which Flink before 2.0 cannot restore", s.Name)
		}
	}
	if len(gone) > 0 {
		return Silently, fmt.Sprintf("%s of that id does not take %s: nothing says so when it restores", now.Name, strings.Join(gone, ", "))
	}
	return Kept, ""
}

// userFunction begins the type of an accumulator of a function of the user, whose fields are not known.
const userFunction = "USER<"

// opaque reports whether not all of a type is known.
func opaque(text string) bool {
	return strings.Contains(text, userFunction) || strings.Contains(text, types.Type{}.String())
}

// sameFunctions reports whether all functions are of the classes that they were of.
func (c *comparison) sameFunctions() bool { return maps.Equal(c.old.Functions, c.new.Functions) }

func short(text string) string { return strings.TrimPrefix(text, "KEY_VALUE ") }

// settle draws the verdict on the job from those on its operators, in the order in which Flink meets them: ids first.
func (r *Report) settle() {
	worst := func(v Verdict) *Outcome {
		at := slices.IndexFunc(r.Operators, func(o Outcome) bool { return o.Verdict == v })
		if at < 0 {
			return nil
		}
		return &r.Operators[at]
	}
	r.Verdict, r.Reason = Kept, "every state has a taker"
	for _, v := range []Verdict{Refused, Unknown, WithFlag, Silently} {
		if o := worst(v); o != nil {
			r.Verdict, r.Reason = v, o.Name+": "+o.Reason
			return
		}
	}
	for _, m := range []Meaning{Same, History, Other} {
		for _, o := range r.Operators {
			if o.Meaning == m {
				r.Meaning = m
				if m != Same {
					r.Reason = o.Name + ": " + o.Reason
				}
			}
		}
	}
	if r.Meaning == "" {
		r.Meaning = Same
	}
}

// recompiled reports whether both jobs name one file for their compiled plan, whose statements differ.
func (c *comparison) recompiled() bool {
	if c.new.Compiled == "" || c.new.Compiled != c.old.Compiled {
		return false
	}
	return !slices.EqualFunc(c.old.Plans, c.new.Plans, func(old, now *changelog.Plan) bool {
		return c.was.whole(old.Root) == c.is.whole(now.Root)
	})
}

// expectant finds an operator of the new job that cannot do without the state that it does not get: its task is restored
// because something else in it is.
func (c *comparison) expectant() (string, bool) {
	saved := map[string]*Node{}
	for _, n := range c.before.Nodes {
		if len(n.States) > 0 {
			saved[n.ID] = n
		}
	}
	for _, n := range c.after.Nodes {
		if !n.Expects || hasAll(saved[n.ID], n.States) {
			continue
		}
		head := c.after.head(n)
		for _, other := range c.after.Nodes {
			if saved[other.ID] != nil && c.after.head(other) == head {
				return fmt.Sprintf("%s fails: it expects state of its own in a task in which %s is restored", n.Name, other.Name), true
			}
		}
	}
	return "", false
}

// hasAll reports whether an operator has states of these names.
func hasAll(n *Node, states []State) bool {
	for _, s := range states {
		if n == nil || !slices.ContainsFunc(n.States, func(t State) bool { return t.Name == s.Name }) {
			return false
		}
	}
	return true
}

// defaultMaxParallelism is what Flink takes for up to 85 parallel tasks (KeyGroupRangeAssignment).
const defaultMaxParallelism = 128

// maxParallelism finds an operator, with state or without, whose tasks may be more or fewer than the savepoint was made
// for: a maximum that is set, by pipeline.max-parallelism or because all rows meet in one task, is that of its whole chain,
// and Flink takes state into no other.
func (c *comparison) maxParallelism() (string, bool) {
	for _, n := range c.before.Nodes {
		now, ok := c.taker[n.ID]
		if !ok {
			continue
		}
		was, is := c.old.most(c.before.head(n)), c.new.most(c.after.head(now))
		if was == 0 {
			was = defaultMaxParallelism
		}
		if is != 0 && is != was {
			return fmt.Sprintf("%s can have %d tasks at most, and the savepoint is for %d (the maximum parallelism)", now.Name, is, was), true
		}
	}
	return "", false
}

// most is the maximum parallelism that is set for the chain behind an operator, 0 when none is.
func (j *Job) most(head *Node) int {
	if head.MaxParallelism != 0 {
		return head.MaxParallelism
	}
	n, err := strconv.Atoi(j.Options["pipeline.max-parallelism"])
	if err != nil || n < 0 {
		return 0
	}
	return n
}
