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
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/target"
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
		JobID    string
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
	apps := (&misfortunes{rig: r}).apps(t, target.JobID(report.JobID))
	if len(apps) != 1 {
		t.Fatalf("applications of job %s: %v", report.JobID, apps)
	}
	process := func(class string) string { return process(t, apps[0], class) }
	worker := process(taskExecutor)
	if read(&threads, "diagnose", "threads", "--pid", worker, "--samples", "1"); len(threads.Operators) == 0 {
		t.Error("no operators in the threads of the JVM")
	}
	var heap struct{ Classes []struct{ Bytes int64 } }
	if read(&heap, "diagnose", "heap", "--pid", worker); len(heap.Classes) == 0 {
		t.Error("no classes in the heap")
	}
	var levels struct {
		Levels []struct{ Logger, Level, Was, By string }
	}
	read(&levels, "diagnose", "log-level", "--pid", worker, "org.apache.flink.runtime.taskmanager=DEBUG", "--for", "10m", "--yes")
	if len(levels.Levels) != 1 || levels.Levels[0].Was != "INFO" {
		t.Errorf("levels: %+v", levels)
	}
	if read(&levels, "diagnose", "log-level", "reset", "--pid", worker, "--yes"); len(levels.Levels) != 0 {
		t.Errorf("levels after resetting: %+v", levels)
	}

	// Nobody has to be on the host: the processes read the levels from a file, and so does the next TaskManager.
	began := time.Now()
	read(&levels, "diagnose", "log-level", "pv_uv", "org.apache.flink=DEBUG", "--for", "10m", "--yes")
	if len(levels.Levels) != 2 || !strings.HasPrefix(levels.Levels[0].By, "file hdfs:") {
		t.Errorf("levels: %+v", levels)
	}
	until := func(what string, pid func() string, n int) {
		t.Helper()
		for end := began.Add(5 * time.Minute); ; time.Sleep(time.Second) {
			out, _ := autostream("diagnose", "log-level", "list", "--pid", pid(), "--format", "json") // it may be starting
			if json.Unmarshal([]byte(out), &levels) == nil && len(levels.Levels) == n {
				t.Logf("%s: after %s", what, time.Since(began))
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: waited in vain", what)
			}
		}
	}
	until("the level in the TaskManager", func() string { return worker }, 1)
	until("the level in the JobManager", func() string { return process("YarnApplicationClusterEntryPoint") }, 1)
	read(&levels, "diagnose", "log-level", "list", "pv_uv") // which the names of threads tell
	if len(levels.Levels) != 2 || levels.Levels[0].By != "agent" || levels.Levels[0].Was != "INFO" || levels.Levels[1].Was != "INFO" {
		t.Errorf("levels as list shows them: %+v", levels)
	}
	pid, err := strconv.Atoi(worker)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
	next := func() string {
		for process(taskExecutor) == "" || process(taskExecutor) == worker {
			if time.Since(began) > 5*time.Minute {
				t.Fatal("no other TaskManager")
			}
			time.Sleep(200 * time.Millisecond)
		}
		return process(taskExecutor)
	}
	until("the level in the next TaskManager", next, 1)
	began = time.Now()
	if read(&levels, "diagnose", "log-level", "reset", "pv_uv", "--yes"); len(levels.Levels) != 0 {
		t.Errorf("levels after resetting: %+v", levels)
	}
	until("the level changed back", next, 0)
}

// taskExecutor is in the command line of a TaskManager.
const taskExecutor = "YarnTaskExecutorRunner"

// process finds a JVM in a container of an application by what is in its command line; "" when there is none.
func process(t *testing.T, application, class string) string {
	t.Helper()
	for _, dir := range javas(t, application) {
		if text, err := os.ReadFile(filepath.Join(dir, "cmdline")); err == nil && bytes.Contains(text, []byte(class)) { // it may have ended
			return filepath.Base(dir)
		}
	}
	return ""
}
