//go:build clusters

package kubernetes_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestLevelFigures tells how long it takes from the start of the command until a level is in force in the JobManager and in
// two TaskManagers, whose agents say so, and until it is changed back when its time is over, which nobody has to do. It
// judges no time: the machine is not calm. AUTOSTREAM_FIGURES says how many turns; without it there is one.
func TestLevelFigures(t *testing.T) {
	turns := 1
	if said := os.Getenv("AUTOSTREAM_FIGURES"); said != "" {
		var err error
		if turns, err = strconv.Atoi(said); err != nil {
			t.Fatalf("AUTOSTREAM_FIGURES: %v", err)
		}
	}
	p := newPlace(t, release.V2_2)
	binary := program(t)
	l := &leveled{T: t, place: p, binary: binary, dir: p.project(t, "pv_uv", p.rig.Kubeconfig, "parallelism: 2")}
	if _, code := autostream(t, binary, l.dir, "deploy", "prod", "pv_uv", "--yes", "--timeout", "8m"); code != 0 {
		t.Fatalf("deploy ended with %d", code)
	}
	const during = 8 * time.Second
	for n := range turns {
		began := time.Now()
		levels := l.set(l.dir, during.String())
		if all := len(l.by(levels, "agent")); all != 3 {
			t.Errorf("in force in %d processes of 3: %+v", all, levels)
			continue
		}
		took, until := time.Since(began), levels[0].Until
		time.Sleep(time.Until(until))
		l.until("the levels changed back", func() bool { return len(l.list()) == 0 })
		t.Logf("turn %d: in force in 3 processes %s after the start of the command; %s after its time nothing is changed, as list says",
			n+1, took.Round(time.Millisecond), time.Since(until).Round(time.Millisecond))
	}
	if _, code := autostream(t, binary, l.dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 {
		t.Errorf("stop ended with %d", code)
	}
	p.clean(t)
}
