package local

import (
	"context"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/fault"
	dfs "github.com/autostream/autostream/internal/dfs/local"
	"github.com/autostream/autostream/internal/flink/snapshot"
	"github.com/autostream/autostream/internal/target"
)

// What a run left on disk can be asked for when its cluster is gone.
var _ target.Retaining = (*Target)(nil)

// LatestCheckpoint implements target.Retaining.
func (t *Target) LatestCheckpoint(ctx context.Context, id target.JobID) (target.Savepoint, error) {
	dir := filepath.Join(t.folder.shared("checkpoints"), string(id))
	newest, err := snapshot.Newest(ctx, dfs.FS{}, filepath.ToSlash(dir), snapshot.CheckpointPrefix)
	if err == nil && newest.Dir == "" {
		err = fault.Errorf(fault.NotFound, "job %s left no checkpoint", id)
	}
	if err != nil {
		return target.Savepoint{}, err
	}
	return target.Savepoint{Path: flinkPath(filepath.FromSlash(newest.Dir)), Taken: newest.Taken}, nil
}
