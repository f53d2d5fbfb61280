//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
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

// TestKilledAtEveryChange kills autostream -9 when it has made its first change in the cluster, the next time at the second,
// and so on. The command that comes after finishes the work: there is one instance and nothing else.
func TestKilledAtEveryChange(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	var mu sync.Mutex
	var victim *exec.Cmd
	var left int
	deadly := p.rig.Through(t, func(r *http.Request) error {
		mu.Lock()
		defer mu.Unlock()
		if victim == nil || r.Method == http.MethodGet {
			return nil
		}
		if left--; left >= 0 {
			return nil
		}
		_ = victim.Process.Kill()
		return errors.New("killed")
	})
	for last := 1; ; last++ {
		dir := p.project(t, "pv_uv", deadly, "")
		cmd := exec.CommandContext(t.Context(), binary, "-C", dir, "deploy", "prod", "pv_uv", "--yes", "--wait=false")
		mu.Lock()
		err := cmd.Start()
		victim, left = cmd, last
		mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		err = cmd.Wait()
		mu.Lock()
		victim = nil
		mu.Unlock()
		if err == nil && last < 8 {
			t.Fatalf("a deploy makes only %d changes", last)
		}
		if err == nil {
			t.Logf("a deploy makes %d changes", last)
			autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes")
			p.clean(t)
			return
		}
		if out, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes", "--wait=false"); code != 0 {
			t.Fatalf("after %d changes: exit code %d: %s", last, code, out)
		}
		p.alone(t)
		if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 || len(p.deployments(t)) > 0 {
			t.Errorf("after %d changes: stop ended with %d and left %v", last, code, p.deployments(t))
		}
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

// TestRefusals holds refusals to being clear and to leaving nothing behind.
func TestRefusals(t *testing.T) {
	p := newPlace(t, release.V2_2)
	refused := func(t *testing.T, k target.Target, s target.Submission, kind fault.Kind, words ...string) {
		t.Helper()
		_, err := k.Submit(t.Context(), s)
		if err == nil || fault.KindOf(err) != kind {
			t.Fatalf("Submit: %v, want one of kind %s", err, kind)
		}
		for _, word := range words {
			if !strings.Contains(err.Error()+"\n"+fault.FixOf(err), word) {
				t.Errorf("%v\n%s\nlacks %q", err, fault.FixOf(err), word)
			}
		}
		if d := p.deployments(t); len(d) != 0 {
			t.Errorf("left: %v", d)
		}
		p.clean(t)
	}
	t.Run("image", func(t *testing.T) {
		wrong := p.connect(t, p.Namespace, p.rig.Kubeconfig)
		wrong.Image = "rig.local/flink:9.9.9"
		refused(t, wrong, p.job("pv_uv"), fault.Failed, "image rig.local/flink:9.9.9 of jobmanager cannot be had")
	})
	t.Run("quota", func(t *testing.T) {
		p.rig.Run(t, "create", "quota", "small", "-n", p.Namespace, "--hard=memory=512Mi")
		t.Cleanup(func() { p.rig.Run(t, "delete", "quota", "small", "-n", p.Namespace) })
		refused(t, p, p.job("pv_uv"), fault.Failed, "exceeded quota: small", "resources:")
	})
	t.Run("rights", func(t *testing.T) {
		poor := p.account(t, "poor", "--verb=get,list,create,update,delete", "--resource=configmaps")
		refused(t, poor, p.job("pv_uv"), fault.Denied, "cannot patch resource \"deployments\"", `{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}`)
	})
	t.Run("token", func(t *testing.T) {
		stranger := p.connect(t, p.Namespace, p.kubeconfig(t, "run.out.token"))
		refused(t, stranger, p.job("pv_uv"), fault.Denied, "does not know")
	})
	t.Run("namespace that is being removed", func(t *testing.T) {
		const ending = "t-ending"
		p.rig.Run(t, "create", "namespace", ending)
		p.rig.Run(t, "create", "configmap", "stays", "-n", ending)
		p.rig.Run(t, "patch", "configmap", "stays", "-n", ending, "--type=merge", "-p", `{"metadata":{"finalizers":["example.com/stays"]}}`)
		t.Cleanup(func() {
			p.rig.Run(t, "patch", "configmap", "stays", "-n", ending, "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
			p.rig.Run(t, "wait", "namespace/"+ending, "--for=delete", "--timeout=120s")
		})
		p.rig.Run(t, "delete", "namespace", ending, "--wait=false")
		refused(t, p.connect(t, ending, p.rig.Kubeconfig), p.job("pv_uv"), fault.Conflict, "namespace t-ending is being removed", "autostream target setup prod")
	})
	t.Run("no namespace", func(t *testing.T) {
		refused(t, p.connect(t, "not-there", p.rig.Kubeconfig), p.job("pv_uv"), fault.NotFound, "no namespace not-there", "autostream target setup prod")
	})
}

// account makes a service account with a role, and returns the target as it sees it.
func (p *place) account(t *testing.T, name string, role ...string) target.Target {
	t.Helper()
	p.rig.Run(t, "create", "serviceaccount", name, "-n", p.Namespace)
	p.rig.Run(t, append([]string{"create", "role", name, "-n", p.Namespace}, role...)...)
	p.rig.Run(t, "create", "rolebinding", name, "-n", p.Namespace, "--role="+name, "--serviceaccount="+p.Namespace+":"+name)
	token := strings.TrimSpace(p.rig.Run(t, "create", "token", name, "-n", p.Namespace))
	return p.connect(t, p.Namespace, p.kubeconfig(t, token))
}

// kubeconfig is the rig's with a token in place of the administrator's certificate.
func (p *place) kubeconfig(t *testing.T, token string) string {
	t.Helper()
	text := p.rig.Run(t, "config", "view", "--raw", "--minify", "--flatten")
	cut, _, ok := strings.Cut(text, "    client-certificate-data:")
	if !ok {
		t.Fatal("the rig's kubeconfig has no client certificate")
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(path, []byte(cut+"    token: "+token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
