//go:build clusters

package kubernetes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// TestRefusals holds refusals to being clear and to leaving nothing behind.
func TestRefusals(t *testing.T) {
	p := newPlace(t, release.V2_2)
	refused := func(t *testing.T, k target.Target, s target.Submission, kind fault.Kind, words ...string) {
		t.Helper()
		_, err := k.Submit(t.Context(), s)
		if err == nil {
			p.cancel(t, s.ID)
		}
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
	t.Run("memory", func(t *testing.T) {
		s := p.job("pv_uv")
		s.Options["env.java.opts.jobmanager"] = "-Xms3g -Xmx3g -XX:+AlwaysPreTouch"
		refused(t, p, s, fault.Failed, "jobmanager was killed because it used more memory than it has (OOMKilled)", "resources: {jobManager: {memory")
	})
	t.Run("crash", func(t *testing.T) {
		s := p.job("pv_uv")
		s.HighAvailability = "nosuchscheme://nowhere/ha"
		refused(t, p, s, fault.Failed, "jobmanager ended with code", "scheme 'nosuchscheme'")
	})
	t.Run("rights", func(t *testing.T) {
		poor := p.account(t, "poor", "--verb=get,list,create,update,delete", "--resource=configmaps")
		refused(t, poor, p.job("pv_uv"), fault.Denied, "cannot patch resource \"deployments\"", `{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]}`)
	})
	t.Run("token that has expired", func(t *testing.T) {
		p.rig.Run(t, "create", "serviceaccount", "guest", "-n", p.Namespace)
		signed := func(until time.Time) target.Target {
			return p.connect(t, p.Namespace, p.kubeconfig(t, p.rig.Token(t, p.Namespace, "guest", until)))
		}
		refused(t, signed(time.Now().Add(time.Hour)), p.job("pv_uv"), fault.Denied, "cannot create resource \"configmaps\"") // it is known
		refused(t, signed(time.Now().Add(-time.Minute)), p.job("pv_uv"), fault.Denied, "does not know")
	})
	t.Run("script of more than a ConfigMap holds", func(t *testing.T) {
		s := p.job("pv_uv")
		s.SQL.Statements[0] += " -- " + strings.Repeat("x", 1<<20)
		refused(t, p, s, fault.Usage, "Kubernetes takes 1024 KB", "files of the image")
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

// TestHinderedTaskManagers has the JobManager of a job come up and its TaskManagers not: status says why while that lasts, and
// the job goes on by itself when it is over.
func TestHinderedTaskManagers(t *testing.T) {
	p := newPlace(t, release.V2_2)
	hindered := func(t *testing.T, s target.Submission, words ...string) {
		t.Helper()
		p.start(t, s)
		p.await(t, s.ID, "the reason "+words[0], func(st target.Status) bool {
			for _, word := range words {
				if !strings.Contains(st.Hindrance, word) {
					return false
				}
			}
			return true
		})
	}
	t.Run("quota", func(t *testing.T) {
		s := p.job("pv_uv")
		p.rig.Run(t, "create", "quota", "small", "-n", p.Namespace, "--hard=pods=1")
		hindered(t, s, "exceeded quota: small", "resources:")
		p.rig.Run(t, "delete", "quota", "small", "-n", p.Namespace)
		if st := p.await(t, s.ID, "the job running", up); st.Hindrance != "" {
			t.Errorf("it runs, and %s", st.Hindrance)
		}
		p.cancel(t, s.ID)
	})
	t.Run("node", func(t *testing.T) {
		s := p.job("pv_uv")
		s.Options["taskmanager.memory.process.size"] = "900g"
		hindered(t, s, "taskmanager-1-1 waits for a node", "Insufficient memory")
		p.cancel(t, s.ID)
	})
	t.Run("memory", func(t *testing.T) {
		s := p.job("pv_uv")
		s.Options["env.java.opts.taskmanager"] = "-Xms3g -Xmx3g -XX:+AlwaysPreTouch"
		hindered(t, s, "was killed because it used more memory than it has (OOMKilled)", "resources: {taskManager: {memory")
		p.cancel(t, s.ID)
	})
	p.clean(t)
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
