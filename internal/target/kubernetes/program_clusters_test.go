//go:build clusters

package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// jobSQL is a job that counts for ever.
const jobSQL = `CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9');
CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;
`

// program builds autostream as a release has it.
func program(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "autostream")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "../../../cmd/autostream").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// project makes a folder with a project of one job, and keys of the job, such as "parallelism: 2". Its records begin empty.
func (p *place) project(t *testing.T, job, kubeconfig, keys string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, job+".sql"), jobSQL)
	write(t, filepath.Join(dir, "pod.yaml"), p.rig.PodTemplate())
	p.configure(t, dir, job, kubeconfig, keys)
	return dir
}

// configure writes the file of a project.
func (p *place) configure(t *testing.T, dir, job, kubeconfig, keys string) {
	t.Helper()
	var options strings.Builder
	for key, value := range p.settings() {
		fmt.Fprintf(&options, "      %s: %q\n", key, value)
	}
	write(t, filepath.Join(dir, "autostream.yaml"), fmt.Sprintf("version: 1\nname: shop\nflink: %q\ntargets:\n  prod:\n    kind: kubernetes\n"+
		"    kubeconfig: %s\n    namespace: %s\n    image: %s\n    podTemplate: pod.yaml\n    options:\n%s"+
		"jobs:\n  %s: {sql: %s.sql, target: prod, checkpoints: {interval: 1s}, %s}\n",
		p.line, kubeconfig, p.Namespace, p.Image, options.String(), job, job, keys))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// autostream runs the program on a project and returns what it printed and its exit code.
func autostream(t *testing.T, binary, dir string, args ...string) (stdout string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"-C", dir}, args...)...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if cmd.ProcessState == nil {
		t.Errorf("autostream %s: %v", strings.Join(args, " "), err)
		return "", -1
	}
	t.Logf("autostream %s: %v\n%s%s", strings.Join(args, " "), err, out, &said)
	return string(out), cmd.ProcessState.ExitCode()
}
