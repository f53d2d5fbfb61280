package job

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
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

// A job that was lost starts from what its target found, or from what was seen where nobody could look, which is said.
func TestLatestStateOfALostJob(t *testing.T) {
	t.Parallel()
	unread := fault.Errorf(fault.Failed, "s3://b/checkpoints cannot be read from here").WithFix("name its file system")
	lost := store.Run{ID: "a", State: string(target.Running), Checkpoint: "s3://b/chk-7", RestoredFrom: "s3://b/chk-1"}
	for name, test := range map[string]struct {
		facts     facts
		path, why string
		ok        bool
	}{
		"found":          {facts{run: lost, searched: true}, "s3://b/chk-7", "its last checkpoint", true},
		"not looked for": {facts{run: lost}, "s3://b/chk-7", "seen before it was lost", true},
		"not to be read": {facts{run: lost, unread: unread}, "s3://b/chk-7", "cannot be read from here; name its file system", true},
		"none seen, not to be read": {
			facts{run: store.Run{ID: "a", State: string(target.Running)}, unread: unread}, "", "cannot be read from here; name its file system", false,
		},
		"none left": {facts{run: store.Run{ID: "a", State: string(target.Running)}, searched: true}, "", "it left no checkpoint", false},
	} {
		test.facts.contact = gone
		path, why, ok := test.facts.latestState()
		if path != test.path || ok != test.ok || !strings.Contains(why, test.why) {
			t.Errorf("%s: %q, %v (%s), want %q, %v (%s)", name, path, ok, why, test.path, test.ok, test.why)
		}
	}
}
