//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// noisy logs at DEBUG with every checkpoint, in both kinds of processes.
const noisy = "org.apache.flink"

// watcher is somebody who may do what log-level needs where pods let nobody run anything, with what of pods is allowed.
const watcher = `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: watcher, namespace: %s}, rules: [
  {apiGroups: [""], resources: [pods], verbs: [%s]}, {apiGroups: [""], resources: [configmaps], verbs: [get, list, patch]},
  {apiGroups: [apps], resources: [deployments], verbs: [get]}, {apiGroups: [""], resources: [services/proxy], verbs: [get]}]}`

// TestLevelsOfPods changes levels for a time: in processes that run, by the agent; in one that takes the place of another;
// with a command that stays; and in processes that nobody may attach to, which read them from a ConfigMap.
func TestLevelsOfPods(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	l := &leveled{T: t, place: p, binary: binary, dir: p.project(t, "pv_uv", p.rig.Kubeconfig, "")}
	if _, code := autostream(t, binary, l.dir, "deploy", "prod", "pv_uv", "--yes", "--timeout", "8m"); code != 0 {
		t.Fatalf("deploy ended with %d", code)
	}

	began := time.Now()
	l.set(l.dir, "10m")
	if got := l.by(l.list(), "agent"); len(got) != 2 {
		t.Errorf("with the level: %v", got)
	}
	t.Logf("set and listed in %s", time.Since(began))
	l.replace()
	l.until("the next TaskManager with the level", func() bool { return len(l.by(l.list(), "agent")) == 2 })
	l.reset(l.dir)

	l.stays()

	other := t.TempDir()
	write(t, filepath.Join(other, "pv_uv.sql"), jobSQL)
	write(t, filepath.Join(other, "pod.yaml"), p.rig.PodTemplate())
	if err := os.CopyFS(filepath.Join(other, ".autostream"), os.DirFS(filepath.Join(l.dir, ".autostream"))); err != nil {
		t.Fatal(err)
	}
	p.rig.Run(t, "create", "serviceaccount", "watcher", "-n", p.Namespace)
	p.rig.Run(t, "create", "rolebinding", "watcher", "-n", p.Namespace, "--role=watcher", "--serviceaccount="+p.Namespace+":watcher")
	token := strings.TrimSpace(p.rig.Run(t, "create", "token", "watcher", "-n", p.Namespace, "--duration=2h"))
	p.configure(t, other, "pv_uv", p.kubeconfig(t, token), "")
	for _, pods := range []string{"get, list, patch", "get, list"} {
		role := filepath.Join(other, "role.yaml")
		write(t, role, fmt.Sprintf(watcher, p.Namespace, pods))
		p.rig.Run(t, "apply", "-f", role)
		l.delivered(other, pods)
	}
	if _, code := autostream(t, binary, l.dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 {
		t.Errorf("stop ended with %d", code)
	}
	p.clean(t)
}

// TestGuest looks into a job of which AutoStream knows nothing: its records are gone, and so are its labels.
func TestGuest(t *testing.T) {
	p := newPlace(t, release.V1_20)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "")
	if _, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes", "--timeout", "8m"); code != 0 {
		t.Fatalf("deploy ended with %d", code)
	}
	cluster := p.deployments(t)[0]
	p.rig.Run(t, "label", cluster, "-n", p.Namespace, "app.kubernetes.io/managed-by-")
	p.rig.Run(t, "delete", "configmap", "-n", p.Namespace, "-l", "autostream/record")
	p.rig.Run(t, "delete", "configmap", "-n", p.Namespace, "autostream-agent-"+strings.TrimPrefix(cluster, "deployment.apps/"))
	other := t.TempDir() // a project of somebody else
	write(t, filepath.Join(other, "pv_uv.sql"), jobSQL)
	write(t, filepath.Join(other, "pod.yaml"), p.rig.PodTemplate())
	p.configure(t, other, "pv_uv", p.rig.Kubeconfig, "")

	var report struct{ State string }
	if read(t, binary, other, &report, "diagnose", "prod/pv_uv"); report.State != "RUNNING" {
		t.Errorf("the report is %+v", report)
	}
	var heap struct{ Processes int }
	if read(t, binary, other, &heap, "diagnose", "heap", "prod/pv_uv"); heap.Processes != 1 {
		t.Errorf("the heap is %+v", heap)
	}
	var levels struct{ Levels []level }
	read(t, binary, other, &levels, "diagnose", "log-level", "prod/pv_uv", noisy+"=DEBUG", "--for", "10m", "--yes")
	if len(levels.Levels) != 2 || levels.Levels[0].By != "agent" {
		t.Errorf("levels: %+v", levels)
	}
	if read(t, binary, other, &levels, "diagnose", "log-level", "reset", "prod/pv_uv"); len(levels.Levels) > 0 {
		t.Errorf("levels after resetting: %+v", levels)
	}
	p.rig.Run(t, "delete", "-n", p.Namespace, cluster)
}

// leveled is a job whose levels are changed.
type leveled struct {
	*testing.T
	*place
	binary, dir string
}

