//go:build clusters

package yarn_test

import (
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// TestWrongClock runs a job where the clock of this machine is not that of the cluster: three days behind it, so that what
// is new here is old there.
func TestWrongClock(t *testing.T) {
	m := wrong(t, "RIG_CLOCK=-3d")
	const other = staging + "/application_1_0001" // somebody else's, in the middle of a submission
	if err := m.fs.Create(t.Context(), other+"/config.yaml", strings.NewReader("x"), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	s := m.job(t)
	m.up(t, s)
	if _, err := m.target.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()}); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if apps := m.apps(t, s.ID); len(apps) != 1 {
		t.Errorf("applications %v, want one", apps)
	}
	left, err := m.fs.List(t.Context(), staging)
	if err != nil || len(left) != 1 || left[0].Path != other {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// TestWrongClockOfResourceManager submits to a cluster whose nodes do not take what its ResourceManager gives out, because
// it has expired when it comes.
func TestWrongClockOfResourceManager(t *testing.T) {
	m := wrong(t, "RIG_CLOCK=-1h", "RIG_CLOCK_OF=resourcemanager")
	s := m.job(t)
	_, err := m.target.Submit(t.Context(), s)
	if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "the clocks of YARN's machines differ") {
		t.Errorf("Submit: %v", err)
	}
	m.noStaging(t)
}

func wrong(t *testing.T, settings ...string) *misfortunes {
	r := rig.Start(t, append(settings, "RIG_NAME=clock", "RIG_PORT_OFFSET=1400")...)
	return befalling(r, options(t, r, release.V2_2))
}
