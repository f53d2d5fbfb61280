//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
)

// job is a job that counts for ever, with checkpoints.
func (p *place) job(name string) target.Submission {
	s := target.Submission{
		ID: target.NewJobID(), Name: name, Project: "shop", Release: p.line.String(), Parallelism: 1,
		SQL: &target.SQLProgram{Statements: []string{
			"CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9')",
			"CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole')",
			"INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id",
		}},
		Options: map[string]string{"execution.checkpointing.interval": "1 s"},
	}
	p.shape(&s)
	return s
}

// until waits for a condition.
func (p *place) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Minute); !ok(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s\n%s", what, p.rig.Run(t, "get", "all,events", "-n", p.Namespace))
		}
	}
}

// untilUp waits until a job of the namespace runs with all its tasks and has a checkpoint.
func (p *place) untilUp(t *testing.T) (id target.JobID) {
	t.Helper()
	p.until(t, "a job that runs", func() bool {
		all, err := p.List(t.Context())
		for _, st := range all {
			if err == nil && !st.State.Terminal() {
				id = st.ID
				st, err = p.Status(t.Context(), id)
				return err == nil && up(st)
			}
		}
		return false
	})
	return id
}

// await asks for the status until it is as wanted.
func (p *place) await(t *testing.T, id target.JobID, want string, ok func(target.Status) bool) target.Status {
	t.Helper()
	last := ""
	for end := time.Now().Add(8 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		st, err := p.Status(t.Context(), id)
		if err == nil && ok(st) {
			return st
		}
		last = fmt.Sprintf("%+v, %v", st, err)
	}
	t.Fatalf("waiting for %s: %s\n%s", want, last, p.rig.Run(t, "get", "all,events", "-n", p.Namespace))
	return target.Status{}
}

func up(st target.Status) bool {
	return st.State == target.Running && st.Tasks.Total > 0 && st.Tasks.Up() && st.LastCheckpoint != ""
}

func (p *place) deployments(t *testing.T) []string {
	t.Helper()
	return strings.Fields(p.rig.Run(t, "get", "deployments", "-n", p.Namespace, "-o", "name"))
}

// alone checks that there is one instance of a job and nothing that belongs to none.
func (p *place) alone(t *testing.T) {
	t.Helper()
	if d := p.deployments(t); len(d) != 1 {
		t.Errorf("Deployments %v, want one", d)
	}
	p.clean(t)
}

func (p *place) clean(t *testing.T) {
	t.Helper()
	left, err := p.Orphans(t.Context())
	if err != nil || len(left) > 0 {
		t.Errorf("orphans %v, %v", left, err)
	}
}

func (p *place) cancel(t *testing.T, id target.JobID) {
	t.Helper()
	if err := p.Cancel(t.Context(), id); err != nil {
		t.Errorf("Cancel: %v", err)
	}
	if d := p.deployments(t); len(d) != 0 {
		t.Errorf("Cancel left %v", d)
	}
}

// TestTwoDeployOneJob has two people deploy one job, each with records of their own: one of them does.
func TestTwoDeployOneJob(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	var both sync.WaitGroup
	var codes [2]int
	var dirs [2]string
	for i := range codes {
		dirs[i] = p.project(t, "pv_uv", p.rig.Kubeconfig, "")
		both.Go(func() { _, codes[i] = autostream(t, binary, dirs[i], "deploy", "prod", "pv_uv", "--yes") })
	}
	both.Wait()
	if codes != [2]int{0, 6} && codes != [2]int{6, 0} {
		t.Errorf("exit codes %v, want 0 and 6", codes)
	}
	p.alone(t)
	for i, code := range codes {
		if code == 0 {
			autostream(t, binary, dirs[i], "stop", "pv_uv", "--cancel", "--yes")
		}
	}
	p.clean(t)
}

// TestRescale changes the parallelism of a job while it runs: no restart of its JobManager, no other Flink job.
func TestRescale(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	const keys = "parallelism: %d, resources: {taskManager: {slots: 2}}, options: {jobmanager.scheduler: adaptive, " +
		"jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout: 1 s, jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling: 1 s}"
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, fmt.Sprintf(keys, 1))
	var one, two struct {
		Jobs []struct{ JobID, Action string }
	}
	for n, into := range []any{&one, &two} {
		p.configure(t, dir, "pv_uv", p.rig.Kubeconfig, fmt.Sprintf(keys, n+1))
		out, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes", "--format", "json", "--timeout", "8m")
		if err := json.Unmarshal([]byte(out), into); err != nil || code != 0 {
			t.Fatalf("exit code %d, %v", code, err)
		}
	}
	if two.Jobs[0].Action != "rescale" || two.Jobs[0].JobID != one.Jobs[0].JobID {
		t.Errorf("first %+v, then %+v", one, two)
	}
	p.alone(t)
	if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--yes"); code != 0 {
		t.Error("it does not stop with a savepoint")
	}
	p.clean(t)
}

