package collect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// jvms are processes that load the agent as HotSpot does, and whose agent does as the real one.
type jvms struct {
	mu     sync.Mutex
	ids    []string
	broken string                       // this one refuses everything
	load   func(context.Context)        // is called when the agent is loaded
	levels map[string]map[string]string // by process and logger, as the property is
	files  map[string]bool              // that lie in the processes
	kept   []agent.Level
	way    target.Delivery // to processes that cannot be attached to
}

func (j *jvms) JVMs(context.Context, target.JobID) ([]target.JVM, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []target.JVM
	for i, id := range j.ids {
		all = append(all, target.JVM{ID: id, PID: i + 1})
	}
	return all, nil
}

func (j *jvms) Place(_ context.Context, v target.JVM, name string, _ []byte) (string, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	path := fmt.Sprintf("/tmp/%d-%s", v.PID, name)
	j.files[path] = true
	return path, nil
}

func (j *jvms) Fetch(_ context.Context, _ target.JVM, path string, _ io.Writer) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.files, path)
	return nil
}

func (j *jvms) KeepLevels(_ context.Context, _ target.JobID, change func([]agent.Level) []agent.Level) (target.Delivery, error) {
	j.kept = change(j.kept)
	return j.way, nil
}

func (j *jvms) KeptLevels(context.Context, target.JobID) ([]agent.Level, target.Delivery, error) {
	return j.kept, j.way, nil
}

func (j *jvms) Attach(ctx context.Context, v target.JVM, command string, args ...string) (io.ReadCloser, error) {
	if j.load != nil && command == "load" {
		j.load(ctx)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if v.ID == j.broken {
		return nil, errors.New("the JVM opens no socket")
	}
	if command == "load" {
		path, options, _ := strings.Cut(args[2], "=")
		if !j.files[path] {
			return nil, fmt.Errorf("no jar at %s", path)
		}
		j.run(v.ID, options)
		return io.NopCloser(strings.NewReader("return code: 0\n")), ctx.Err()
	}
	return io.NopCloser(strings.NewReader(j.properties(v.ID))), ctx.Err()
}

// properties are what an agent tells.
func (j *jvms) properties(process string) string {
	var b strings.Builder
	fmt.Fprintln(&b, "autostream.agent.problem=")
	for _, logger := range slices.Sorted(maps.Keys(j.levels[process])) {
		fmt.Fprintf(&b, "autostream.log-level.%s=%s\n", logger, j.levels[process][logger])
	}
	return b.String()
}

func (j *jvms) run(process, options string) {
	if j.levels[process] == nil {
		j.levels[process] = map[string]string{}
	}
	for word := range strings.SplitSeq(options, ";") {
		what, rest, _ := strings.Cut(word, ":")
		logger, level, _ := strings.Cut(rest, "=")
		level, until, _ := strings.Cut(level, "@")
		switch {
		case what == "set":
			j.levels[process][logger] = level + " INFO " + until + " 1"
		case logger == agent.All:
			clear(j.levels[process])
		default:
			delete(j.levels[process], logger)
		}
	}
}

// leveled is a job with these processes, all of which are chosen.
func leveled(t *testing.T, j *jvms) (collect.Subject, collect.Processes) {
	t.Helper()
	j.levels, j.files = map[string]map[string]string{}, map[string]bool{}
	s := collect.Subject{Name: "job", ID: "1", JVMs: j, Leveling: j}
	p, err := s.Inside(t.Context(), collect.Everything)
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestLevels(t *testing.T) {
	t.Parallel()
	j := &jvms{ids: []string{rest.JobManager, "tm-1", "tm-2"}, broken: "tm-2"}
	s, p := leveled(t, j)
	until := time.UnixMilli(1763849000000)
	levels := []agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: until}, {Logger: agent.Root, Level: "WARN", Until: until}}
	got, err := s.SetLevels(t.Context(), p, levels)
	if err != nil || len(got.Apart) != 1 || got.Apart[0].Error() != "tm-2: the JVM opens no socket" || !got.Kept {
		t.Fatalf("%v, %+v", err, got)
	}
	var want []collect.Leveled
	for _, process := range []string{rest.JobManager, "tm-1"} {
		for _, l := range levels {
			want = append(want, collect.Leveled{Process: process, Changed: agent.Changed{Level: l, Was: "INFO", Places: 1}, By: collect.ByAgent})
		}
	}
	if diff := cmp.Diff(want, got.Changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(levels, j.kept); diff != "" {
		t.Errorf("kept for processes to come (-want +got):\n%s", diff)
	}
	left, err := s.ResetLevels(t.Context(), p, []string{"com.acme"})
	if err != nil || len(left.Changed) != 2 || len(j.kept) != 1 || j.kept[0].Logger != agent.Root {
		t.Errorf("after reset: %+v, kept %+v, %v", left, j.kept, err)
	}
	if len(j.files) > 0 {
		t.Errorf("left behind: %v", j.files)
	}
}

func TestLevelsNowhere(t *testing.T) {
	t.Parallel()
	j := &jvms{ids: []string{"tm-1"}, broken: "tm-1"}
	s, p := leveled(t, j)
	if _, err := s.SetLevels(t.Context(), p, []agent.Level{{Logger: "a", Level: "DEBUG", Until: time.Now()}}); err == nil {
		t.Error("no process answers, and that is no error")
	}
	if len(j.kept) > 0 {
		t.Errorf("kept for processes to come: %v", j.kept)
	}
}

// TestLevelsDelivered has a process that cannot be attached to, and a target from which it learns of its levels.
func TestLevelsDelivered(t *testing.T) {
	t.Parallel()
	j := &jvms{ids: []string{rest.JobManager, "tm-1"}, broken: "tm-1", way: target.Delivery{By: "ConfigMap x", Within: time.Minute}}
	s, p := leveled(t, j)
	levels := []agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.Now().Add(time.Hour)}}
	if _, err := s.SetLevels(t.Context(), p, levels); err != nil {
		t.Fatal(err)
	}
	listed, err := s.Levels(t.Context(), p)
	if err != nil || len(listed.Changed) != 2 || len(listed.Apart) != 1 {
		t.Fatalf("%v, %+v", err, listed)
	}
	want := collect.Leveled{Process: "tm-1", Changed: agent.Changed{Level: levels[0]}, By: "ConfigMap x", Within: time.Minute}
	if diff := cmp.Diff(want, listed.Changed[1]); diff != "" {
		t.Errorf("tm-1 (-want +got):\n%s", diff)
	}
	j.ids = []string{"tm-1"} // alone, it is no error either
	p, err = s.Inside(t.Context(), collect.Everything)
	if err != nil {
		t.Fatal(err)
	}
	left, err := s.ResetLevels(t.Context(), p, []string{agent.All})
	if err != nil || len(left.Changed) > 0 || len(j.kept) > 0 {
		t.Errorf("after reset: %v, %+v, kept %v", err, left, j.kept)
	}
}

