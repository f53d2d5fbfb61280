//go:build clusters

package yarn_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rig "github.com/autostream/autostream/rigs/yarn"
)

// countForEver is a job and its project; the processes fit the rig.
const (
	countForEver = `CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9');
CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;
`
	countingProject = `version: 1
name: shop
flink: "2.2"
targets:
  prod: {kind: yarn, resourceManager: [%q], files: %q}
jobs:
  pv_uv:
    sql: pv_uv.sql
    target: prod
    checkpoints: {interval: 5s}
    resources: {jobManager: {memory: 900m}, taskManager: {memory: 1000m, managed: 0.1}}
`
)

// TestDiagnoseOnYARN looks into a job through YARN's proxy, and into the JVM of its TaskManager on the NodeManager's host.
func TestDiagnoseOnYARN(t *testing.T) {
	r := rig.Start(t)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"autostream.yaml": fmt.Sprintf(countingProject, r.ResourceManager, strings.Replace(r.WebHDFS, "http://", "webhdfs://", 1)), "pv_uv.sql": countForEver,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	binary := filepath.Join(t.TempDir(), "autostream")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../../cmd/autostream").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	autostream := func(args ...string) (string, int) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, binary, append([]string{"-C", dir}, args...)...)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		t.Logf("autostream %s: %v\n%s%s", strings.Join(args, " "), err, out, &said)
		return string(out), cmd.ProcessState.ExitCode()
	}
	read := func(into any, args ...string) {
		out, code := autostream(append(args, "--format", "json")...)
		if err := json.Unmarshal([]byte(out), into); err != nil || code != 0 && code != 3 {
			t.Errorf("%s ended with %d: %v", strings.Join(args, " "), code, err)
		}
	}
	t.Cleanup(func() { autostream("stop", "pv_uv", "--cancel", "--yes") })
	if _, code := autostream("deploy", "prod", "pv_uv", "--yes", "--timeout", "8m"); code != 0 {
		t.Fatalf("deploy ended with %d", code)
	}
	var report struct {
		State    string
		Findings []struct{ ID, Severity string }
		Missing  []string
	}
	read(&report, "diagnose", "pv_uv")
	if report.State != "RUNNING" || len(report.Missing) > 0 {
		t.Errorf("the report is %+v", report)
	}
	for _, f := range report.Findings {
		if f.Severity == "serious" {
			t.Errorf("a healthy job has %+v", f)
		}
	}
	var threads struct{ Operators []struct{ Operator string } }
	if read(&threads, "diagnose", "threads", "pv_uv", "--samples", "1"); len(threads.Operators) == 0 {
		t.Error("no operators in the threads")
	}
	worker := fmt.Sprint(executor(t))
	if read(&threads, "diagnose", "threads", "--pid", worker, "--samples", "1"); len(threads.Operators) == 0 {
		t.Error("no operators in the threads of the JVM")
	}
	var heap struct{ Classes []struct{ Bytes int64 } }
	if read(&heap, "diagnose", "heap", "--pid", worker); len(heap.Classes) == 0 {
		t.Error("no classes in the heap")
	}
	var levels struct {
		Levels []struct{ Logger, Level, Was string }
	}
	read(&levels, "diagnose", "log-level", "--pid", worker, "org.apache.flink.runtime.taskmanager=DEBUG", "--for", "10m", "--yes")
	if len(levels.Levels) != 1 || levels.Levels[0].Was != "INFO" {
		t.Errorf("levels: %+v", levels)
	}
	if read(&levels, "diagnose", "log-level", "reset", "--pid", worker, "--yes"); len(levels.Levels) != 0 {
		t.Errorf("levels after resetting: %+v", levels)
	}
}

// executor finds the process of the TaskManager, which is no script that starts it.
func executor(t *testing.T) string {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		text, _ := os.ReadFile(file) // it may have ended
		if program, _, _ := bytes.Cut(text, []byte{0}); bytes.HasSuffix(program, []byte("/java")) && bytes.Contains(text, []byte("YarnTaskExecutorRunner")) {
			return strings.Split(file, "/")[2]
		}
	}
	t.Fatal("no TaskManager runs on this machine")
	return ""
}
