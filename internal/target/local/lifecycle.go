package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// client returns a client for the cluster that runs, or errDown.
func (t *Target) client(ctx context.Context) (*rest.Client, error) {
	r, err := t.running(ctx)
	if err != nil {
		return nil, err
	}
	return rest.New(r.rest(), nil), nil
}

// clientFor is client for a call about one job: where no cluster runs, no job does.
func (t *Target) clientFor(ctx context.Context, id target.JobID) (*rest.Client, error) {
	c, err := t.client(ctx)
	if errors.Is(err, errDown) {
		return nil, fault.Errorf(fault.NotFound, "no job %s: no local cluster runs", id)
	}
	return c, err
}

// find reads one job of the list: the list is never an old answer, unlike those about one job.
func find(ctx context.Context, c *rest.Client, id target.JobID) (rest.Job, error) {
	jobs, err := c.Jobs(ctx)
	if err != nil {
		return rest.Job{}, fmt.Errorf("listing jobs: %w", err)
	}
	for _, j := range jobs {
		if j.ID == string(id) {
			return j, nil
		}
	}
	return rest.Job{}, fault.Errorf(fault.NotFound, "the local cluster has no job %s", id)
}

func status(c *rest.Client, j rest.Job) target.Status {
	s := target.Status{
		ID: target.JobID(j.ID), Name: j.Name, State: target.State(j.State), Started: j.Start.Time(),
		Tasks: target.TaskCounts{Total: j.Tasks.Total, Running: j.Tasks.Running, Finished: j.Tasks.Finished}, URL: c.JobURL(j.ID),
	}
	if s.State.Terminal() {
		s.Ended = j.End.Time()
	}
	return s
}

// Status implements target.Target.
func (t *Target) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	j, err := find(ctx, c, id)
	if err != nil {
		return target.Status{}, err
	}
	s := status(c, j)
	if err := settle(ctx, s); err != nil {
		return s, err
	}
	failure, failed, err := c.LastFailure(ctx, j.ID)
	if err != nil {
		return s, fmt.Errorf("asking for failures of job %s: %w", id, err)
	}
	if failed {
		s.Reason = throwable.Parse(failure.Stacktrace).Root()
	}
	if s.LastCheckpoint, err = c.LatestCheckpoint(ctx, j.ID); err != nil {
		return s, fmt.Errorf("asking for checkpoints of job %s: %w", id, err)
	}
	if !s.State.Terminal() { // metrics go with the job
		if s.Restarts, err = c.Restarts(ctx, j.ID); err != nil && !wire.Is(err, 404) {
			return s, fmt.Errorf("asking for restarts of job %s: %w", id, err)
		}
	}
	return s, nil
}

// settle waits, after a job has ended just now, until Flink no longer answers questions about it as it was before.
func settle(ctx context.Context, s target.Status) error {
	if s.Ended.IsZero() {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(s.Ended.Add(refresh))):
		return nil
	}
}

// List implements target.Target.
func (t *Target) List(ctx context.Context) ([]target.Status, error) {
	c, err := t.client(ctx)
	if errors.Is(err, errDown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	jobs, err := c.Jobs(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing jobs: %w", err)
	}
	all := make([]target.Status, len(jobs))
	for i, j := range jobs {
		all[i] = status(c, j)
	}
	return all, nil
}

// Cancel implements target.Target.
func (t *Target) Cancel(ctx context.Context, id target.JobID) error {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return err
	}
	j, err := find(ctx, c, id)
	if err != nil || target.State(j.State).Terminal() {
		return err
	}
	if err := c.Cancel(ctx, string(id)); err != nil && !wire.Is(err, 404) && !wire.Is(err, 409) {
		return fmt.Errorf("cancelling job %s: %w", id, err)
	}
	return awaitEnd(ctx, c, id)
}

// awaitEnd waits until a job has ended.
func awaitEnd(ctx context.Context, c *rest.Client, id target.JobID) error {
	return poll(ctx, func() (bool, error) {
		j, err := find(ctx, c, id)
		return err == nil && target.State(j.State).Terminal(), err
	})
}