type level struct {
	Process, Logger, Level, Was, By string
	Within                          time.Duration
	Until                           time.Time
}

func (l *leveled) json(dir string, args ...string) []level {
	l.Helper()
	out, code := autostream(l.T, l.binary, dir, append(append([]string{"diagnose", "log-level"}, args...), "--format", "json")...)
	var r struct{ Levels []level }
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 0 {
		l.Errorf("log-level %v ended with %d: %v", args, code, err)
	}
	return r.Levels
}

func (l *leveled) set(dir, during string) []level {
	l.Helper()
	return l.json(dir, "pv_uv", noisy+"=DEBUG", "--for", during, "--yes")
}

func (l *leveled) list() []level { return l.json(l.dir, "list", "pv_uv") }

func (l *leveled) reset(dir string) {
	l.Helper()
	if left := l.json(dir, "reset", "pv_uv", "--yes"); len(left) > 0 {
		l.Errorf("after reset: %+v", left)
	}
}

// by are the processes that have the level by some means.
func (*leveled) by(levels []level, means string) (processes []string) {
	for _, one := range levels {
		if strings.HasPrefix(one.By, means) {
			processes = append(processes, one.Process)
		}
	}
	return processes
}

func (l *leveled) until(what string, met func() bool) {
	l.Helper()
	l.place.until(l.T, what, met)
}

// replace takes the pod of the TaskManager away, and waits for the next.
func (l *leveled) replace() {
	l.Helper()
	pods := func() []string {
		return strings.Fields(l.rig.Run(l.T, "get", "pods", "-n", l.Namespace, "-l", "component=taskmanager", "-o", "name"))
	}
	before := pods()
	l.rig.Run(l.T, append([]string{"delete", "-n", l.Namespace, "--grace-period=0", "--force"}, before...)...)
	l.until("another TaskManager", func() bool {
		now := pods()
		return len(now) > 0 && !slices.Contains(before, now[0])
	})
}

// stays has a command stay while the TaskManager is replaced. When it is interrupted, no process has the level.
func (l *leveled) stays() {
	l.Helper()
	var said strings.Builder
	log := filepath.Join(l.TempDir(), "said")
	file, err := os.Create(log)
	if err != nil {
		l.Fatal(err)
	}
	defer file.Close()
	stays := exec.CommandContext(l.Context(), l.binary, "-C", l.dir, "diagnose", "log-level", "pv_uv", noisy+"=DEBUG", "--for", "10m", "--stay", "--yes")
	stays.Stdout, stays.Stderr = &said, file
	if err := stays.Start(); err != nil {
		l.Fatal(err)
	}
	hears := func(words string) func() bool {
		return func() bool {
			text, err := os.ReadFile(log)
			return err == nil && strings.Contains(string(text), words)
		}
	}
	l.until("the command staying", hears("staying until"))
	l.replace()
	l.until("the command to see the next TaskManager", hears("has started, and has the levels too"))
	if err := stays.Process.Signal(os.Interrupt); err != nil {
		l.Fatal(err)
	}
	err = stays.Wait()
	text, _ := os.ReadFile(log) // what there is of it
	l.Logf("log-level --stay: %v\n%s%s", err, &said, text)
	if left := l.list(); len(left) != 0 {
		l.Errorf("levels after the interruption: %+v", left)
	}
}

// delivered changes levels as somebody who may not run anything in pods.
func (l *leveled) delivered(dir, pods string) {
	l.Helper()
	began := time.Now()
	for _, one := range l.set(dir, "10m") {
		if !strings.HasPrefix(one.By, "ConfigMap ") || one.Within == 0 {
			l.Errorf("not by a ConfigMap: %+v", one)
		}
	}
	l.until("the levels in both processes", func() bool { return len(l.by(l.list(), "agent")) == 2 })
	l.Logf("pods: %s: in force after %s", pods, time.Since(began))
	// The names of threads tell those who may not run anything, once the TaskManager has registered.
	l.until("the levels, seen from afar", func() bool {
		seen := l.json(dir, "list", "pv_uv")
		return len(l.by(seen, "agent")) == 2 && !slices.ContainsFunc(seen, func(one level) bool { return one.Was != "INFO" })
	})
	for pod := range strings.FieldsSeq(l.rig.Run(l.T, "get", "pods", "-n", l.Namespace, "-o", "name")) {
		l.until(pod+" logging more", func() bool {
			return strings.Contains(l.rig.Run(l.T, "logs", "-n", l.Namespace, pod, "--since=20s"), " DEBUG "+noisy)
		})
	}
	began = time.Now()
	l.reset(dir)
	l.until("the levels changed back", func() bool { return len(l.list()) == 0 })
	l.Logf("pods: %s: changed back after %s", pods, time.Since(began))
	if pods == "get, list, patch" { // and by themselves
		l.set(dir, "25s")
		time.Sleep(26 * time.Second)
		l.until("the levels changed back by themselves", func() bool { return len(l.list()) == 0 })
	}
}
