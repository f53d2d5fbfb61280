//go:build clusters

package kubernetes_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
)

// TestDiagnoseInPods looks into the processes of a job as somebody on call does: the program copies itself into the pods,
// and whatever happens leaves nothing there.
func TestDiagnoseInPods(t *testing.T) {
	p := newPlace(t, release.V2_2)
	binary := program(t)
	dir := p.project(t, "pv_uv", p.rig.Kubeconfig, "")
	if _, code := autostream(t, binary, dir, "deploy", "prod", "pv_uv", "--yes", "--timeout", "8m"); code != 0 {
		t.Fatalf("deploy ended with %d", code)
	}
	var report struct {
		State    string
		Findings []struct{ ID, Severity string }
		Missing  []string
	}
	p.until(t, "a report that lacks nothing", func() bool { // on a slow machine what takes longer than its 13 seconds is missing
		report.Missing = nil
		read(t, binary, dir, &report, "diagnose", "pv_uv")
		return report.State == "RUNNING" && len(report.Missing) == 0
	})
	for _, f := range report.Findings {
		if f.Severity == "serious" {
			t.Errorf("a healthy job has %+v", f)
		}
	}
	var threads struct{ Operators []struct{ Name string } }
	if read(t, binary, dir, &threads, "diagnose", "threads", "pv_uv", "--attach", "--samples", "2"); len(threads.Operators) == 0 {
		t.Error("no operators in the threads")
	}
	var heap struct {
		Processes int
		Classes   []struct{ Bytes int64 }
	}
	if read(t, binary, dir, &heap, "diagnose", "heap", "pv_uv"); heap.Processes != 1 || len(heap.Classes) == 0 {
		t.Errorf("the heap is %+v", heap)
	}
	var levels struct {
		Levels []struct{ Process, Logger, Level string }
	}
	read(t, binary, dir, &levels, "diagnose", "log-level", "pv_uv", "org.apache.flink.runtime.taskmanager=DEBUG", "--for", "10m", "--yes")
	if len(levels.Levels) != 2 {
		t.Errorf("levels after setting: %+v", levels)
	}
	if read(t, binary, dir, &levels, "diagnose", "log-level", "reset", "pv_uv", "--yes"); len(levels.Levels) != 0 {
		t.Errorf("levels after resetting: %+v", levels)
	}
	dump := filepath.Join(dir, "heap.hprof")
	if _, code := autostream(t, binary, dir, "diagnose", "heap", "pv_uv", "--dump", dump, "--yes"); code != 0 {
		t.Errorf("dumping ended with %d", code)
	}
	if text, err := os.ReadFile(dump); err != nil || !strings.HasPrefix(string(text[:min(len(text), 20)]), "JAVA PROFILE") {
		t.Errorf("the dump has %d bytes: %v", len(text), err)
	}
	p.leavesNothing(t)
	for _, after := range []time.Duration{200 * time.Millisecond, 600 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond} {
		for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGKILL} {
			cut(t, binary, dir, after, signal)
			p.leavesNothing(t)
		}
	}
	if _, code := autostream(t, binary, dir, "stop", "pv_uv", "--cancel", "--yes"); code != 0 {
		t.Errorf("stop ended with %d", code)
	}
}

// read runs a command with --format json and reads what it prints; exit code 3 tells of findings.
func read(t *testing.T, binary, dir string, into any, args ...string) {
	t.Helper()
	out, code := autostream(t, binary, dir, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(out), into); err != nil || code != 0 && code != 3 {
		t.Errorf("%s ended with %d: %v", strings.Join(args, " "), code, err)
	}
}

// cut interrupts a heap dump.
func cut(t *testing.T, binary, dir string, after time.Duration, signal os.Signal) {
	t.Helper()
	into := filepath.Join(dir, "cut.hprof")
	cmd := exec.CommandContext(t.Context(), binary, "-C", dir, "diagnose", "heap", "pv_uv", "--dump", into, "--yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Signal(signal) // it may have ended
	err := cmd.Wait()
	t.Logf("%s after %s: %v", signal, after, err)
	if _, left := os.Stat(into); signal == os.Interrupt && err != nil && left == nil {
		t.Errorf("half a dump stays here")
	}
	_ = os.Remove(into)
}

// leavesNothing waits until nothing of ours is left in the pods: no file, and no process.
func (p *place) leavesNothing(t *testing.T) {
	t.Helper()
	for pod := range strings.FieldsSeq(p.rig.Run(t, "get", "pods", "-n", p.Namespace, "-o", "name")) {
		left := ""
		for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
			left = p.rig.Run(t, "exec", "-n", p.Namespace, pod, "--", "sh", "-c",
				"ls -A /tmp | grep -E 'autostream|hprof' ; for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep 'diagnose inside' | grep -v 'sh -c'; done; true")
			if left = strings.TrimSpace(left); left == "" {
				break
			}
		}
		if left != "" {
			t.Errorf("%s has %s", pod, left)
		}
	}
}
