//go:build clusters

package move_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	rig "github.com/autostream/autostream/rigs/yarn"
)

// soon is how long anything may take that happens on a rig.
const soon = 5 * time.Minute

// place is a cluster that jobs move from and to.
type place struct {
	target string                    // of a project, in YAML
	full   string                    // the same, in such a way that no job comes up there
	home   string                    // how paths of the state there begin
	alive  func(*testing.T) []string // names of what runs there
	end    func(t *testing.T, name string)
}

// world is a project with a target on each of several clusters.
type world struct {
	binary, dir string
	env         []string
	places      map[string]place // by target
}

// answer is what of the answers of several commands the test looks at.
type answer struct {
	State        string
	Tasks        int
	RunningTasks int
	RestoredFrom string
	Savepoint    string
	CopiedFiles  int
	First        string `json:"firstCheckpoint"`
}

const sql = `CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20', 'fields.id.min' = '1', 'fields.id.max' = '9');
CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id;
`

func newWorld(t *testing.T, places map[string]place, env ...string) *world {
	t.Helper()
	w := &world{binary: filepath.Join(t.TempDir(), "autostream"), dir: t.TempDir(), places: places}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", w.binary, "../../../cmd/autostream").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.env = append(append(os.Environ(), "HADOOP_USER_NAME=root", "FLINK_HOME="+flinktest.Home(t, release.V2_2).Dir, "AWS_ACCESS_KEY_ID=none", "AWS_SECRET_ACCESS_KEY=none"), env...)
	w.write(t, "counts.sql", sql)
	w.project(t, "")
	t.Cleanup(func() {
		for _, p := range w.places {
			for _, name := range p.alive(t) {
				p.end(t, name)
			}
		}
	})
	return w
}

// onYARN is a cluster of the rig.
func onYARN(r *rig.Rig) place {
	target := fmt.Sprintf("{kind: yarn, resourceManager: [%q], files: %q", r.ResourceManager, strings.Replace(r.WebHDFS, "http", "webhdfs", 1))
	return place{
		target: target + "}", full: target + ", queue: nobodys}", home: r.DefaultFS,
		alive: func(t *testing.T) (ids []string) {
			var all struct {
				Apps struct{ App []struct{ ID string } }
			}
			call(t, http.MethodGet, r.ResourceManager+"/ws/v1/cluster/apps?states=NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING", "", &all)
			for _, a := range all.Apps.App {
				ids = append(ids, a.ID)
			}
			return ids
		},
		end: func(t *testing.T, id string) {
			call(t, http.MethodPut, r.ResourceManager+"/ws/v1/cluster/apps/"+id+"/state?user.name=root", `{"state":"KILLED"}`, nil)
		},
	}
}

func (w *world) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// project writes the project; no job comes up on the target named, unless it is "".
func (w *world) project(t *testing.T, full string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("version: 1\nname: moving\nflink: \"2.2\"\nvariables:\n" +
		"  STORE_USER: {env: AWS_ACCESS_KEY_ID}\n  STORE_PASSWORD: {env: AWS_SECRET_ACCESS_KEY}\ntargets:\n")
	for _, name := range slices.Sorted(maps.Keys(w.places)) {
		target := w.places[name].target
		if name == full {
			target = w.places[name].full
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, target)
	}
	w.write(t, "autostream.yaml", b.String()+`jobs:
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

func call(t *testing.T, method, to, body string, out any) {
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

// runsOn makes sure that the job runs on one target, once, with its state, and nowhere else.
func (w *world) runsOn(t *testing.T, name string) answer {
	t.Helper()
	for other, p := range w.places {
		want := 0
		if other == name {
			want = 1
		}
		if names := p.alive(t); len(names) != want {
			t.Errorf("on %s runs %v, want %d", other, names, want)
		}
	}
	st := w.run(t, "status", name+"/counts")
	if st.State != "RUNNING" || st.RestoredFrom != "" && !strings.HasPrefix(st.RestoredFrom, w.places[name].home) {
		t.Errorf("on %s: %+v", name, st)
	}
	return st
}

// there moves the job and makes sure that it has arrived with its state.
func (w *world) there(t *testing.T, from, to string) {
	t.Helper()
	moved := w.run(t, "move", from+"/counts", "--to", to, "--yes")
	home := w.places[to].home
	if moved.CopiedFiles == 0 || !strings.HasPrefix(moved.RestoredFrom, home) || !strings.HasPrefix(moved.First, home) {
		t.Errorf("moved: %+v; want the state below %s", moved, home)
	}
	w.runsOn(t, to)
}

// stays moves the job to where it does not come up: it runs again where it was.
func (w *world) stays(t *testing.T, from, to string) {
	t.Helper()
	w.project(t, to)
	defer w.project(t, "")
	_, said, err := w.try(t, "move", from+"/counts", "--to", to, "--yes")
	if err == nil || !strings.Contains(said, "counts runs again on "+from) {
		t.Errorf("moving to where it does not come up: %v\n%s", err, said)
	}
	t.Log(said)
	if st := w.runsOn(t, from); st.RestoredFrom == "" {
		t.Errorf("it runs without its state: %+v", st)
	}
}

// carriedOn moves the job in a process that is killed in a step, and once more.
func (w *world) carriedOn(t *testing.T, step, from, to string) {
	t.Helper()
	w.killedWhile(t, step, "move", from+"/counts", "--to", to, "--yes")
	_, said, err := w.try(t, "move", from+"/counts", "--to", to, "--yes")
	if err != nil && !strings.Contains(said, "there is nothing to move") { // the checkpoint was there before the kill
		t.Fatalf("the move after that: %v\n%s", err, said)
	}
	if st := w.runsOn(t, to); st.RestoredFrom == "" {
		t.Errorf("it runs without its state: %+v", st)
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
