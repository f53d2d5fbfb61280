//go:build clusters

package kubernetes_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
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

// await asks for the status until it is as wanted.
func (p *place) await(t *testing.T, id target.JobID, want string, ok func(target.Status) bool) target.Status {
	t.Helper()
	last := ""
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		st, err := p.Status(t.Context(), id)
		if err == nil && ok(st) {
			return st
		}
		last = fmt.Sprintf("%+v, %v", st, err)
	}
	t.Fatalf("waiting for %s: %s", want, last)
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

// TestKilledAtEveryCall cuts a process off after each change that it makes in the cluster. The next one finishes its work.
func TestKilledAtEveryCall(t *testing.T) {
	p := newPlace(t, release.V2_2)
	for last := 1; ; last++ {
		s := p.job("pv_uv")
		var calls atomic.Int32
		dying := p.connect(t, p.Namespace, p.rig.Through(t, func(r *http.Request) error {
			if r.Method != http.MethodGet && int(calls.Add(1)) > last {
				return errors.New("killed")
			}
			return nil
		}))
		_, err := dying.Submit(t.Context(), s)
		if err == nil {
			p.cancel(t, s.ID)
			t.Logf("Submit makes %d changes", last)
			return
		}
		if _, err := p.Submit(t.Context(), s); err != nil {
			t.Fatalf("after %d changes: %v", last, err)
		}
		p.alone(t)
		p.cancel(t, s.ID)
	}
}

// TestAPIServerGoesAway loses the API server while a job starts, for longer than a restart takes.
func TestAPIServerGoesAway(t *testing.T) {
	p := newPlace(t, release.V2_2)
	var gone atomic.Bool
	far := p.connect(t, p.Namespace, p.rig.Through(t, func(*http.Request) error {
		if gone.Load() {
			return errors.New("down")
		}
		return nil
	}))
	s := p.job("pv_uv")
	var submitting sync.WaitGroup
	submitting.Go(func() {
		if _, err := far.Submit(t.Context(), s); err != nil {
			t.Errorf("Submit: %v", err)
		}
	})
	for len(p.deployments(t)) == 0 {
		time.Sleep(100 * time.Millisecond)
	}
	gone.Store(true)
	time.Sleep(10 * time.Second)
	gone.Store(false)
	submitting.Wait()
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
		time.Sleep(70 * time.Second) // the kubelet brings a changed ConfigMap to a pod within a minute
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
