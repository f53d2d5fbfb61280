//go:build flink

package local_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/local"
)

// misfortunes happen to a cluster that runs.
type misfortunes struct {
	target *local.Target
	line   release.Line
}

// wait is how long anything may take here.
const wait = 3 * time.Minute

// pid returns the process that plays a role; 0 when none does.
func (m *misfortunes) pid(t *testing.T, role string) int {
	t.Helper()
	for _, p := range look(t, m.target).Processes {
		if p.Role == role {
			return p.PID
		}
	}
	return 0
}

// kill kills a process of the cluster and returns the id it had.
func (m *misfortunes) kill(t *testing.T, role string) int {
	t.Helper()
	pid := m.pid(t, role)
	if pid == 0 {
		t.Fatalf("no %s runs", role)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	return pid
}

// until polls.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(wait); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s for %s", wait, what)
		}
	}
}

// replaced waits until another process plays the role.
func (m *misfortunes) replaced(t *testing.T, role string, dead int) {
	t.Helper()
	until(t, "another "+role, func() bool { now := m.pid(t, role); return now != 0 && now != dead })
}

// job returns a submission of a job that runs until it is cancelled.
func (m *misfortunes) job(t *testing.T) target.Submission {
	t.Helper()
	id := target.NewJobID()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		defer cancel()
		if err := m.target.Cancel(ctx, id); err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("cancelling %s: %v", id, err)
		}
	})
	return target.Submission{
		ID: id, Name: t.Name(), Release: m.line.String(), Parallelism: 1,
		Options: map[string]string{"execution.checkpointing.interval": "1 s"},
		SQL: &target.SQLProgram{Statements: []string{
			"CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20')",
			"CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole')",
			"INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id",
		}},
	}
}

func (m *misfortunes) submit(t *testing.T) target.JobID {
	t.Helper()
	job := m.job(t)
	if _, err := m.target.Submit(t.Context(), job); err != nil {
		t.Fatalf("Submit: %v", err)
	}
	m.runs(t, job.ID)
	return job.ID
}

// runs waits until all tasks of a job run.
func (m *misfortunes) runs(t *testing.T, id target.JobID) (s target.Status) {
	t.Helper()
	until(t, "all tasks running", func() bool {
		var err error
		s, err = m.target.Status(t.Context(), id)
		return err == nil && s.State == target.Running && s.Tasks.Total > 0 && s.Tasks.Running == s.Tasks.Total
	})
	return s
}

func (m *misfortunes) taskManagerKilled(t *testing.T) {
	id := m.submit(t)
	dead := m.kill(t, "taskmanager")
	until(t, "the job noticing", func() bool {
		s, err := m.target.Status(t.Context(), id)
		return err == nil && s.Restarts > 0
	})
	m.replaced(t, "taskmanager", dead)
	if s := m.runs(t, id); s.Reason == "" || strings.Contains(s.Reason, "\n") {
		t.Errorf("status after the restart = %+v, want a reason in one line", s)
	}
}

func (m *misfortunes) gatewayKilled(t *testing.T) {
	job := m.job(t)
	answer := make(chan error, 1)
	dead := m.kill(t, "gateway") // the session is opened on the new one, or lost on the old one
	go func() {
		_, err := m.target.Submit(t.Context(), job)
		answer <- err
	}()
	m.replaced(t, "gateway", dead)
	if err := <-answer; err != nil {
		t.Fatalf("Submit: %v", err)
	}
	m.runs(t, job.ID)

	job = m.job(t) // once more, in the middle: the statements take longer than the kill
	go func() {
		_, err := m.target.Submit(t.Context(), job)
		answer <- err
	}()
	time.Sleep(30 * time.Millisecond) // the race is the point; either side of it must end well
	dead = m.kill(t, "gateway")
	if err := <-answer; err != nil {
		t.Fatalf("Submit with the gateway killed under it: %v", err)
	}
	m.replaced(t, "gateway", dead)
	m.runs(t, job.ID)
	if n := m.instances(t, job.Name); n != 2 { // this subtest's two jobs have one name
		t.Errorf("%d jobs, want 2", n)
	}
}

func (m *misfortunes) instances(t *testing.T, name string) (n int) {
	t.Helper()
	all, err := m.target.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			n++
		}
	}
	return n
}

