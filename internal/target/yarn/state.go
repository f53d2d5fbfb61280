package yarn

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/target"
)

// local is the path of a URI in the cluster's file system, and false when it lies elsewhere.
func (c *cluster) local(uri string) (string, bool) { return dfs.Within(c.fs, uri) }

// complete is the newest complete one among the folders in a folder whose names begin with a prefix. A folder that is not
// there, or not to be looked into from here, has none.
func (t *Target) complete(ctx context.Context, c *cluster, uri, prefix string) (target.Savepoint, error) {
	dir, ok := c.local(uri)
	if !ok {
		return target.Savepoint{}, nil
	}
	newest, err := snapshot.Newest(ctx, c.fs, dir, prefix)
	if err != nil || newest.Dir == "" {
		return target.Savepoint{}, err
	}
	return target.Savepoint{Path: c.fs.URI(newest.Dir), Taken: newest.Taken}, nil
}

// takenInto looks for the savepoint in the folder of a trigger.
func (t *Target) takenInto(ctx context.Context, c *cluster, dir string) (target.Savepoint, bool, error) {
	sp, err := t.complete(ctx, c, dir, snapshot.SavepointPrefix)
	return sp, sp.Path != "", err
}

// takenAt is when a savepoint was completed.
func (t *Target) takenAt(ctx context.Context, c *cluster, uri string) time.Time {
	if dir, ok := c.local(uri); ok {
		if e, err := c.fs.Stat(ctx, path.Join(dir, snapshot.FileName)); err == nil {
			return e.Modified
		}
	}
	return time.Now()
}

// LatestCheckpoint implements target.Retaining. Savepoints count too.
func (t *Target) LatestCheckpoint(ctx context.Context, id target.JobID) (target.Savepoint, error) {
	c, r, err := t.find(ctx, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	newest, err := t.newest(ctx, c, id, r)
	if err == nil && newest.Path == "" {
		err = fault.Errorf(fault.NotFound, "job %s left no checkpoint", id)
	}
	return newest, err
}

func (t *Target) lastCheckpoint(ctx context.Context, c *cluster, id target.JobID, r run) (string, error) {
	newest, err := t.newest(ctx, c, id, r)
	return newest.Path, err
}

// newest is the newest complete checkpoint or savepoint of a job, in the places where it was told to put them.
func (t *Target) newest(ctx context.Context, c *cluster, id target.JobID, r run) (target.Savepoint, error) {
	newest, err := t.complete(ctx, c, r.Checkpoints+"/"+string(id), snapshot.CheckpointPrefix)
	if err != nil {
		return newest, err
	}
	triggers, err := c.fs.List(ctx, c.records().path(id, recordSavepoints))
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return newest, err
	}
	for _, trigger := range triggers {
		var record savepointRecord
		if _, err := c.records().read(ctx, id, recordSavepoints+"/"+trigger.Name(), &record); err != nil {
			return newest, err
		}
		sp, _, err := t.takenInto(ctx, c, record.Directory)
		if err != nil {
			return newest, err
		}
		if sp.Taken.After(newest.Taken) {
			newest = sp
		}
	}
	return newest, nil
}

// DisposeSavepoint implements target.Target. All files of a savepoint are in its folder, in either format.
func (t *Target) DisposeSavepoint(ctx context.Context, uri string) error {
	c, err := t.ask(ctx)
	if err != nil {
		return err
	}
	dir, ok := c.local(uri)
	if !ok {
		return fault.Errorf(fault.Failed, "removing savepoint %s: it does not lie in %s", uri, c.fs.URI("/"))
	}
	if _, err := c.fs.Stat(ctx, dir); fault.KindOf(err) == fault.NotFound && err != nil {
		return nil
	}
	if _, err := c.fs.Stat(ctx, path.Join(dir, snapshot.FileName)); err != nil {
		return fmt.Errorf("removing savepoint %s: it is none: %w", uri, err)
	}
	return c.fs.Delete(ctx, dir)
}
