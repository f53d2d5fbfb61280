package job

import (
	"context"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// SaveRequest is a savepoint that somebody wants of a running job.
type SaveRequest struct {
	Job       Ref
	Directory string // "" is the target's own place
	Native    bool   // the state backend's own format
	Message   string
}

// Save takes a savepoint; the job runs on.
func (s *Service) Save(ctx context.Context, r SaveRequest, observe Observer) (store.Savepoint, error) {
	f, err := s.running(ctx, r.Job)
	if err == nil {
		f, err = s.comeUp(ctx, f)
	}
	if err != nil {
		return store.Savepoint{}, err
	}
	if !f.alive() || !canSave(f.live) {
		return store.Savepoint{}, fault.Errorf(fault.Conflict, "%s is %s and cannot take a savepoint", r.Job, f.status(s.Now()).State).
			WithFix("autostream status %s", r.Job)
	}
	op, ctx, err := s.begin(ctx, opening{
		job: r.Job, kind: "savepoint", message: r.Message, after: f.operation.ID, observe: observe,
		reserve: func(_ context.Context, _ store.Writer, i *store.Intent) error {
			*i = store.Intent{Replaces: f.run.ID, Trigger: target.NewTrigger()}
			return nil
		},
	})
	if err != nil {
		return store.Savepoint{}, err
	}
	var sp store.Savepoint
	_, err = op.step(ctx, stepSave, func(ctx context.Context) (string, error) {
		sp, err = op.saveNow(ctx, f.run.ID, target.SavepointOptions{Trigger: op.record.Intent.Trigger, Directory: r.Directory, Native: r.Native})
		return sp.Path, err
	})
	return sp, op.close(ctx, err)
}

// saveNow takes a savepoint and records it; the same trigger takes no second one.
func (op *operation) saveNow(ctx context.Context, id string, o target.SavepointOptions) (store.Savepoint, error) {
	var taken target.Savepoint
	t, err := op.s.home(ctx, target.JobID(id))
	if err != nil {
		return store.Savepoint{}, err
	}
	err = op.timed(func() (err error) {
		taken, err = t.Savepoint(ctx, target.JobID(id), o)
		return err
	})
	if err != nil {
		return store.Savepoint{}, err
	}
	run, err := op.s.recallRun(ctx, id)
	if err != nil {
		return store.Savepoint{}, err
	}
	sp := store.Savepoint{
		Path: taken.Path, Job: run.Job, Run: id, Version: run.Version, Kind: "canonical", Message: op.record.Message, Taken: taken.Taken,
	}
	if o.Native {
		sp.Kind = "native"
	}
	return sp, op.s.Store.Update(ctx, func(w store.Writer) error { return w.PutSavepoint(ctx, sp) })
}

// Savepoints lists the savepoints that AutoStream took of a job, newest first, without those that were removed.
func (s *Service) Savepoints(ctx context.Context, job Ref) ([]store.Savepoint, error) {
	var left []store.Savepoint
	err := s.Store.View(ctx, func(r store.Reader) error {
		all, err := r.Savepoints(ctx, job)
		for _, sp := range all {
			if sp.Removed.IsZero() {
				left = append(left, sp)
			}
		}
		return err
	})
	return left, err
}

// NewestState returns the newest savepoint or checkpoint of a job, running or not: what it would start from if it had to
// start now. NotFound when there is none.
func (s *Service) NewestState(ctx context.Context, job Ref) (string, error) {
	f, err := s.facts(ctx, job)
	if err != nil {
		return "", err
	}
	if f.run.ID == "" {
		return "", neverRan(job)
	}
	path, why, _ := f.latestState()
	if path == "" {
		return "", fault.Errorf(fault.NotFound, "there is no savepoint or checkpoint of %s: %s", job, why)
	}
	return path, nil
}

// RemoveSavepoint removes the files of a savepoint. One that a stopped job would start from is kept, unless forced.
func (s *Service) RemoveSavepoint(ctx context.Context, job Ref, path string, force bool) error {
	f, err := s.facts(ctx, job)
	if err != nil {
		return err
	}
	if next, _, _ := f.latestState(); !force && !f.alive() && next == path {
		return fault.Errorf(fault.Conflict, "%s would start from this savepoint: %s", job, path).
			WithFix("--force removes it all the same; the job can then only start without state")
	}
	l, err := s.acquire(ctx, job, "savepoint remove")
	if err != nil {
		return err
	}
	defer l.release()
	t, err := s.target(ctx, job.Target, s.Project.Release)
	if err != nil {
		return err
	}
	if err := t.DisposeSavepoint(ctx, path); err != nil {
		return fmt.Errorf("removing savepoint %s: %w", path, s.redacted(err))
	}
	return s.Store.Update(ctx, func(w store.Writer) error {
		all, err := w.Savepoints(ctx, job)
		if err != nil {
			return err
		}
		for _, sp := range all {
			if sp.Path == path {
				sp.Removed = s.Now().Truncate(time.Microsecond)
				return w.PutSavepoint(ctx, sp)
			}
		}
		return nil
	})
}