// poll asks until it is done, quickly at first.
func poll(ctx context.Context, done func() (bool, error)) error {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Stop implements target.Target.
func (t *Target) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	return t.savepoint(ctx, id, o.Trigger, func(c *rest.Client) error {
		return c.Stop(ctx, string(id), rest.StopRequest{
			Trigger: o.Trigger, Directory: o.Directory, Drain: o.Drain, Format: rest.Canonical,
		})
	}, awaitEnd)
}

// Savepoint implements target.Target.
func (t *Target) Savepoint(ctx context.Context, id target.JobID, o target.SavepointOptions) (target.Savepoint, error) {
	format := rest.Canonical
	if o.Native {
		format = rest.Native
	}
	return t.savepoint(ctx, id, o.Trigger, func(c *rest.Client) error {
		return c.Savepoint(ctx, string(id), rest.SavepointRequest{Trigger: o.Trigger, Directory: o.Directory, Format: format})
	}, func(context.Context, *rest.Client, target.JobID) error { return nil })
}

// savepoint triggers an operation unless its trigger is known, waits for its outcome, and then for what follows from it.
func (t *Target) savepoint(
	ctx context.Context, id target.JobID, trigger string,
	request func(*rest.Client) error, follow func(context.Context, *rest.Client, target.JobID) error,
) (target.Savepoint, error) {
	if !target.ValidTrigger(trigger) {
		return target.Savepoint{}, fault.Errorf(fault.Failed, "trigger %q is not 32 lower-case hexadecimal digits", trigger)
	}
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	j, err := find(ctx, c, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	if _, err := c.SavepointStatus(ctx, string(id), trigger); wire.Is(err, 404) {
		if state := target.State(j.State); state.Terminal() {
			return target.Savepoint{}, fault.Errorf(fault.Conflict, "job %s has ended already (%s)", id, state)
		}
		if err := request(c); err != nil {
			return target.Savepoint{}, fmt.Errorf("asking for a savepoint of job %s: %w", id, err)
		}
	} else if err != nil {
		return target.Savepoint{}, err
	}
	var outcome rest.Operation
	if err := poll(ctx, func() (_ bool, err error) {
		outcome, err = c.SavepointStatus(ctx, string(id), trigger)
		return outcome.Done, err
	}); err != nil {
		return target.Savepoint{}, fmt.Errorf("waiting for the savepoint of job %s: %w", id, err)
	}
	if outcome.Failure != nil {
		return target.Savepoint{}, fault.Errorf(fault.Failed, "taking a savepoint of job %s: %s", id, outcome.Failure.Root())
	}
	return target.Savepoint{Path: outcome.Location, Taken: takenAt(outcome.Location)}, follow(ctx, c, id)
}

// takenAt is when a savepoint was completed: its _metadata is written last.
func takenAt(path string) time.Time {
	if dir, ok := snapshot.LocalPath(path); ok {
		if entry, err := os.Stat(filepath.Join(dir, snapshot.FileName)); err == nil {
			return entry.ModTime()
		}
	}
	return time.Now()
}

// DisposeSavepoint implements target.Target. Flink does it, because only Flink's metadata says which files belong to a
// savepoint; so the cluster is started when it does not run.
func (t *Target) DisposeSavepoint(ctx context.Context, path string) error {
	r, err := t.ensure(ctx)
	if err != nil {
		return err
	}
	c := rest.New(r.rest(), nil)
	trigger, err := c.DisposeSavepoint(ctx, path)
	if err != nil {
		return fmt.Errorf("removing savepoint %s: %w", path, err)
	}
	var outcome rest.Operation
	if err := poll(ctx, func() (_ bool, err error) {
		outcome, err = c.DisposalStatus(ctx, trigger)
		return outcome.Done, err
	}); err != nil {
		return fmt.Errorf("removing savepoint %s: %w", path, err)
	}
	if outcome.Failure != nil && !outcome.Failure.Has("FileNotFoundException") {
		return fault.Errorf(fault.Failed, "removing savepoint %s: %s", path, outcome.Failure.Root())
	}
	return nil
}
