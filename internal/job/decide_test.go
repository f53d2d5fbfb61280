package job

import (
	"testing"

	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// What a job that does not run starts from. Where there may be state that nobody saw, it is not started without.
func TestLatestState(t *testing.T) {
	t.Parallel()
	failed := string(target.FailedState)
	for name, test := range map[string]struct {
		run  store.Run
		path string
		ok   bool
	}{
		"never ran":                {store.Run{}, "", true},
		"stopped":                  {store.Run{ID: "a", State: string(target.Finished), StoppedWith: "s3://b/savepoint-1"}, "s3://b/savepoint-1", true},
		"stopped by somebody else": {store.Run{ID: "a", State: string(target.Finished), Checkpoint: "s3://b/savepoint-1"}, "s3://b/savepoint-1", true},
		"came to its end":          {store.Run{ID: "a", State: string(target.Finished), Checkpoint: "s3://b/chk-7"}, "", true},
		"failed with checkpoint":   {store.Run{ID: "a", State: failed, Checkpoint: "s3://b/chk-7"}, "s3://b/chk-7", true},
		"failed before its first": {store.Run{ID: "a", State: failed, RestoredFrom: "s3://b/savepoint-1"},
			"s3://b/savepoint-1", true},
		"JobManager died, checkpoint seen": {store.Run{ID: "a", State: failed, Reason: target.Replaced, Checkpoint: "s3://b/chk-7"}, "s3://b/chk-7", true},
		"JobManager died, none seen":       {store.Run{ID: "a", State: failed, Reason: target.Replaced}, "", false},
		"JobManager died after a restore, none seen": {
			store.Run{ID: "a", State: failed, Reason: target.Replaced, RestoredFrom: "s3://b/savepoint-1"}, "", false,
		},
	} {
		path, why, ok := facts{run: test.run}.latestState()
		if path != test.path || ok != test.ok || why == "" {
			t.Errorf("%s: %q, %v (%s), want %q, %v", name, path, ok, why, test.path, test.ok)
		}
	}
}
