//go:build clusters

package kubernetes_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
)

// TestRightsOfSetup makes a namespace with `target setup` and gives somebody the role that it makes, and nothing else: that
// is enough for the whole life of a job and for previews. `target check` names what is missing before, and nothing after.
func TestRightsOfSetup(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	p.Namespace = "t-setup-" + strings.ToLower(string(target.NewJobID()))[:8]
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "")
	p.Target = p.connect(t, p.Namespace, p.rig.Kubeconfig)
	do := func(want int, words string, args ...string) string {
		t.Helper()
		out, code := autostream(t, binary, dir, args...)
		if code != want || !strings.Contains(out, words) {
			t.Fatalf("%s: exit code %d, want %d and %q", strings.Join(args, " "), code, want, words)
		}
		return out
	}
	do(3, "missing", "target", "check", "prod")
	do(0, "kind: Role", "target", "setup", "prod")
	do(0, "", "target", "setup", "prod", "--apply", "--yes")
	t.Cleanup(func() { p.rig.Run(t, "delete", "namespace", p.Namespace, "--wait=true", "--timeout=300s") })
	do(0, "pods may patch configmaps", "target", "check", "prod")

	p.rig.Run(t, "create", "serviceaccount", "person", "-n", p.Namespace)
	p.rig.Run(t, "create", "rolebinding", "person", "-n", p.Namespace, "--role=autostream", "--serviceaccount="+p.Namespace+":person")
	token := strings.TrimSpace(p.rig.Run(t, "create", "token", "person", "-n", p.Namespace, "--duration=2h"))
	p.configure(t, dir, "pv_uv", p.kubeconfig(t, token), "")
	do(0, "you may patch deployments", "target", "check", "prod")

	do(0, "", "deploy", "prod", "pv_uv", "--yes")
	p.untilUp(t)
	do(0, "RUNNING", "status", "pv_uv")
	do(0, "RUNNING", "list")
	do(0, "Completed checkpoint", "logs", "pv_uv")
	do(0, "", "savepoint", "create", "pv_uv")
	do(0, "", "restart", "pv_uv", "--yes")
	p.alone(t)
	do(0, "", "stop", "pv_uv", "--yes", "--cancel")
	p.clean(t)

	counts := filepath.Join(dir, "counts.sql")
	write(t, counts, "SELECT id, COUNT(*) AS n FROM (VALUES (7), (8), (7)) AS t (id) GROUP BY id;\n")
	rows := do(0, "7", "preview", counts, "--target", "prod", "--limit", "4", "--format", "json")
	if n := strings.Count(rows, "+I"); n != 2 {
		t.Errorf("%d rows were inserted, want 2", n)
	}
	do(0, "2.2", "target", "status", "prod")
	p.clean(t)
	do(0, "", "target", "down", "prod", "--yes")
	if d := p.deployments(t); len(d) != 0 {
		t.Errorf("left: %v", d)
	}
	t.Run("inside the cluster", func(t *testing.T) { p.inside(t, binary) })
}

// inside runs autostream in a pod of the cluster, without a kubeconfig: it is who the pod is.
func (p *place) inside(t *testing.T, binary string) {
	t.Helper()
	dir := p.rig.Folder(t)
	text, err := os.ReadFile(binary)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "autostream"), text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "pv_uv.sql"), jobSQL)
	write(t, filepath.Join(dir, "pod.yaml"), p.rig.PodTemplate())
	p.configure(t, dir, "pv_uv", `""`, "")
	write(t, filepath.Join(dir, "person.yaml"), fmt.Sprintf(`{apiVersion: v1, kind: Pod, metadata: {name: person, namespace: %s}, spec: {serviceAccountName: person, restartPolicy: Never,
  containers: [{name: person, image: %q, workingDir: %q, env: [{name: HOME, value: /tmp}], volumeMounts: [{name: shared, mountPath: %q}],
    command: [bash, -exc, "./autostream deploy prod pv_uv --yes; ./autostream status pv_uv; ./autostream stop pv_uv --yes; ./autostream list"]}],
  volumes: [{name: shared, hostPath: {path: %q}}]}}`, p.Namespace, p.Image, dir, p.rig.Shared, p.rig.Shared))
	p.rig.Run(t, "apply", "-f", filepath.Join(dir, "person.yaml"))
	phase := ""
	p.until(t, "the end of the pod that runs autostream", func() bool {
		phase = p.rig.Run(t, "get", "pod", "-n", p.Namespace, "person", "-o", "jsonpath={.status.phase}")
		return phase == "Succeeded" || phase == "Failed"
	})
	said := p.rig.Run(t, "logs", "-n", p.Namespace, "person")
	if phase != "Succeeded" || !strings.Contains(said, "RUNNING") || !strings.Contains(said, "STOPPED") {
		t.Errorf("it ends as %s:\n%s", phase, said)
	}
	p.clean(t)
}
