//go:build clusters

package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// cost is what one submission took: CPU of the client, time until the Deployment was there, time until REST answered.
type cost struct{ cpu, deployment, rest time.Duration }

// TestSubmissionFigures compares `autostream deploy` with Flink's own client, turn by turn. It judges nothing: the
// machine is not calm. AUTOSTREAM_FIGURES says how many turns; without it there are none.
func TestSubmissionFigures(t *testing.T) {
	turns := 0
	if _, err := fmt.Sscan(os.Getenv("AUTOSTREAM_FIGURES"), &turns); err != nil {
		t.Skip("AUTOSTREAM_FIGURES is not set")
	}
	p := newPlace(t, release.V2_2)
	binary := program(t)
	var ours, theirs []cost
	for n := range turns {
		theirs = append(theirs, p.measured(t, "client-"+fmt.Sprint(n), p.flinksClient(t, fmt.Sprintf("client-%d", n))))
		ours = append(ours, p.measured(t, "ours", exec.Command(binary, "-C", p.project(t, "ours", p.rig.Kubeconfig, ""), "deploy", "prod", "ours", "--yes", "--wait=false")))
		t.Logf("Flink's client %+v, autostream %+v", theirs[n], ours[n])
	}
	middle := func(of []cost, what func(cost) time.Duration) time.Duration {
		all := make([]time.Duration, len(of))
		for i, c := range of {
			all[i] = what(c)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	for name, what := range map[string]func(cost) time.Duration{
		"CPU of the client":       func(c cost) time.Duration { return c.cpu },
		"until the Deployment is": func(c cost) time.Duration { return c.deployment },
		"until REST answers":      func(c cost) time.Duration { return c.rest },
	} {
		a, b := middle(theirs, what), middle(ours, what)
		t.Logf("%s: Flink's client %s, autostream %s, ratio %.1f", name, a.Round(time.Millisecond), b.Round(time.Millisecond), float64(a)/float64(b))
	}
}

// measured runs a command and watches the cluster whose Deployment begins with a name, then removes it.
func (p *place) measured(t *testing.T, name string, cmd *exec.Cmd) cost {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var c cost
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 1)
	go func() {
		for ctx.Err() == nil {
			if id, ok := p.DeploymentLike(ctx, name); ok {
				seen <- id
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		seen <- ""
	}()
	id := <-seen
	if id == "" {
		t.Fatalf("no Deployment: %s", &out)
	}
	c.deployment = time.Since(began)
	for ctx.Err() == nil && !p.Answers(ctx, id) {
		time.Sleep(50 * time.Millisecond)
	}
	c.rest = time.Since(began)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	p.rig.Run(t, "delete", "deployment", "-n", p.Namespace, id)
	p.rig.Run(t, "delete", "configmaps", "-n", p.Namespace, "-l", "autostream/record")
	return c
}

// flinksClient is Flink's SQL client in application mode.
func (p *place) flinksClient(t *testing.T, id string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	home := flinktest.Home(t, p.line)
	write(t, filepath.Join(dir, "job.sql"), jobSQL)
	write(t, filepath.Join(dir, "pod.yaml"), p.rig.PodTemplate())
	args := []string{"-f", filepath.Join(dir, "job.sql"), "-Dexecution.target=kubernetes-application", "-Dkubernetes.cluster-id=" + id,
		"-Dkubernetes.namespace=" + p.Namespace, "-Dkubernetes.service-account=flink", "-Dkubernetes.container.image.ref=" + p.Image,
		"-Dkubernetes.pod-template-file.default=" + filepath.Join(dir, "pod.yaml")}
	for key, value := range p.settings() {
		args = append(args, "-D"+key+"="+value)
	}
	cmd := exec.Command(filepath.Join(home.Dir, "bin", "sql-client.sh"), args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+p.rig.Kubeconfig, "FLINK_LOG_DIR="+dir, "JAVA_HOME="+flinktest.Java(t, home).Home)
	return cmd
}
