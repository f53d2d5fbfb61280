//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// TestSavepointsThatGoWrong stops a job with savepoints that cannot be written, that take longer than Flink waits for
// them, and that take longer than we wait for them. The job runs on, or is known to have ended with its state.
func TestSavepointsThatGoWrong(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "options: {execution.checkpointing.timeout: 60 s, "+
		"execution.checkpointing.tolerable-failed-checkpoints: 1000, heartbeat.timeout: 10 min, pekko.ask.timeout: 10 min}")
	if _, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes"); code != 0 {
		t.Fatal("it does not start")
	}
	id := p.untilUp(t)
	runsOn := func(t *testing.T) {
		t.Helper()
		if now := p.untilUp(t); now != id {
			t.Errorf("%s runs, and before it was %s", now, id)
		}
		p.alone(t)
	}

	t.Run("not to be written", func(t *testing.T) {
		if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--yes", "--dir", "file:///proc/savepoints"); code != 1 {
			t.Errorf("exit code %d", code)
		}
		runsOn(t)
	})
	t.Run("later than Flink waits", func(t *testing.T) {
		p.signal(t, "taskmanager", syscall.SIGSTOP)
		_, code := autostream(t, binary, dir, "stop", "pv_uv", "--yes")
		p.signal(t, "taskmanager", syscall.SIGCONT)
		if code != 1 {
			t.Errorf("exit code %d", code)
		}
		runsOn(t)
	})
	t.Run("later than we wait", func(t *testing.T) {
		code := 6
		for code == 6 { // Flink still restarts the job because of the savepoint before
			runsOn(t)
			p.signal(t, "taskmanager", syscall.SIGSTOP)
			_, code = autostream(t, binary, dir, "stop", "pv_uv", "--yes", "--timeout", "5s")
			p.signal(t, "taskmanager", syscall.SIGCONT)
		}
		if code != 8 {
			t.Fatalf("exit code %d", code)
		}
		p.await(t, id, "its end", func(st target.Status) bool { return st.State == target.Finished })
		out, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes", "--format", "json")
		var started struct {
			Jobs []struct{ JobID, RestoredFrom string }
		}
		if err := json.Unmarshal([]byte(out), &started); err != nil || code != 0 || len(started.Jobs) != 1 {
			t.Fatalf("exit code %d, %v", code, err)
		}
		if got := started.Jobs[0]; got.JobID == string(id) || !strings.Contains(got.RestoredFrom, p.savings+"/savepoints/savepoint-") {
			t.Errorf("it goes on as %+v, want from the savepoint", got)
		}
		p.alone(t)
	})
	if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 {
		t.Error("it does not end")
	}
	p.clean(t)
}

// signal sends a signal to the JVM of the first pod of a role that runs.
func (p *place) signal(t *testing.T, role string, s syscall.Signal) {
	t.Helper()
	pods := strings.Fields(p.rig.Run(t, "get", "pods", "-n", p.Namespace, "-l", "component="+role, "--field-selector=status.phase=Running",
		"-o", "jsonpath={.items[*].metadata.name}"))
	if len(pods) == 0 {
		t.Fatalf("no pod of a %s", role)
	}
	p.rig.Signal(t, p.Namespace, pods[0], s)
}
