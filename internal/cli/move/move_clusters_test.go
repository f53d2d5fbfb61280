//go:build clusters

package move_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// soon is how long anything may take that happens on a rig.
const soon = 5 * time.Minute

// world is a project with a target on each of two clusters, each with an HDFS of its own.
type world struct {
	binary, dir string
	env         []string
	rigs        map[string]*rig.Rig // by target
}

// answer is what of the answers of several commands the test looks at.
type answer struct {
	State        string
	RestoredFrom string
	Savepoint    string
	CopiedFiles  int
	First        string `json:"firstCheckpoint"`
}

const sql = `CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9');
CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;
`

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{binary: filepath.Join(t.TempDir(), "autostream"), dir: t.TempDir(), rigs: map[string]*rig.Rig{
		"one": rig.Start(t), "two": rig.Start(t, "RIG_NAME=b", "RIG_PORT_OFFSET=200"),
	}}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", w.binary, "../../../cmd/autostream").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.env = append(os.Environ(), "HADOOP_USER_NAME=root", "FLINK_HOME="+flinktest.Home(t, release.V2_2).Dir)
	w.write(t, "counts.sql", sql)
	w.project(t, "default")
	t.Cleanup(func() {
		for name, r := range w.rigs {
			for _, id := range w.alive(t, name) {
				w.call(t, http.MethodPut, r.ResourceManager+"/ws/v1/cluster/apps/"+id+"/state?user.name=root", `{"state":"KILLED"}`, nil)
			}
		}
	})
	return w
}

func (w *world) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// project writes the project; target one submits into a queue.
func (w *world) project(t *testing.T, queue string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("version: 1\nname: moving\nflink: \"2.2\"\ntargets:\n")
	for name, r := range w.rigs {
		fmt.Fprintf(&b, "  %s: {kind: yarn, resourceManager: [%q], files: %q}\n", name, r.ResourceManager, strings.Replace(r.WebHDFS, "http", "webhdfs", 1))
	}
	text := strings.Replace(b.String(), "  one: {kind: yarn,", fmt.Sprintf("  one: {kind: yarn, queue: %s,", queue), 1)
	w.write(t, "autostream.yaml", text+`jobs:
  counts:
    sql: counts.sql
    target: one
    parallelism: 1
    options:
      execution.checkpointing.interval: 1 s
      taskmanager.memory.managed.fraction: "0.1"
    resources:
      jobManager: {memory: 900mb}
      taskManager: {memory: 1000mb}
`)
}

func (w *world) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.binary, append([]string{"-C", w.dir}, args...)...)
	cmd.Env = w.env
	return cmd
}

// try runs a command, which may fail.
func (w *world) try(t *testing.T, args ...string) (answer, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	cmd := w.command(ctx, append(args, "--format", "json")...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	var a answer
	if err == nil {
		var jobs struct{ Jobs []answer }
		if err = json.Unmarshal(out.Bytes(), &jobs); err == nil && len(jobs.Jobs) == 1 {
			a = jobs.Jobs[0]
		} else {
			err = json.Unmarshal(out.Bytes(), &a)
		}
	}
	return a, said.String(), err
}

func (w *world) run(t *testing.T, args ...string) answer {
	t.Helper()
	a, said, err := w.try(t, args...)
	if err != nil {
		t.Fatalf("autostream %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return a
}

func (w *world) call(t *testing.T, method, to, body string, out any) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), soon)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && out != nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s %v", method, to, response.Status, text, err)
	}
}

// alive lists the applications that a target's cluster has not ended.
func (w *world) alive(t *testing.T, name string) (ids []string) {
	t.Helper()
	var all struct {
		Apps struct{ App []struct{ ID string } }
	}
	w.call(t, http.MethodGet, w.rigs[name].ResourceManager+"/ws/v1/cluster/apps?states=NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING", "", &all)
	for _, a := range all.Apps.App {
		ids = append(ids, a.ID)
	}
	return ids
}

// runsOn makes sure that the job runs on one target, once, and nowhere else.
func (w *world) runsOn(t *testing.T, name string) answer {
	t.Helper()
	for other := range w.rigs {
		want := 0
		if other == name {
			want = 1
		}
		if ids := w.alive(t, other); len(ids) != want {
			t.Errorf("on %s: applications %v, want %d", other, ids, want)
		}
	}
	st := w.run(t, "status", name+"/counts")
	if st.State != "RUNNING" {
		t.Errorf("on %s: %+v", name, st)
	}
	return st
}

func TestMoveBetweenYARNs(t *testing.T) {
	w := newWorld(t)
	w.run(t, "deploy", "one", "counts", "--yes")
	t.Run("dry run", func(t *testing.T) {
		w.run(t, "move", "one/counts", "--to", "two", "--dry-run")
		w.runsOn(t, "one")
	})
	t.Run("there", func(t *testing.T) {
		moved := w.run(t, "move", "one/counts", "--to", "two", "--yes")
		there := w.rigs["two"].DefaultFS
		if moved.CopiedFiles == 0 || !strings.HasPrefix(moved.RestoredFrom, there) || !strings.HasPrefix(moved.First, there) {
			t.Errorf("moved: %+v; want the state below %s", moved, there)
		}
		w.runsOn(t, "two")
	})
	t.Run("back fails", func(t *testing.T) {
		w.project(t, "nobodys")
		_, said, err := w.try(t, "move", "two/counts", "--to", "one", "--yes")
		if err == nil || !strings.Contains(said, "nobodys") || !strings.Contains(said, "counts runs again on two") {
			t.Errorf("moving into a queue that is not there: %v\n%s", err, said)
		}
		if st := w.runsOn(t, "two"); !strings.HasPrefix(st.RestoredFrom, w.rigs["two"].DefaultFS) {
			t.Errorf("it runs without its state: %+v", st)
		}
		w.project(t, "default")
	})
	from, to := "two", "one"
	for _, step := range []string{"stopping", "copying its state", "submitting", "waiting until it runs", "waiting for its first checkpoint"} {
		t.Run("killed while "+step, func(t *testing.T) {
			w.killedWhile(t, step, "move", from+"/counts", "--to", to, "--yes")
			_, said, err := w.try(t, "move", from+"/counts", "--to", to, "--yes")
			if err != nil && !strings.Contains(said, "there is nothing to move") { // the checkpoint was there before the kill
				t.Fatalf("the move after that: %v\n%s", err, said)
			}
			if st := w.runsOn(t, to); !strings.HasPrefix(st.RestoredFrom, w.rigs[to].DefaultFS) {
				t.Errorf("it runs without its state: %+v", st)
			}
		})
		from, to = to, from
	}
}

// killedWhile runs a command that dies when it says that it begins with a step.
func (w *world) killedWhile(t *testing.T, step string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	cmd := w.command(ctx, args...)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	lines, reached := bufio.NewScanner(said), false
	for !reached && lines.Scan() {
		all.WriteString(lines.Text() + "\n")
		// The line that shows the plan has words of the steps too; those of progress name the job.
		reached = strings.Contains(lines.Text(), "counts on ") && strings.Contains(lines.Text(), step)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if !reached {
		t.Fatalf("it never came to %s:\n%s", step, &all)
	}
}
