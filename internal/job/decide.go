package job

import (
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Origin says which state a job is to start from.
type Origin string

// The origins.
const (
	Latest   Origin = ""      // that of the instance that runs, or the newest there is
	Fresh    Origin = "fresh" // none, on purpose
	FromPath Origin = "path"  // the savepoint or checkpoint named
)

// Action is what a start amounts to.
type Action string

// The actions.
const (
	Nothing Action = "none"    // it runs already, just like that
	Start   Action = "start"   // nothing runs
	Replace Action = "replace" // what runs is ended first
	Rescale Action = "rescale" // what runs goes on, with another parallelism
)

// Ways to end an instance, as recorded in store.Intent.
const (
	WithSavepoint = "savepoint"
	WithDrain     = "drain"
	WithCancel    = "cancel"
)

// Proposal is a start that was thought through and not carried out yet. It holds for the moment it was made at: when
// somebody changes the job in between, carrying it out is a conflict.
type Proposal struct {
	Job       Ref
	Kind      string // "deploy", "restart", "rollback"
	Action    Action
	Version   int             // number of what starts; 0 stands for the next one
	Current   int             // number of the version that ran last; 0: none
	Changes   []plan.Change   // from Current
	How       string          // how what runs is ended: WithSavepoint, WithCancel; "" when nothing runs
	Restore   string          // path of the state; "" with How WithSavepoint stands for the savepoint taken
	Stateless bool            // it starts without state
	Why       string          // where the state comes from, or why there is none, as half a sentence
	State     *evolve.Report  // what becomes of that state; nil where there is none, or nothing is known of it
	Readers   []review.Broken // other jobs that it breaks; filled in by Service.Readers

	Proposals []review.Suggestion // what would keep the state, where the change does not
	Unseen    error               // why its target did not answer, when this rests on what is recorded; see Foresee

	request  Request
	old      plan.Spec // of Current
	plan     plan.Plan
	current  facts
	prepared store.Step
}

// Before is what was true about the job when the proposal was made.
func (p Proposal) Before(now time.Time) Status { return p.current.status(now) }

// Request is what somebody wants to start.
type Request struct {
	Job     Ref
	Origin  Origin
	Path    string // of FromPath
	Force   bool   // start again although nothing changed
	Lossy   bool   // state may be lost, or stand for something else
	Message string // why
	Stay    bool   // do not go back to the version before when the new one does not come up
	Detach  bool   // return as soon as the target has accepted it

	Judgement Judgement // how far the scripts are judged before anything is touched
}

// decide chooses what a request amounts to. It is judgement on facts and touches nothing.
func decide(f facts, r Request, spec plan.Spec, kind string) (Proposal, error) {
	p := Proposal{Job: f.job, Kind: kind, Current: f.run.Version, request: r, current: f}
	if f.contact == broken {
		return p, &fault.Error{Kind: fault.KindOf(f.problem), Message: fmt.Sprintf("cannot tell whether %s runs", f.job), Err: f.problem,
			Fix: fault.FixOf(f.problem)}
	}
	hash := spec.Hash()
	for _, v := range []store.Version{f.newest, f.version} {
		if v.Hash == hash {
			p.Version = v.Number
		}
	}
	if f.run.ID == "" {
		return p, p.choose(f, hash)
	}
	old, err := plan.Read(f.version.Spec)
	if err != nil {
		return p, err
	}
	p.old, p.Changes = old, review.Changes(old, spec)
	err = p.choose(f, hash)
	if p.Action == Replace && f.rescales && r.Origin == Latest && !r.Force && onlyScales(p.Changes, old, spec) {
		p.Action, p.How, p.Restore, p.Why, err = Rescale, "", "", "its scheduler is adaptive", nil
	}
	p.assess(old, spec)
	return p, err
}

// choose decides what is ended and what state is started from.
func (p *Proposal) choose(f facts, hash string) error {
	if f.alive() {
		return p.replace(f, hash)
	}
	p.Action = Start
	return p.restore(f)
}

// replace decides about a job that runs.
func (p *Proposal) replace(f facts, hash string) error {
	if hash == f.version.Hash && !p.request.Force && p.request.Origin == Latest {
		p.Action, p.Version, p.Why = Nothing, f.run.Version, "it runs and nothing has changed"
		return nil
	}
	p.Action, p.How = Replace, WithSavepoint
	switch {
	case p.request.Origin == Fresh:
		p.How = WithCancel
	case !canSave(f.live):
		p.How = WithCancel
		if err := p.restore(f); err != nil {
			return err
		}
		p.Why = fmt.Sprintf("it is %s and cannot take a savepoint; %s", f.live.State, p.Why)
		return nil
	}
	if p.request.Origin == Latest {
		p.Why = "the savepoint it is stopped with"
		return nil
	}
	return p.restore(f)
}

// canSave says whether Flink can take a savepoint: all tasks must run or have finished (DefaultCheckpointPlanCalculator).
func canSave(st target.Status) bool {
	return st.State == target.Running && st.Tasks.Up()
}

// restore chooses the state of a start without a savepoint of its own.
func (p *Proposal) restore(f facts) error {
	switch p.request.Origin {
	case Fresh:
		p.Stateless, p.Why = true, "you said --fresh"
		return nil
	case FromPath:
		p.Restore, p.Why = p.request.Path, "you said --from"
		return nil
	}
	path, why, ok := f.latestState()
	if !ok {
		return fault.Errorf(fault.Conflict, "%s had state, and %s", f.job, why).
			WithFix("start from a savepoint or checkpoint you know of:\n  autostream deploy %s --from PATH\nor without state:\n  autostream deploy %s --fresh", f.job, f.job)
	}
	p.Restore, p.Stateless, p.Why = path, path == "", why
	return nil
}

// latestState finds the newest state of a job that does not run. ok is false when there was state and none is known to
// be left; an empty path with ok means that nothing is lost by starting without.
func (f facts) latestState() (path, why string, ok bool) {
	r := f.run
	state := target.State(r.State)
	switch {
	case r.ID == "":
		return "", "it never ran before", true
	case r.StoppedWith != "":
		return r.StoppedWith, "the savepoint it was stopped with", true
	case state == target.Finished && isSavepoint(r.Checkpoint):
		return r.Checkpoint, "the savepoint that somebody stopped it with", true
	case state == target.Finished && f.contact != gone:
		return "", "its last run had come to its end by itself", true
	case r.Checkpoint != "" && f.contact == gone && !f.searched:
		return r.Checkpoint, fmt.Sprintf("the last checkpoint seen before it was lost, at %s%s", r.Seen.Local().Format(time.DateTime), f.unseen()), true
	case r.Reason == target.Replaced && r.Checkpoint != "":
		return r.Checkpoint, fmt.Sprintf("the last checkpoint seen before its JobManager died, no later than %s", r.Seen.Local().Format(time.DateTime)), true
	case r.Reason == target.Replaced:
		return "", "no checkpoint of it was seen before its JobManager died", false
	case r.Checkpoint != "":
		return r.Checkpoint, "its last checkpoint", true
	case f.contact == gone && !f.searched:
		return "", "no checkpoint of it was seen before it was lost" + f.unseen(), false
	case r.RestoredFrom != "":
		return r.RestoredFrom, "what its last run had started from, because that run completed no checkpoint", true
	case state == target.Canceled:
		return "", "it was cancelled without a savepoint", false
	case f.contact == gone:
		return "", "it left no checkpoint", false
	}
	return "", "its last run completed no checkpoint", true
}
