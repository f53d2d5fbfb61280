//go:build clusters

package yarn_test

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/autostream/autostream/internal/target"
)

// jobManagerOverMemory starts a JobManager that takes more than its container has. YARN ends it, and says why.
func (m *misfortunes) jobManagerOverMemory(t *testing.T) {
	s := m.job(t)
	s.Options["env.java.opts.jobmanager"] = "-Xms1500m -Xmx1500m -XX:+AlwaysPreTouch"
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if _, err := m.target.Submit(ctx, s); err != nil && !strings.Contains(err.Error(), "memory limit") {
		t.Errorf("Submit: %v; want it to succeed, or to name the memory", err)
	}
	var last target.Status
	until(t, "its end", func() bool {
		st, err := m.target.Status(t.Context(), s.ID)
		last = st
		return err == nil && st.State == target.FailedState
	})
	if !strings.Contains(last.Reason, "memory limit") || strings.Contains(last.Reason, "\n") {
		t.Errorf("reason %q; want one line that names the memory", last.Reason)
	}
	t.Log(last.Reason)
	m.noStaging(t)
	if apps := m.apps(t, s.ID); len(apps) != 1 {
		t.Errorf("applications %v, want one", apps)
	}
}

// taskManagerOverMemory lets the heap of a TaskManager grow past its container. YARN ends it, again and again; Flink takes
// another each time, and goes on from its last checkpoint.
func (m *misfortunes) taskManagerOverMemory(t *testing.T) {
	s := m.job(t)
	s.Options["env.java.opts.taskmanager"] = "-Xmx4g"
	s.Options["state.backend.type"] = "hashmap"
	s.Options["restart-strategy.type"] = "fixed-delay"
	s.Options["restart-strategy.fixed-delay.attempts"] = "100"
	s.SQL.Statements = []string{
		"CREATE TABLE events (id BIGINT, payload STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '20000'," +
			" 'fields.id.min' = '1', 'fields.id.max' = '1000000000', 'fields.payload.length' = '2000')",
		"CREATE TABLE out_rows (k BIGINT, n STRING) WITH ('connector' = 'blackhole')",
		"INSERT INTO out_rows SELECT id, MAX(payload) FROM events GROUP BY id",
	}
	m.up(t, s)
	m.checkpoints(t, s.ID)
	var last target.Status
	defer func() { t.Logf("the last status: %+v", last) }()
	until(t, "a TaskManager that is replaced, and the reason", func() bool {
		st, err := m.target.Status(t.Context(), s.ID)
		last = st
		return err == nil && st.Restarts > 0 && strings.Contains(st.Reason, "memory limit")
	})
	if apps := m.apps(t, s.ID); len(apps) != 1 {
		t.Errorf("applications %v, want one", apps)
	}
	if err := m.target.Cancel(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	m.noStaging(t)
	if sp, err := m.target.LatestCheckpoint(t.Context(), s.ID); err != nil {
		t.Errorf("LatestCheckpoint: %+v, %v", sp, err)
	}
}

// taskManagerKilled kills a TaskManager as the kernel does when memory is short. YARN says how its container ended.
func (m *misfortunes) taskManagerKilled(t *testing.T) {
	s := m.job(t)
	m.up(t, s)
	m.checkpoints(t, s.ID)
	killed := false
	for _, dir := range javas(t, m.apps(t, s.ID)[0]) {
		command, err := os.ReadFile(filepath.Join(dir, "cmdline"))
		if err != nil || !strings.Contains(string(command), "YarnTaskExecutorRunner") {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err == nil {
			err = syscall.Kill(pid, syscall.SIGKILL)
		}
		if err != nil {
			t.Fatal(err)
		}
		killed = true
	}
	if !killed {
		t.Fatal("no TaskManager on this machine")
	}
	var last target.Status
	until(t, "the reason", func() bool {
		st, err := m.target.Status(t.Context(), s.ID)
		last = st
		return err == nil && st.Restarts > 0 && strings.Contains(st.Reason, "Exit code is 137")
	})
	t.Log(last.Reason)
	m.awaitUp(t, s.ID)
	m.stops(t, s)
}
