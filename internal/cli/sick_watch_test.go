//go:build sick

package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestSickWatch watches a job that fails and restarts again and again: each look is a whole report, and Ctrl-C ends it.
func TestSickWatch(t *testing.T) { //nolint:paralleltest // the jobs share the machine
	bed := newSickbed(t, release.V2_2, t.TempDir())
	t.Cleanup(func() { _, _ = bed.run("target", "down", "local", "--yes") })
	if out, err := bed.run("target", "up", "local"); err != nil {
		t.Fatalf("starting a cluster: %v\n%s", err, out)
	}
	bed.deploy(t, "user-bug")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	watch := exec.Command(self)
	watch.Args = append(append([]string{"autostream", "-C", bed.dir}, bed.flags...), "diagnose", "local/user-bug", "--watch", "--format", "json")
	var problems bytes.Buffer
	watch.Stderr = &problems
	out, err := watch.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watch.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(5*time.Minute, func() { _ = watch.Process.Kill() })
	defer late.Stop()
	states := map[string]int{}
	for d, seen := (diagnosis{}), json.NewDecoder(out); states["named"] < 3; d = (diagnosis{}) {
		if err := seen.Decode(&d); err != nil {
			t.Fatalf("after %v: %v\n%s", states, err, &problems)
		}
		if states[d.State]++; d.first() == "user-code" {
			states["named"]++
		}
	}
	t.Logf("looks by state: %v\n%s", states, &problems)
	if err := watch.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := watch.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("interrupted: %v\n%s", err, &problems)
	}
}