// TestLevelsFromAfar has a target where nobody can attach to anything from here, with and without a way to the processes.
func TestLevelsFromAfar(t *testing.T) {
	t.Parallel()
	j := &jvms{way: target.Delivery{By: "file x", Within: time.Minute}}
	s := collect.Subject{Name: "job", ID: "1", Leveling: j}
	p := collect.Processes{All: []target.JVM{{ID: rest.JobManager}, {ID: "tm-1"}}}
	levels := []agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.Now().Add(time.Hour)}}
	got, err := s.SetLevels(t.Context(), p, levels)
	if err != nil || len(got.Changed) != 2 || got.Reached != 0 || len(got.Apart) > 0 || !got.Kept {
		t.Errorf("SetLevels: %v, %+v", err, got)
	}
	j.way = target.Delivery{}
	if _, err := s.Levels(t.Context(), p); !strings.Contains(fault.FixOf(err), "--pid PID") {
		t.Errorf("without a way: %v", err)
	}
}

// TestLevelsSeen has a target where nobody can attach to anything from here, and an agent that has changed the level: the name
// of its thread tells what the level was.
func TestLevelsSeen(t *testing.T) {
	t.Parallel()
	until := time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())
	level := agent.Level{Logger: "com.acme", Level: "DEBUG", Until: until}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/taskmanagers/tm-1/thread-dump" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, `{"threadInfos": [{"stringifiedThreadInfo": "\"autostream-log-levels com.acme=DEBUG INFO %d 1;\" daemon Id=9"}]}`, until.UnixMilli())
	}))
	t.Cleanup(server.Close)
	j := &jvms{way: target.Delivery{By: "file x", Within: time.Minute}, kept: []agent.Level{level}}
	s := collect.Subject{Name: "job", ID: "1", Leveling: j, REST: rest.New(server.URL, nil)}
	got, err := s.Levels(t.Context(), collect.Processes{All: []target.JVM{{ID: rest.JobManager}, {ID: "tm-1"}}})
	want := []collect.Leveled{
		{Process: rest.JobManager, Changed: agent.Changed{Level: level}, By: "file x", Within: time.Minute},
		{Process: "tm-1", Changed: agent.Changed{Level: level, Was: "INFO", Places: 1}, By: collect.ByAgent},
	}
	if diff := cmp.Diff(want, got.Changed); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// listening are processes whose agents listen, but for one.
type listening struct {
	*jvms
	deaf string
}

func (l listening) Tell(_ context.Context, v target.JVM, options string) (string, error) {
	if v.ID == l.deaf {
		return "", errors.New("no agent listens")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if options != "" {
		l.run(v.ID, options)
	}
	return l.properties(v.ID), nil
}

// TestLevelsTold tells the agents that listen, and loads one where none does.
func TestLevelsTold(t *testing.T) {
	t.Parallel()
	loaded := 0
	j := &jvms{ids: []string{rest.JobManager, "tm-1", "tm-2"}, load: func(context.Context) { loaded++ }}
	s, p := leveled(t, j)
	p.Target = listening{jvms: j, deaf: "tm-2"}
	got, err := s.SetLevels(t.Context(), p, []agent.Level{{Logger: "com.acme", Level: "DEBUG", Until: time.UnixMilli(1763849000000)}})
	if err != nil || len(got.Changed) != 3 || got.Reached != 3 || got.Since.IsZero() || loaded != 1 {
		t.Errorf("%v, %+v, %d agents were loaded", err, got, loaded)
	}
	if left, err := s.ResetLevels(t.Context(), p, []string{agent.All}); err != nil || len(left.Changed) > 0 {
		t.Errorf("after reset: %+v, %v", left, err)
	}
}

// TestLevelsInterrupted ends the call when the first process has the level already: nothing stays changed.
func TestLevelsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	j := &jvms{ids: []string{"tm-1", "tm-2", "tm-3"}, load: func(context.Context) { cancel() }}
	s, p := leveled(t, j)
	if _, err := s.SetLevels(ctx, p, []agent.Level{{Logger: "a", Level: "DEBUG", Until: time.Now()}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	for process, levels := range j.levels {
		if len(levels) > 0 {
			t.Errorf("%s keeps %v", process, levels)
		}
	}
	if len(j.files) > 0 || len(j.kept) > 0 {
		t.Errorf("left behind: %v, kept %v", j.files, j.kept)
	}
}
