package job

import (
	"context"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// depth says how far Settle goes.
type depth int

const (
	lookOnly depth = iota // draw conclusions from what is there, touch nothing
	finish                // complete a step that may have had its effect
)

// Settle deals with an operation that was left in the middle, because its process was killed, interrupted or cut off:
// it finds out how far things came, completes a step that may be half-way, and closes the record. It starts nothing that
// was not submitted before. It returns what it found in a sentence, "" when there was nothing; a Conflict when somebody
// is still at it.
func (s *Service) Settle(ctx context.Context, job Ref) (string, error) {
	return s.settle(ctx, job, finish)
}

func (s *Service) settle(ctx context.Context, job Ref, deep depth) (string, error) {
	f, err := s.recall(ctx, job)
	if err != nil {
		return "", err
	}
	o, left := f.unfinished()
	switch {
	case !left:
		return "", nil
	case s.held(f.lease) && deep == lookOnly:
		return describe(f.lease) + " is at it", nil
	}
	l, err := s.acquire(ctx, job, "settle")
	if err != nil {
		return "", err
	}
	ctx, release := l.hold(ctx)
	defer release()
	// Between the look and the lease somebody else may have been here.
	if f, err = s.recall(ctx, job); err != nil {
		return "", err
	}
	if now, left := f.unfinished(); !left || now.ID != o.ID {
		return "", nil
	}
	r := &remains{operation: &operation{s: s, record: o, lease: l}, deep: deep}
	return r.settle(ctx)
}

// remains is an operation that was left in the middle.
type remains struct {
	*operation
	deep depth
}

// verdict is what became of an operation.
type verdict struct {
	end   store.End
	found string // half a sentence
	open  bool   // it cannot be closed yet
}

func (r *remains) settle(ctx context.Context) (string, error) {
	v, err := r.judge(ctx)
	if err != nil {
		return "", err
	}
	o := r.record
	sentence := fmt.Sprintf("%s of %s by %s at %s was interrupted while %s; %s", o.Kind, o.Job, o.Holder.User,
		o.Began.Local().Format(time.TimeOnly), doing(r.last()), v.found)
	if v.open {
		return sentence, nil
	}
	v.end.Ended = r.s.Now()
	if v.end.Error == "" {
		v.end.Error = sentence
	}
	return sentence, r.s.finish(o.ID, v.end, r.lease)
}

// last names the step that was begun last.
func (r *remains) last() string {
	last := reserved
	for _, step := range r.record.Steps {
		if step.Name != stepPrepare {
			last = step.Name
		}
	}
	return last
}

// step returns how far a step came.
func (r *remains) reached(name string) (begun, ended bool) {
	for _, step := range r.record.Steps {
		if step.Name == name {
			return true, !step.Ended.IsZero()
		}
	}
	return false, false
}

// judge goes backward through the steps: the last one that may have had an effect decides.
func (r *remains) judge(ctx context.Context) (verdict, error) {
	for i := len(steps) - 1; i >= 0; i-- {
		begun, ended := r.reached(steps[i])
		switch {
		case !begun:
		case steps[i] == stepReturn:
			return r.judgeStart(ctx, r.record.Intent.Return, ended)
		case steps[i] == stepSubmit:
			return r.judgeStart(ctx, r.record.Intent.Run, ended)
		case steps[i] != stepWatch && steps[i] != stepReturned && steps[i] != stepPrepare:
			return r.judgeEnd(ctx, steps[i], ended)
		}
	}
	return verdict{end: store.End{Outcome: store.Aborted}, found: "nothing had been changed"}, nil
}

// judgeStart decides about a run that may have been submitted.
func (r *remains) judgeStart(ctx context.Context, id string, submitted bool) (verdict, error) {
	st, c, problem := r.s.ask(ctx, target.JobID(id))
	// A target that makes many things for a job may know it before all of them are there.
	half := c == seen && !submitted && st.State == target.Initializing
	switch {
	case c == broken && r.deep == lookOnly:
		return verdict{open: true, found: fmt.Sprintf("whether it started cannot be told while the target does not answer (%v)", problem)}, nil
	case c == broken:
		return verdict{}, fmt.Errorf("finding out what became of an interrupted %s of %s: %w", r.record.Kind, r.record.Job, problem)
	case c == gone && submitted:
		return verdict{end: store.End{Outcome: store.Failed}, found: "what it had started is lost: the target has no trace of " + id}, nil
	case c == gone && r.deep == lookOnly:
		return verdict{open: true, found: fmt.Sprintf("it may still start; finish it with: autostream deploy %s %s", r.record.Job.Target, r.record.Job.Job)}, nil
	case c == gone, half && r.deep == finish:
		return r.submitAgain(ctx, id)
	case half:
		return verdict{open: true, found: fmt.Sprintf("it may be half-way; finish it with: autostream deploy %s %s", r.record.Job.Target, r.record.Job.Job)}, nil
	}
	err := r.s.update(ctx, id, func(run *store.Run) { *run = observed(*run, st, r.s.Now()) })
	return r.adopted(id, st), err
}

func (r *remains) adopted(id string, st target.Status) verdict {
	if st.State == target.FailedState {
		return verdict{end: store.End{Outcome: store.Failed}, found: fmt.Sprintf("it had started %s, which failed: %s", id, reasonOf(st))}
	}
	return verdict{end: store.End{Outcome: store.Done}, found: fmt.Sprintf("it had started %s, which is kept (%s)", id, st.State)}
}

// submitAgain settles a submission that was cut off: it may still take effect, so that nothing else can be started
// before the same submission was answered.
func (r *remains) submitAgain(ctx context.Context, id string) (verdict, error) {
	run, err := r.s.recallRun(ctx, id)
	if err != nil {
		return verdict{}, err
	}
	var v store.Version
	err = r.s.Store.View(ctx, func(rd store.Reader) (err error) {
		v, err = rd.Version(ctx, run.Job, run.Version)
		return err
	})
	if err != nil {
		return verdict{}, err
	}
	spec, err := plan.Read(v.Spec)
	if err != nil {
		return verdict{}, err
	}
	if _, err := r.submit(ctx, id, spec, r.restore(run)); err != nil {
		if ctx.Err() != nil {
			return verdict{}, ctx.Err()
		}
		if _, c, _ := r.s.ask(ctx, target.JobID(id)); c == gone {
			text := r.s.Project.Redact(err.Error())
			return verdict{end: store.End{Outcome: store.Failed, Error: text}, found: "it was not accepted: " + text}, nil
		}
		return verdict{}, err
	}
	return verdict{end: store.End{Outcome: store.Done}, found: fmt.Sprintf("it is finished now: version %d started as %s", run.Version, id)}, nil
}

// restore is the state that a run was to start from: what was recorded with it, or the savepoint taken just before.
func (r *remains) restore(run store.Run) string {
	if run.RestoredFrom != "" || run.ID != r.record.Intent.Run {
		return run.RestoredFrom
	}
	for _, step := range r.record.Steps {
		if step.Name == stepStop {
			return step.Result
		}
	}
	return ""
}

// judgeEnd decides about an instance that may have been ended, or a savepoint that may have been taken.
func (r *remains) judgeEnd(ctx context.Context, step string, ended bool) (verdict, error) {
	if !ended && r.deep == lookOnly {
		return verdict{open: true, found: "it may still be at that; the next command that changes the job completes it"}, nil
	}
	var err error
	if !ended {
		err = r.complete(ctx, step)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
	case ctx.Err() != nil:
		return verdict{}, ctx.Err()
	case kind == fault.Conflict, kind == fault.NotFound:
		// It ended by other means; what is recorded from now on says how.
		return verdict{end: store.End{Outcome: store.Aborted}, found: r.s.Project.Redact(err.Error())}, nil
	default:
		if _, c, _ := r.s.ask(ctx, target.JobID(r.record.Intent.Replaces)); c == broken {
			return verdict{}, err
		}
		text := r.s.Project.Redact(err.Error())
		return verdict{end: store.End{Outcome: store.Failed, Error: text}, found: "that failed: " + text}, nil
	}
	if r.record.Intent.Run != "" {
		return verdict{
			end:   store.End{Outcome: store.Aborted},
			found: fmt.Sprintf("what ran before has ended, and version %d does not run", r.record.Intent.Version),
		}, nil
	}
	return verdict{end: store.End{Outcome: store.Done}, found: "that is done now"}, nil
}

// complete runs a step that ends an instance or takes a savepoint once more, with the identifiers recorded for it.
func (r *remains) complete(ctx context.Context, step string) error {
	i := r.record.Intent
	switch step {
	case stepCancel:
		return r.cancelNow(ctx, i.Replaces)
	case stepWithdraw:
		return r.cancelNow(ctx, i.Run)
	case stepRescale:
		return r.rescaleAgain(ctx)
	case stepSave:
		_, err := r.saveNow(ctx, i.Replaces, target.SavepointOptions{Trigger: i.Trigger})
		return err
	}
	_, err := r.stopNow(ctx, i.Replaces, target.StopOptions{Trigger: i.Trigger, Drain: i.How == WithDrain})
	if fault.KindOf(err) == fault.Conflict {
		if sp, ok := r.endedWith(ctx, i.Replaces); ok {
			return r.stopped(ctx, i.Replaces, sp)
		}
	}
	return err
}