func (m *misfortunes) portTaken(t *testing.T) {
	before, err := url.Parse(look(t, m.target).Gateway)
	if err != nil {
		t.Fatal(err)
	}
	m.kill(t, "gateway")
	var l net.Listener
	until(t, "the port to be free", func() bool {
		l, err = net.Listen("tcp4", before.Host)
		return err == nil
	})
	defer l.Close()
	until(t, "a gateway at another port", func() bool {
		now := look(t, m.target).Gateway
		return now != "" && now != before.String()
	})
	m.submit(t)
}

func (m *misfortunes) keeperKilled(t *testing.T) {
	id := m.submit(t)
	before := look(t, m.target)
	dead := m.kill(t, "keeper")
	until(t, "another keeper, which the next command starts", func() bool {
		if _, err := m.target.Status(t.Context(), id); err != nil {
			t.Fatalf("Status: %v", err)
		}
		return m.pid(t, "keeper") != dead && m.pid(t, "keeper") != 0
	})
	if after := look(t, m.target); after.URL != before.URL || after.Jobs != before.Jobs {
		t.Errorf("cluster = %+v, was %+v", after, before)
	}
	tm := m.kill(t, "taskmanager") // the new keeper looks after processes that are not its children
	m.replaced(t, "taskmanager", tm)
	m.runs(t, id)
}

// jobManagerKilled goes on with a cluster that has an idle limit, and ends with it.
func (m *misfortunes) jobManagerKilled(t *testing.T, o local.Options) {
	id := m.submit(t)
	m.kill(t, "jobmanager")
	until(t, "the end of the cluster", func() bool { return len(look(t, m.target).Processes) == 0 })
	if c := look(t, m.target); c.Up || !strings.Contains(c.Reason, "JobManager") {
		t.Errorf("cluster = %+v, want the reason", c)
	}
	if _, err := m.target.Status(t.Context(), id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Status of a job whose JobManager died: %v", err)
	}
	if all, err := m.target.List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("List = %v, %v", all, err)
	}
	o.Idle = 3 * time.Second
	m.target = local.New(o)
	id = m.submit(t)
	time.Sleep(o.Idle + time.Second) // a job that runs keeps the cluster up
	if c := look(t, m.target); !c.Up {
		t.Fatalf("cluster = %+v, though a job runs", c)
	}
	if err := m.target.Cancel(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	until(t, "the idle limit", func() bool { return len(look(t, m.target).Processes) == 0 })
	if c := look(t, m.target); c.Reason != "nobody used it for 3s" {
		t.Errorf("Reason = %q", c.Reason)
	}
	if rest, err := filepath.Glob(filepath.Join(o.State, "*", "*", "tmp", "*")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

// listensOnLoopback looks at every socket on which a process of the cluster listens.
func listensOnLoopback(t *testing.T, one *local.Target) {
	found := 0
	for _, p := range look(t, one).Processes {
		inodes := sockets(t, p.PID)
		for _, table := range []string{"tcp", "tcp6"} {
			for inode, address := range listeners(t, table) {
				if !inodes[inode] {
					continue
				}
				found++
				if ip := net.IP(address); !ip.IsLoopback() {
					t.Errorf("the %s listens on %s", p.Role, ip)
				}
			}
		}
	}
	if found < 5 { // REST, RPC and blobs of the JobManager, RPC and data of the TaskManager, the gateway
		t.Errorf("found only %d listening sockets", found)
	}
}

// sockets lists the inodes of a process's sockets.
func sockets(t *testing.T, pid int) map[string]bool {
	t.Helper()
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	inodes := map[string]bool{}
	for _, link := range links {
		to, _ := os.Readlink(link) // closed in the meantime
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes
}

// listeners reads /proc/net/tcp or tcp6: the local address of every listening socket, by inode.
func listeners(t *testing.T, table string) map[string][]byte {
	t.Helper()
	f, err := os.Open("/proc/net/" + table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string][]byte{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[3] != "0A" { // TCP_LISTEN
			continue
		}
		text, _, _ := strings.Cut(fields[1], ":")
		address, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(address); i += 4 { // words of the machine's byte order, which is little-endian
			address[i], address[i+1], address[i+2], address[i+3] = address[i+3], address[i+2], address[i+1], address[i]
		}
		found[fields[9]] = address
	}
	return found
}
