package job

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Started is what came of a start.
type Started struct {
	Status
	Action Action `json:"action"`
	Steps  []Step `json:"steps,omitempty"`
}

// Step is how long a step took and how much of that was Flink's own work, in seconds.
type Step struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
	Flink   float64 `json:"flinkSeconds"`
	Result  string  `json:"result,omitempty"`
}

// StepOf reports a recorded step; one that has no end took no time that is known.
func StepOf(s store.Step) Step {
	out := Step{Name: s.Name, Result: s.Result}
	if !s.Ended.IsZero() {
		out.Seconds, out.Flink = s.Ended.Sub(s.Began).Seconds(), s.Flink.Seconds()
	}
	return out
}

// Carry carries a proposal out and returns when the job runs, or when ctx ends: the job then goes on starting, and the
// error is of kind Running or Interrupted. When a new version does not come up after the one before was ended, the one
// before is started again from the state it had, unless the request says to stay.
func (s *Service) Carry(ctx context.Context, p Proposal, observe Observer) (Started, error) {
	if p.Action == Nothing {
		return Started{Status: p.current.status(s.Now()), Action: Nothing}, nil
	}
	if err := p.Refusal(); err != nil {
		return Started{}, err
	}
	if p.Action == Rescale {
		return s.rescale(ctx, p, observe)
	}
	if err := s.keep(p.plan.Spec); err != nil {
		return Started{}, err
	}
	intent := store.Intent{Run: string(target.NewJobID()), Restore: p.Restore, Lossy: p.request.Lossy}
	if p.Action == Replace {
		intent.Replaces, intent.How = p.current.run.ID, p.How
		if p.How == WithSavepoint {
			intent.Trigger = target.NewTrigger()
		}
		if !p.request.Stay && !p.Stateless {
			intent.Return = string(target.NewJobID())
		}
	}
	op, ctx, err := s.begin(ctx, opening{
		job: p.Job, kind: p.Kind, message: p.request.Message, after: p.current.operation.ID, observe: observe,
		first: []store.Step{p.prepared},
		reserve: func(ctx context.Context, w store.Writer, i *store.Intent) (err error) {
			if intent.Version, err = s.version(ctx, w, p); err != nil {
				return err
			}
			*i = intent
			return w.PutRun(ctx, store.Run{ID: i.Run, Job: p.Job, Version: i.Version, RestoredFrom: i.Restore, Reserved: s.Now()})
		},
	})
	if err != nil {
		return Started{}, err
	}
	d := &deploy{operation: op, request: p.request, plan: p.plan, previous: p.current}
	err = op.close(ctx, d.run(ctx))
	return s.started(p, op, err)
}

// version returns the number of the version that a proposal starts, and records it when it is new.
func (s *Service) version(ctx context.Context, w store.Writer, p Proposal) (int, error) {
	if p.Version != 0 {
		return p.Version, nil
	}
	text, err := p.plan.Spec.JSON()
	if err != nil {
		return 0, err
	}
	v, err := w.AddVersion(ctx, store.Version{
		Job: p.Job, Hash: p.plan.Spec.Hash(), Spec: text, Release: p.plan.Spec.Release,
		Author: s.Holder.User, Message: p.request.Message, Created: s.Now(),
	})
	return v.Number, err
}

// started reports what is true after a start, also after one that went wrong.
func (s *Service) started(p Proposal, op *operation, problem error) (Started, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out := Started{Action: p.Action}
	f, err := s.recall(ctx, p.Job)
	if err == nil {
		out.Status = f.status(s.Now())
	}
	for _, step := range append([]store.Step{p.prepared}, op.record.Steps...) {
		out.Steps = append(out.Steps, StepOf(step))
	}
	return out, problem
}

// deploy is the operation that starts a version, and ends what runs before that.
type deploy struct {
	*operation
	request  Request
	plan     plan.Plan
	previous facts
}

func (d *deploy) run(ctx context.Context) error {
	i := d.record.Intent
	restore, err := d.end(ctx)
	if err != nil {
		return err
	}
	err = d.start(ctx, stepSubmit, i.Run, d.plan.Spec, restore)
	if err == nil && !d.request.Detach {
		err = d.await(ctx, stepWatch, i.Run)
	}
	kind := fault.KindOf(err)
	switch {
	case leftOpen(ctx, err):
		return err
	case err == nil, i.Replaces == "", kind == fault.Running, kind == fault.Interrupted:
		return d.explain(err)
	}
	return d.goBack(ctx, d.explain(err))
}

// end ends what runs and returns the state to go on from.
func (d *deploy) end(ctx context.Context) (string, error) {
	i := d.record.Intent
	switch {
	case i.Replaces == "":
		return i.Restore, nil
	case i.How == WithCancel:
		return i.Restore, d.cancel(ctx, stepCancel, i.Replaces)
	}
	path, err := d.stop(ctx, i.Replaces, target.StopOptions{Trigger: i.Trigger})
	if fault.KindOf(err) == fault.NotFound {
		return "", fault.Errorf(fault.Conflict, "%s is lost since it was looked at: %w", d.record.Job, err).
			WithFix("look at what is left of it, then try again:\n  autostream status %s", d.record.Job)
	}
	if err != nil {
		return "", err
	}
	if i.Restore != "" {
		return i.Restore, nil // another state was asked for; the savepoint is for going back
	}
	return path, nil
}

// start submits a version under a recorded id. Repeating it has no second effect.
func (d *deploy) start(ctx context.Context, step, id string, spec plan.Spec, restore string) error {
	_, err := d.step(ctx, step, func(ctx context.Context) (string, error) {
		return d.submit(ctx, id, spec, restore)
	})
	return err
}
