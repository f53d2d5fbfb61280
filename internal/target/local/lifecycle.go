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
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// client returns a client for the cluster that runs, or errDown.
func (t *Target) client(ctx context.Context) (*rest.Client, error) {
	r, err := t.running(ctx)
	if err != nil {
		return nil, err
	}
	return rest.New(r.rest(), t.connections), nil
}

// clientFor is client for a call about one job: where no cluster runs, no job does.
func (t *Target) clientFor(ctx context.Context, id target.JobID) (*rest.Client, error) {
	c, err := t.client(ctx)
	if errors.Is(err, errDown) {
		return nil, fault.Errorf(fault.NotFound, "no job %s: no local cluster runs", id)
	}
	return c, err
}

// Status implements target.Target.
func (t *Target) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	return jobmanager.Status(ctx, c, id, refresh)
}

// Glance implements target.Glancing.
func (t *Target) Glance(ctx context.Context, id target.JobID) (target.Status, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	j, err := jobmanager.Find(ctx, c, id)
	if err != nil {
		return target.Status{}, err
	}
	return jobmanager.Line(c, j), nil
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
		all[i] = jobmanager.Line(c, j)
	}
	return all, nil
}

// Cancel implements target.Target.
func (t *Target) Cancel(ctx context.Context, id target.JobID) error {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return err
	}
	return jobmanager.Cancel(ctx, c, id)
}

// Stop implements target.Target.
func (t *Target) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	path, err := jobmanager.Stop(ctx, c, id, o)
	if err != nil {
		return target.Savepoint{}, err
	}
	return target.Savepoint{Path: path, Taken: takenAt(path)}, jobmanager.AwaitEnd(ctx, c, id)
}

// Savepoint implements target.Target.
func (t *Target) Savepoint(ctx context.Context, id target.JobID, o target.SavepointOptions) (target.Savepoint, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	path, err := jobmanager.Savepoint(ctx, c, id, o)
	if err != nil {
		return target.Savepoint{}, err
	}
	return target.Savepoint{Path: path, Taken: takenAt(path)}, nil
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
	return jobmanager.Dispose(ctx, rest.New(r.rest(), nil), path)
}
