package local

import (
	"context"
	"os"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// What a run left on disk can be asked for when its cluster is gone.
var _ target.Retaining = (*Target)(nil)

// LatestCheckpoint implements target.Retaining. Flink writes _metadata last and in one piece, so that a checkpoint with
// it is complete (FsCheckpointMetadataOutputStream).
func (t *Target) LatestCheckpoint(_ context.Context, id target.JobID) (target.Savepoint, error) {
	found, err := filepath.Glob(filepath.Join(t.folder.shared("checkpoints"), string(id), "chk-*", "_metadata"))
	if err != nil {
		return target.Savepoint{}, err
	}
	var newest target.Savepoint
	for _, metadata := range found {
		stat, err := os.Stat(metadata)
		if err != nil {
			continue // subsumed by a newer one just now
		}
		if stat.ModTime().After(newest.Taken) {
			newest = target.Savepoint{Path: fileURL(filepath.Dir(metadata)), Taken: stat.ModTime()}
		}
	}
	if newest.Path == "" {
		return newest, fault.Errorf(fault.NotFound, "job %s left no checkpoint", id)
	}
	return newest, nil
}
