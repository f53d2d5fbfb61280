//go:build clusters

package yarn_test

import (
	"testing"

	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/yarn"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// TestStandby kills the active NameNode and the active ResourceManager under a job. Whoever stood by takes over: the job
// runs on, and is stopped with its state and started again through them.
func TestStandby(t *testing.T) {
	r := rig.Start(t, "RIG_NAME=ha", "RIG_PORT_OFFSET=1000", "RIG_HA=1")
	o := options(t, r, release.V2_2)
	// The ones that stand by come first: who is active is found by asking.
	o.ResourceManagers = []string{r.ResourceManager2, r.ResourceManager}
	open := func(name, user string) *webhdfs.FS {
		return webhdfs.New(webhdfs.Options{Addresses: []string{r.WebHDFS2, r.WebHDFS}, Name: name, User: user})
	}
	o.Open = func(name, user string) (dfs.FS, error) { return open(name, user), nil }
	m := &misfortunes{rig: r, o: o, target: yarn.New(o), fs: open(r.DefaultFS, "root")}
	s := m.job(t)
	m.up(t, s)

	r.Kill(t, "namenode")
	r.Kill(t, "resourcemanager")
	r.Activate(t)
	r.ResourceManager = r.ResourceManager2 // where the test itself looks
	m.awaitUp(t, s.ID)
	stopped, err := m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()})
	if err != nil {
		t.Fatalf("Stop through those that stood by: %v", err)
	}
	m.noStaging(t)

	next := m.job(t)
	next.Restore = &target.Restore{Path: stopped.Path}
	m.up(t, next)
	m.stops(t, next)
}