// TestAPIServerRestarts kills the API server while a job starts, and starts another.
func TestAPIServerRestarts(t *testing.T) {
	p := newPlace(t, release.V2_2)
	s := p.job("pv_uv")
	submitted := make(chan error, 1)
	go func() {
		_, err := p.Submit(t.Context(), s)
		submitted <- err
	}()
	p.until(t, "a Deployment", func() bool { return len(p.deployments(t)) > 0 })
	p.rig.RestartAPIServer(t)
	if err := <-submitted; err != nil {
		t.Errorf("Submit: %v", err)
	}
	p.await(t, s.ID, "the job running", up)
	p.alone(t)
	p.cancel(t, s.ID)
}

// TestJobManagerDies kills JobManagers. With high availability another goes on with the job; without, the job is not
// started anew as if nothing had been, and says so.
func TestJobManagerDies(t *testing.T) {
	p := newPlace(t, release.V2_2)
	t.Run("with high availability", func(t *testing.T) {
		s := p.job("available")
		s.HighAvailability = "file://" + p.savings + "/ha"
		p.start(t, s)
		before := p.await(t, s.ID, "a checkpoint", up)
		p.kill(t, "jobmanager")
		after := p.await(t, s.ID, "the job going on", func(st target.Status) bool {
			return up(st) && st.LastCheckpoint != before.LastCheckpoint
		})
		if !strings.Contains(after.LastCheckpoint, string(s.ID)) {
			t.Errorf("goes on as %+v", after)
		}
		p.alone(t)
		p.cancel(t, s.ID)
		p.clean(t)
		if maps := p.rig.Run(t, "get", "configmaps", "-n", p.Namespace, "-l", "configmap-type=high-availability", "-o", "name"); maps != "" {
			t.Errorf("leader records are left: %s", maps)
		}
	})
	t.Run("without", func(t *testing.T) {
		s := p.job("mortal")
		const mounted = "/elsewhere" // where this machine has nothing: its checkpoints are looked for from its pod
		s.PodTemplate = strings.Replace(s.PodTemplate, `mountPath: "`+p.rig.Shared, `mountPath: "`+mounted, 1)
		s.Options["state.checkpoints.dir"] = "file://" + strings.Replace(p.savings, p.rig.Shared, mounted, 1) + "/checkpoints"
		p.start(t, s)
		p.await(t, s.ID, "a checkpoint", up)
		p.until(t, "the guard in the JobManager's pod", func() bool { // the kubelet brings a changed ConfigMap there within a minute
			return strings.Contains(p.rig.Run(t, "exec", "-n", p.Namespace, "deployment/"+p.deployments(t)[0][len("deployment.apps/"):], "-c", "flink-main-container",
				"--", "cat", "/opt/flink/conf/config.yaml"), "JobManager-was-replaced")
		})
		p.kill(t, "jobmanager")
		st := p.await(t, s.ID, "its end", func(st target.Status) bool { return st.State.Terminal() })
		if st.State != target.FailedState || !strings.Contains(st.Reason, "highAvailability") {
			t.Errorf("status %+v", st)
		}
		if newest := strings.Replace(p.newestCheckpoint(t, string(s.ID)), p.rig.Shared, mounted, 1); st.LastCheckpoint != newest {
			t.Errorf("its last checkpoint is %s, want %s", st.LastCheckpoint, newest)
		}
		p.clean(t)
	})
	t.Run("a TaskManager", func(t *testing.T) {
		s := p.job("workers")
		p.start(t, s)
		p.await(t, s.ID, "a checkpoint", up)
		forwarding := p.connect(t, p.Namespace, p.rig.Kubeconfig) // the same by the other way to the JobManager
		forwarding.Reach = kubernetes.ByPortForward
		if st, err := forwarding.Status(t.Context(), s.ID); err != nil || !up(st) {
			t.Errorf("by port forwarding: %+v, %v", st, err)
		}
		p.kill(t, "taskmanager")
		p.await(t, s.ID, "a restart", func(st target.Status) bool { return up(st) && st.Restarts > 0 })
		p.cancel(t, s.ID)
	})
}

func (p *place) start(t *testing.T, s target.Submission) {
	t.Helper()
	if _, err := p.Submit(t.Context(), s); err != nil {
		t.Fatalf("Submit: %v", err)
	}
}

// kill ends the JVM of a role, as the kernel does when memory runs out.
func (p *place) kill(t *testing.T, role string) {
	t.Helper()
	pods := strings.Fields(p.rig.Run(t, "get", "pods", "-n", p.Namespace, "-l", "component="+role, "-o", "jsonpath={.items[*].metadata.name}"))
	if len(pods) == 0 {
		t.Fatalf("no pod of a %s", role)
	}
	p.rig.Run(t, "delete", "pod", "-n", p.Namespace, pods[0], "--grace-period=0", "--force")
}
