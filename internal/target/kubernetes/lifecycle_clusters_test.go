//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// report is what commands that change jobs print about one.
type report struct {
	JobID, Action, State, RestoredFrom string
	Version                            int
}

// changed runs a command that changes the job of a project, and returns what it says about it.
func changed(t *testing.T, binary, dir string, want int, args ...string) report {
	t.Helper()
	out, code := autostream(t, binary, dir, append(args, "--yes", "--format", "json")...)
	var all struct{ Jobs []report }
	if err := json.Unmarshal([]byte(out), &all); code != want || err != nil || len(all.Jobs) != 1 {
		t.Fatalf("%s ends with exit code %d, %v; want %d and one job", args[0], code, err, want)
	}
	return all.Jobs[0]
}

// TestLifeCycle takes a job through what happens to jobs in a year: versions, one of which fails, back to an earlier one,
// a restart, and the death of its JobManager.
func TestLifeCycle(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "options: {restart-strategy.type: none}")
	script := func(sql string) { write(t, filepath.Join(dir, "pv_uv.sql"), sql) }
	deploy := []string{"deploy", "prod", "pv_uv"}

	first := changed(t, binary, dir, 0, deploy...)
	p.untilUp(t)
	if _, code := autostream(t, binary, dir, "savepoint", "create", "pv_uv"); code != 0 {
		t.Error("no savepoint can be taken")
	}
	script(strings.Replace(jobSQL, "'20'", "'30'", 1))
	second := changed(t, binary, dir, 0, deploy...)
	if second.Action != "replace" || second.Version != 2 || second.RestoredFrom == "" {
		t.Errorf("a new version is %+v", second)
	}

	script(strings.Replace(jobSQL, "SELECT id,", "SELECT 10 / (id - id),", 1))
	p.untilUp(t)
	out, code := autostream(t, binary, dir, append(deploy, "--yes")...)
	if code != 1 {
		t.Errorf("a version that fails: exit code %d: %s", code, out)
	}
	p.alone(t)
	back := p.status(t, binary, dir)
	if back.Version != 2 || back.RestoredFrom == "" || back.JobID == second.JobID {
		t.Errorf("after a version that failed: %+v", back)
	}

	p.untilUp(t)
	if r := changed(t, binary, dir, 0, "rollback", "pv_uv", "--to", "1"); r.Version != 4 || r.RestoredFrom != second.RestoredFrom {
		t.Errorf("back at %+v, want version 1 as version 4, from %s", r, second.RestoredFrom)
	}
	p.untilUp(t)
	again := changed(t, binary, dir, 0, "restart", "pv_uv")
	if again.Version != 4 || again.JobID == first.JobID || again.RestoredFrom == "" {
		t.Errorf("restarted as %+v", again)
	}

	p.untilUp(t)
	p.mergedLogs(t, binary, dir)
	p.diesInPlace(t, binary, dir, target.JobID(again.JobID))
	script(jobSQL)
	p.restoredFromRest(t, again, changed(t, binary, dir, 0, deploy...))
	p.alone(t)

	p.orphaned(t, binary, dir)
}

func (p *place) status(t *testing.T, binary, dir string) report {
	t.Helper()
	out, code := autostream(t, binary, dir, "status", "pv_uv", "--format", "json")
	var all struct{ Jobs []report }
	if err := json.Unmarshal([]byte(out), &all); code != 0 || err != nil || len(all.Jobs) != 1 {
		t.Fatalf("status ends with exit code %d, %v", code, err)
	}
	return all.Jobs[0]
}

// logLine is the beginning of a line of log4j behind the name of its process.
var logLine = regexp.MustCompile(`(?m)^([a-z0-9-]+) \| (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)`)

