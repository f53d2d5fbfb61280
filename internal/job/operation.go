package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
)

// operation is an operation of this process under way. It holds the lease of its job.
type operation struct {
	s       *Service
	record  store.Operation
	lease   *lease
	observe Observer
	begun   string        // the step that was begun last
	waited  time.Duration // Flink's share of it
	release func()
}

// opening is how an operation begins.
type opening struct {
	job     Ref
	kind    string
	message string
	after   int64 // the newest operation when it was decided on; a newer one is a conflict
	first   []store.Step
	observe Observer
	// reserve chooses what the operation is going to use, and records it with the operation in one transaction.
	reserve func(ctx context.Context, w store.Writer, i *store.Intent) error
}

// begin takes the lease and records the operation, both or neither. The returned context ends when the lease is lost.
func (s *Service) begin(ctx context.Context, o opening) (*operation, context.Context, error) {
	l := s.lease(o.job, o.kind)
	op := &operation{s: s, lease: l, observe: o.observe, record: store.Operation{
		Job: o.job, Kind: o.kind, Holder: s.Holder, Message: o.message, Began: s.Now(),
	}}
	err := s.Store.Update(ctx, func(w store.Writer) error {
		if err := l.take(ctx, w); err != nil {
			return err
		}
		f, err := recall(ctx, w, o.job)
		if err != nil {
			return err
		}
		if left, open := f.unfinished(); open {
			return fault.Errorf(fault.Conflict, "%s of %s was left in the middle and has to be settled first", left.Kind, o.job).
				WithFix("autostream status %s", o.job)
		}
		if f.operation.ID != o.after {
			return fault.Errorf(fault.Conflict, "%s was changed by somebody else in between (%s)", o.job, f.operation.Kind).
				WithFix("look at what happened, then try again:\n  autostream history %s", o.job)
		}
		if err := o.reserve(ctx, w, &op.record.Intent); err != nil {
			return err
		}
		if op.record, err = w.AddOperation(ctx, op.record); err != nil {
			return err
		}
		for _, step := range o.first {
			if err := w.PutStep(ctx, op.record.ID, step); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, ctx, err
	}
	ctx, op.release = l.hold(ctx)
	op.tell(reserved, Ended, "", 0)
	return op, ctx, nil
}

// reserved names the step that begin is: ids are chosen and recorded.
const reserved = "reserve"

func (op *operation) tell(step string, phase Phase, detail string, took time.Duration) {
	op.observe.tell(Event{Job: op.record.Job, Doing: doing(step), Step: step, Phase: phase, Detail: detail, Took: took})
}

// step runs one named step: recorded when it begins, and with its result when it has ended. After a failure it stays
// without an end.
func (op *operation) step(ctx context.Context, name string, run func(context.Context) (string, error)) (string, error) {
	s := op.s
	step := store.Step{Name: name, Began: s.Now()}
	err := s.Store.Update(ctx, func(w store.Writer) error {
		if err := op.lease.check(ctx, w); err != nil {
			return err
		}
		return w.PutStep(ctx, op.record.ID, step)
	})
	if err != nil {
		return "", err
	}
	op.begun, op.waited = name, 0
	op.tell(name, Began, "", 0)
	step.Result, err = run(ctx)
	if err != nil {
		return "", err
	}
	op.tell(name, Happened, step.Result, 0)
	step.Ended = s.Now()
	step.Flink = min(op.waited, step.Ended.Sub(step.Began))
	if err := s.Store.Update(ctx, func(w store.Writer) error { return w.PutStep(ctx, op.record.ID, step) }); err != nil {
		return "", err
	}
	op.record.Steps = append(op.record.Steps, step)
	op.tell(name, Ended, step.Result, step.Ended.Sub(step.Began))
	return step.Result, nil
}

// timed runs a call that is Flink's own work.
func (op *operation) timed(call func() error) error {
	began := op.s.Now()
	err := call()
	op.waited += op.s.Now().Sub(began)
	return op.s.redacted(err)
}

// close ends the operation and gives the job free. An operation that was only interrupted stays unfinished: what it
// asked for may still be happening, and whoever touches the job next finds out. close returns the error for the user.
func (op *operation) close(ctx context.Context, err error) error {
	defer op.release()
	if err != nil && context.Cause(ctx) != nil && fault.KindOf(context.Cause(ctx)) == fault.Conflict {
		return context.Cause(ctx) // the lease is lost, and the operation belongs to somebody else
	}
	if leftOpen(ctx, err) {
		return op.unfinished(err)
	}
	end := store.End{Ended: op.s.Now(), Outcome: store.Done}
	if err != nil {
		end.Error = op.s.Project.Redact(err.Error())
	}
	switch fault.KindOf(err) {
	case fault.Running, fault.Interrupted: // only the waiting was cut short
	default:
		if err != nil {
			end.Outcome = store.Failed
		}
	}
	if problem := op.s.finish(op.record.ID, end, op.lease); problem != nil && err == nil {
		return problem
	}
	return err
}

// uncertain is an error after which nobody can tell whether the step had its effect: the target does not answer.
type uncertain struct{ err error }

// leftOpen says whether an error leaves it open what came of a step, so that the operation cannot be closed.
func leftOpen(ctx context.Context, err error) bool {
	_, open := errors.AsType[*uncertain](err)
	return open || err != nil && interrupted(ctx, err)
}

func (u *uncertain) Error() string { return u.err.Error() }
func (u *uncertain) Unwrap() error { return u.err }

func (op *operation) unfinished(err error) error {
	e := &fault.Error{
		Kind:    fault.KindOf(err),
		Message: fmt.Sprintf("%s of %s was interrupted while %s", op.record.Kind, op.record.Job, doing(op.begun)),
		Fix:     fmt.Sprintf("nothing is lost; this tells what came of it:\n  autostream status %s", op.record.Job),
	}
	if e.Kind == fault.Failed {
		e.Err = err
	}
	return e
}

// finish records the end of an operation and gives its job free, also when the caller's context has ended.
func (s *Service) finish(id int64, end store.End, l *lease) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.Store.Update(ctx, func(w store.Writer) error {
		if err := w.EndOperation(ctx, id, end); err != nil {
			return err
		}
		return l.drop(ctx, w)
	})
}

// The steps of all operations.
const (
	stepPrepare  = "prepare"   // read the project, ask the target, decide
	stepSave     = "savepoint" // take one, and let the job run on
	stepStop     = "stop"      // savepoint and end of what runs
	stepCancel   = "cancel"    // end of what runs, without a savepoint
	stepRescale  = "rescale"   // another parallelism for what runs
	stepSubmit   = "submit"
	stepWatch    = "watch"    // until all tasks run
	stepWithdraw = "withdraw" // cancel what was submitted, because it did not come up
	stepReturn   = "return"   // submit the version before again
	stepReturned = "returned" // until its tasks run
)

// steps is their order: what an operation has of them, it takes in this order.
var steps = [...]string{stepPrepare, stepSave, stepStop, stepCancel, stepRescale, stepSubmit, stepWatch, stepWithdraw, stepReturn, stepReturned}

// doing says what a step is doing, for people.
func doing(step string) string {
	switch step {
	case stepStop:
		return "stopping with a savepoint"
	case stepCancel:
		return "cancelling"
	case stepRescale:
		return "changing the parallelism"
	case stepSubmit:
		return "submitting"
	case stepWatch, stepReturned:
		return "waiting until it runs"
	case stepWithdraw:
		return "cancelling the new version"
	case stepReturn:
		return "starting the version before"
	case stepSave:
		return "taking a savepoint"
	}
	return "preparing"
}
