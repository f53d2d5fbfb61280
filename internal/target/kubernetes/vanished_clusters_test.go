//go:build clusters

package kubernetes_test

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestClusterTakenAway has somebody delete the Deployment of a job, and then its whole namespace. The job is lost, and goes on
// from the newest checkpoint that it left, which no command has seen.
func TestClusterTakenAway(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "")
	deploy := []string{"deploy", "prod", "pv_uv"}
	first := changed(t, binary, dir, 0, deploy...)
	p.untilUp(t)
	p.rig.Run(t, "delete", "-n", p.Namespace, p.deployments(t)[0], "--wait=true", "--cascade=foreground")
	if st := p.status(t, binary, dir); st.State != "LOST" || st.JobID != first.JobID {
		t.Errorf("without its Deployment: %+v", st)
	}
	second := changed(t, binary, dir, 0, deploy...)
	p.restoredFromRest(t, first, second)
	p.alone(t)

	p.untilUp(t)
	p.rig.Run(t, "delete", "namespace", p.Namespace, "--wait=true", "--timeout=300s")
	if st := p.status(t, binary, dir); st.State != "LOST" || st.JobID != second.JobID {
		t.Errorf("without its namespace: %+v", st)
	}
	if _, code := autostream(t, binary, dir, append(deploy, "--yes")...); code != 5 {
		t.Errorf("a deploy without a namespace ends with exit code %d, want 5", code)
	}
	if _, code := autostream(t, binary, dir, "target", "setup", "prod", "--apply", "--yes"); code != 0 {
		t.Fatalf("setup ends with exit code %d", code)
	}
	p.restoredFromRest(t, second, changed(t, binary, dir, 0, deploy...))
	p.alone(t)
	if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 {
		t.Errorf("stop ends with exit code %d", code)
	}
	p.clean(t)
}

// restoredFromRest holds the start after a cluster that died to the newest checkpoint that it left: no command has seen it.
func (p *place) restoredFromRest(t *testing.T, died, next report) {
	t.Helper()
	if want := p.newestCheckpoint(t, died.JobID); next.RestoredFrom != want || next.JobID == died.JobID {
		t.Errorf("it goes on as %+v, want from %s", next, want)
	}
}

// newestCheckpoint is the newest complete one that a job left.
func (p *place) newestCheckpoint(t *testing.T, id string) string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(p.savings, "checkpoints", id, "chk-*", "_metadata"))
	if err != nil || len(left) == 0 {
		t.Fatalf("checkpoints that are left: %v, %v", left, err)
	}
	newest := slices.MaxFunc(left, func(a, b string) int { // the shorter number is the smaller one
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
	return "file:" + filepath.Dir(newest)
}