// mergedLogs holds logs to the order of time, and to leaving other processes out when told.
func (p *place) mergedLogs(t *testing.T, binary, dir string) {
	t.Helper()
	out, _ := autostream(t, binary, dir, "logs", "pv_uv")
	turns, last, who := 0, "", ""
	for _, line := range logLine.FindAllStringSubmatch(out, -1) {
		if line[1] != who {
			turns, who = turns+1, line[1]
		}
		if line[2] < last {
			t.Logf("%s after %s", line[2], last) // by less than the second or so in which the container runtime got it
		}
		last = line[2]
	}
	if turns < 3 {
		t.Errorf("the lines of processes take %d turns", turns)
	}
	if out, _ = autostream(t, binary, dir, "logs", "pv_uv", "--process", "taskmanager"); out == "" || strings.Contains(out, "jobmanager |") {
		t.Error("the logs of TaskManagers are not theirs alone")
	}
}

// diesInPlace kills a JobManager without high availability inside its pod. The log of the container before stays.
func (p *place) diesInPlace(t *testing.T, binary, dir string, id target.JobID) {
	t.Helper()
	p.until(t, "the guard in the JobManager's pod", func() bool {
		return strings.Contains(p.rig.Run(t, "exec", "-n", p.Namespace, p.deployments(t)[0], "-c", "flink-main-container",
			"--", "cat", "/opt/flink/conf/config.yaml"), "JobManager-was-replaced")
	})
	p.signal(t, "jobmanager", syscall.SIGKILL)
	st := p.await(t, id, "its end", func(st target.Status) bool { return st.State.Terminal() })
	if st.State != target.FailedState || !strings.Contains(st.Reason, "highAvailability") {
		t.Errorf("status %+v", st)
	}
	out, _ := autostream(t, binary, dir, "logs", "pv_uv", "--process", "jobmanager")
	starts := strings.Count(out, "Starting KubernetesApplicationClusterEntrypoint (Version")
	if starts != 2 || !strings.Contains(out, "Completed checkpoint") {
		t.Errorf("the logs have %d starts of the JobManager, want that of the container before as well", starts)
	}
}

// orphaned takes the record of a job away: target check finds what is left, and removes it when told.
func (p *place) orphaned(t *testing.T, binary, dir string) {
	t.Helper()
	cluster := strings.TrimPrefix(p.deployments(t)[0], "deployment.apps/")
	p.rig.Run(t, "delete", "configmaps", "-n", p.Namespace, "-l", "autostream/record=job")
	out, code := autostream(t, binary, dir, "target", "check", "prod")
	if code != 0 || !strings.Contains(out, cluster) || !strings.Contains(out, "no job has it") || !strings.Contains(out, "lock held by a job without a record") {
		t.Errorf("check ends with %d: %s", code, out)
	}
	if _, code := autostream(t, binary, dir, "target", "check", "prod", "--remove", "--yes"); code != 0 {
		t.Errorf("removing ends with %d", code)
	}
	if d := p.deployments(t); len(d) != 0 {
		t.Errorf("left: %v", d)
	}
	p.clean(t)
}

// TestUpgradeOfFlink moves a job with its state to another release: plan judges first.
func TestUpgradeOfFlink(t *testing.T) {
	p := newPlace(t, release.V1_20)
	p.rig = kubetest.Start(t, release.V1_20, release.V2_2)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "")
	first := changed(t, binary, dir, 0, "deploy", "prod", "pv_uv")
	p.untilUp(t)

	p.line, p.Image = release.V2_2, p.rig.Images[release.V2_2]
	p.configure(t, dir, "pv_uv", p.rig.Kubeconfig, "")
	if out, code := autostream(t, binary, dir, "plan"); code != 0 || !strings.Contains(out, "1.20") || !strings.Contains(out, "2.2") {
		t.Errorf("the plan ends with %d and says %s", code, out)
	}
	next := changed(t, binary, dir, 0, "deploy", "prod", "pv_uv")
	if next.Action != "replace" || next.RestoredFrom == "" || next.JobID == first.JobID {
		t.Errorf("upgraded as %+v", next)
	}
	p.alone(t)
	if version := p.rig.Run(t, "get", p.deployments(t)[0], "-n", p.Namespace, "-o", "jsonpath={.spec.template.spec.containers[0].image}"); version != p.Image {
		t.Errorf("it runs in %s", fmt.Sprint(version))
	}
	autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes")
	p.clean(t)
}
