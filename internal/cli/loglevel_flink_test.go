//go:build flink

package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/sdk/java/agent"
)

// chatty logs at DEBUG with every heartbeat, which a local cluster has every two seconds, in both kinds of processes.
const chatty = "org.apache.flink.runtime"

// TestLogLevel changes a level for a time: in all processes, in one that starts meanwhile, back on demand, and back by
// itself when every process of autostream was killed.
func TestLogLevel(t *testing.T) {
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			l := newLeveled(t, line)
			for _, p := range l.set("5m").Levels {
				if p.Was != "INFO" || p.Level.Level != "DEBUG" || p.Places < 1 {
					t.Errorf("changed: %+v", p)
				}
			}
			l.logsMore("taskmanager", 0)
			l.logsMore("jobmanager", 0)

			before, seen := l.cluster().TaskManager.PID, l.lines("taskmanager")
			l.kill(before)
			l.await("another TaskManager", func() bool { pid := l.cluster().TaskManager.PID; return pid != 0 && pid != before })
			l.logsMore("taskmanager", seen)

			if left := l.json("log-level", "reset", "local/steady", "--yes"); len(left.Levels) > 0 {
				t.Errorf("after reset: %+v", left)
			}
			l.logsNoMore()

			l.set("10s")
			l.kill(l.cluster().Keeper.PID)
			for _, pid := range []int{l.cluster().JobManager.PID, l.cluster().TaskManager.PID} {
				l.await(fmt.Sprintf("that JVM %d changes its level back", pid), func() bool { return len(l.agent(pid).Changes) == 0 })
			}
			l.logsNoMore()
			l.audited()
		})
	}
}

// leveled is a project with one job on a local cluster.
type leveled struct {
	*testing.T
	program program
	home    string // of the cluster
}

func newLeveled(t *testing.T, line release.Line) leveled {
	t.Helper()
	flinktest.Home(t, line)
	l := leveled{T: t, program: program{dir: t.TempDir()}}
	l.home = filepath.Join(l.program.dir, ".autostream", "local", line.String())
	for name, text := range map[string]string{
		"autostream.yaml": "version: 1\nname: levels\nflink: \"" + line.String() + "\"\njobs:\n  steady: {sql: steady.sql}\n",
		"steady.sql": `CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
CREATE TABLE nowhere (n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO nowhere SELECT n FROM numbers;
`,
	} {
		if err := os.WriteFile(filepath.Join(l.program.dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		out, err := l.program.run("target", "down", "local", "--yes")
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(l.home, "keeper.log"))
			t.Logf("ending the cluster: %v %s\nlog of the keeper:\n%s", err, out, log)
		}
	})
	if out, err := l.program.run("deploy", "local", "steady", "--yes", "--timeout", "5m"); err != nil {
		t.Fatalf("deploying: %v\n%s", err, out)
	}
	return l
}

// levelReport is what the test reads of `diagnose log-level --format json`.
type levelReport struct{ Levels []agent.Changed }

func (l leveled) json(args ...string) levelReport {
	l.Helper()
	out, err := l.program.run(append(append([]string{"diagnose"}, args...), "--format", "json")...)
	var r levelReport
	if err == nil {
		err = json.Unmarshal([]byte(out), &r)
	}
	if err != nil {
		l.Fatalf("%v: %v\n%s", args, err, out)
	}
	return r
}

// set changes the level in both processes. A JVM that has just started may not answer yet.
func (l leveled) set(during string) (r levelReport) {
	l.Helper()
	l.await("both processes with the level", func() bool {
		r = l.json("log-level", "local/steady", chatty+"=DEBUG", "--for", during, "--yes")
		return len(r.Levels) == 2
	})
	return r
}

// cluster is what the test reads of cluster.json.
type cluster struct{ Keeper, JobManager, TaskManager struct{ PID int } }

func (l leveled) cluster() cluster {
	l.Helper()
	text, err := os.ReadFile(filepath.Join(l.home, "cluster.json"))
	var c cluster
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		l.Fatal(err)
	}
	return c
}

func (l leveled) kill(pid int) {
	l.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		l.Fatal(err)
	}
}

// lines counts what a process has logged at DEBUG.
func (l leveled) lines(process string) int {
	text, err := os.ReadFile(filepath.Join(l.home, "log", process+".log"))
	if err != nil {
		l.Fatal(err)
	}
	return strings.Count(string(text), " DEBUG "+chatty)
}

func (l leveled) logsMore(process string, than int) {
	l.Helper()
	l.await("that the "+process+" logs more", func() bool { return l.lines(process) > than })
}

// logsNoMore waits for longer than a heartbeat takes to be logged.
func (l leveled) logsNoMore() {
	l.Helper()
	time.Sleep(time.Second) // for what is being written
	jm, tm := l.lines("jobmanager"), l.lines("taskmanager")
	time.Sleep(5 * time.Second)
	if jm != l.lines("jobmanager") || tm != l.lines("taskmanager") {
		l.Error("still at DEBUG after its time")
	}
}

// agent asks a JVM, with no process of autostream but this test.
func (l leveled) agent(pid int) agent.State {
	l.Helper()
	answer, err := attach.Run(l.Context(), pid, "properties")
	if err != nil {
		l.Fatal(err)
	}
	defer answer.Close()
	text, err := io.ReadAll(answer)
	if err != nil {
		l.Fatal(err)
	}
	return agent.Parse(string(text))
}

// audited checks that what was done is recorded.
func (l leveled) audited() {
	l.Helper()
	out, err := l.program.run("diagnose", "audit", "steady", "--format", "json")
	var r struct {
		Interventions []struct {
			Kind, What, User, Outcome string
			Processes                 []string
			Until                     time.Time
		}
	}
	if err == nil {
		err = json.Unmarshal([]byte(out), &r)
	}
	if err != nil || len(r.Interventions) < 3 {
		l.Fatalf("audit: %v\n%s", err, out)
	}
	if i := r.Interventions[0]; i.Kind != "log-level" || i.What != chatty+"=DEBUG" || i.User == "" || i.Outcome != "done" || len(i.Processes) != 2 || i.Until.IsZero() {
		l.Errorf("the newest: %+v", i)
	}
}

func (l leveled) await(what string, so func() bool) {
	l.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !so(); time.Sleep(250 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.Fatalf("waited in vain for %s", what)
		}
	}
}
