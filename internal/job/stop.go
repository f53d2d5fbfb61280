package job

import (
	"context"
	"fmt"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// StopRequest is what somebody wants to end.
type StopRequest struct {
	Job       Ref
	How       string // WithSavepoint, WithDrain, WithCancel
	Directory string // where the savepoint goes; "" is the target's own place
	Message   string
}

// Stopped is what came of a stop.
type Stopped struct {
	Status
	Savepoint string `json:"savepoint,omitempty"`
	Already   bool   `json:"already,omitempty"` // it did not run
}

// Stop ends what runs of a job. A job that does not run is left as it is.
func (s *Service) Stop(ctx context.Context, r StopRequest, observe Observer) (Stopped, error) {
	f, err := s.running(ctx, r.Job)
	if err != nil {
		return Stopped{}, err
	}
	if !f.alive() {
		return Stopped{Status: f.status(s.Now()), Savepoint: f.run.StoppedWith, Already: true}, nil
	}
	if r.How != WithCancel {
		if f, err = s.comeUp(ctx, f); err != nil {
			return Stopped{}, err
		}
	}
	if r.How != WithCancel && !canSave(f.live) {
		return Stopped{Status: f.status(s.Now())}, fault.Errorf(fault.Conflict, "%s is %s and cannot take a savepoint now", r.Job, progress(f.live)).
			WithFix("wait until it runs, or end it without one; its last checkpoint stays:\n  autostream stop %s --cancel", r.Job)
	}
	op, ctx, err := s.begin(ctx, opening{
		job: r.Job, kind: "stop", message: r.Message, after: f.operation.ID, observe: observe,
		reserve: func(_ context.Context, _ store.Writer, i *store.Intent) error {
			*i = store.Intent{Replaces: f.run.ID, How: r.How}
			if r.How != WithCancel {
				i.Trigger = target.NewTrigger()
			}
			return nil
		},
	})
	if err != nil {
		return Stopped{}, err
	}
	out := Stopped{}
	if i := op.record.Intent; i.How == WithCancel {
		err = op.cancel(ctx, stepCancel, i.Replaces)
	} else {
		out.Savepoint, err = op.stop(ctx, i.Replaces, target.StopOptions{Trigger: i.Trigger, Directory: r.Directory, Drain: r.How == WithDrain})
	}
	if err := op.close(ctx, err); err != nil {
		return out, err
	}
	f, err = s.recall(context.WithoutCancel(ctx), r.Job)
	out.Status = f.status(s.Now())
	return out, err
}

// running returns the facts about a job that ran at some time, from a target that answers.
func (s *Service) running(ctx context.Context, job Ref) (facts, error) {
	f, err := s.facts(ctx, job)
	switch {
	case err != nil:
		return f, err
	case f.run.ID == "":
		return f, neverRan(job)
	case f.contact == broken:
		return f, &fault.Error{Kind: fault.KindOf(f.problem), Message: fmt.Sprintf("cannot tell whether %s runs", job), Err: f.problem, Fix: fault.FixOf(f.problem)}
	}
	return f, nil
}
