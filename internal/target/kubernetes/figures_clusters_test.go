//go:build clusters

package kubernetes_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
)

// cost is what one submission took. Both clients are measured over the same span, until the cluster's objects are there;
// what ours does afterwards, which is to wait for the JobManager's word, is in whole.
type cost struct {
	deployment, objects time.Duration // time until the Deployment was there, and until all objects were
	rest, running       time.Duration // time until REST answered, and until the job ran with all its tasks
	cpu, whole          time.Duration // CPU of the client until all objects were there, and until it ended
}

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
		"CPU until the objects are": func(c cost) time.Duration { return c.cpu },
		"CPU of the whole command":  func(c cost) time.Duration { return c.whole },
		"until the Deployment is":   func(c cost) time.Duration { return c.deployment },
		"until the objects are":     func(c cost) time.Duration { return c.objects },
		"until REST answers":        func(c cost) time.Duration { return c.rest },
		"until the job runs":        func(c cost) time.Duration { return c.running },
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
	for ctx.Err() == nil && !p.Complete(ctx, id) {
		time.Sleep(10 * time.Millisecond)
	}
	c.objects, c.cpu = time.Since(began), cpu(t, cmd.Process.Pid)
	for ctx.Err() == nil && c.running == 0 {
		answers, runs := p.Answers(ctx, id)
		if answers && c.rest == 0 {
			c.rest = time.Since(began)
		}
		if runs {
			c.running = time.Since(began)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &out)
	}
	c.whole = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	p.rig.Run(t, "delete", "deployment", "-n", p.Namespace, id)
	p.rig.Run(t, "delete", "configmaps", "-n", p.Namespace, "-l", "autostream/record")
	return c
}

// cpu is what a process that runs, or was not waited for yet, has used so far, with its children that have ended: in
// hundredths of a second, as Linux tells it.
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // from the third of proc(5) on
	var all time.Duration
	for _, field := range fields[11:15] {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		all += time.Duration(n) * 10 * time.Millisecond
	}
	return all
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
