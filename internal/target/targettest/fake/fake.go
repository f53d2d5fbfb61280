// Package fake is a target.Target without a Flink: it keeps the promises of the port in memory or in a folder, and
// breaks down when told to. It passes the suite of package targettest like every driver.
//
// It reads SQL only so far as tests need: a job whose statements say 'number-of-rows' ends by itself, one that says
// / (id - id) fails while it runs, and a statement that names missing_table is refused. The state of a job is its GROUP BY clauses: a
// savepoint with a clause that the new job does not have cannot be restored, except with AllowNonRestored.
package fake

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// Target is a fake target. Its zero value is not ready: use New or Open.
type Target struct {
	mu    sync.Mutex
	store store
}

var (
	_ target.Target      = (*Target)(nil)
	_ target.Interactive = (*Target)(nil)
)

// New returns a fake that lives in memory.
func New() *Target { return &Target{store: &memory{}} }

// Open returns a fake that lives in a folder, so that several processes share it: what one submits the others see, and
// a process that is killed leaves behind exactly what it had done. Faults may be set from outside by another process.
func Open(dir string) *Target { return &Target{store: &folder{dir: dir}} }

// Submit implements target.Target.
func (t *Target) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	return run(ctx, t, Submit, func(w *world) (target.Submitted, error) { return w.submit(s) })
}

// Status implements target.Target.
func (t *Target) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	return run(ctx, t, Status, func(w *world) (target.Status, error) {
		j, err := w.find(id)
		if err != nil {
			return target.Status{}, err
		}
		return j.Status, nil
	})
}

// List implements target.Target.
func (t *Target) List(ctx context.Context) ([]target.Status, error) {
	return run(ctx, t, List, func(w *world) ([]target.Status, error) {
		var all []target.Status
		for _, j := range w.Jobs {
			s := j.Status
			s.Restarts, s.Reason, s.LastCheckpoint = 0, "", ""
			all = append(all, s)
		}
		slices.SortFunc(all, func(a, b target.Status) int { return a.Started.Compare(b.Started) })
		return all, nil
	})
}

// Stop implements target.Target.
func (t *Target) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	return run(ctx, t, Stop, func(w *world) (target.Savepoint, error) {
		return w.savepoint(id, o.Trigger, o.Directory, func(j *job) { j.end(target.Finished, "") })
	})
}

// Cancel implements target.Target.
func (t *Target) Cancel(ctx context.Context, id target.JobID) error {
	_, err := run(ctx, t, Cancel, func(w *world) (struct{}, error) {
		j, err := w.find(id)
		if err == nil && !j.State.Terminal() {
			j.end(target.Canceled, "")
		}
		return struct{}{}, err
	})
	return err
}

// Savepoint implements target.Target.
func (t *Target) Savepoint(ctx context.Context, id target.JobID, o target.SavepointOptions) (target.Savepoint, error) {
	return run(ctx, t, Savepoint, func(w *world) (target.Savepoint, error) {
		return w.savepoint(id, o.Trigger, o.Directory, func(*job) {})
	})
}

// DisposeSavepoint implements target.Target.
func (t *Target) DisposeSavepoint(ctx context.Context, path string) error {
	_, err := run(ctx, t, DisposeSavepoint, func(w *world) (struct{}, error) {
		delete(w.Savepoints, path)
		return struct{}{}, nil
	})
	return err
}

// Gateway implements target.Interactive with an address nobody listens on.
func (t *Target) Gateway(ctx context.Context) (string, error) {
	return run(ctx, t, Gateway, func(*world) (string, error) { return "http://127.0.0.1:1", nil })
}

// Logs implements target.Target. The logs are those that the fake wrote when something happened to a job.
func (t *Target) Logs(ctx context.Context, id target.JobID, o target.LogOptions, out io.Writer) error {
	printed := 0
	for first := true; ; first = false {
		lines, err := run(ctx, t, Logs, func(w *world) ([]string, error) {
			_, err := w.find(id)
			return slices.Clone(w.Log), err
		})
		if err != nil {
			if o.Follow && ctx.Err() != nil {
				return nil
			}
			return err
		}
		if first && o.Tail > 0 {
			printed = max(0, len(lines)-o.Tail)
		}
		for ; printed < len(lines); printed++ {
			if _, err := fmt.Fprintf(out, "jobmanager | %s\n", lines[printed]); err != nil {
				return err
			}
		}
		if !o.Follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// world is everything the fake knows; it is what a folder keeps.
type world struct {
	Jobs       map[target.JobID]*job
	Operations map[string]target.Savepoint // by trigger
	Savepoints map[string]savepoint        // by path
	Log        []string
	Faults     []planned
	Down       bool
	Calls      []string
	Hanging    []string
}

type job struct {
	target.Status
	Holds    []string // what its savepoints hold
	Restored string   // path of the savepoint it started from
	Starts   int      // how often an instance was started; never above 1
}

type savepoint struct {
	State []string
	Taken time.Time
}

func (w *world) find(id target.JobID) (*job, error) {
	if j := w.Jobs[id]; j != nil {
		return j, nil
	}
	return nil, fault.Errorf(fault.NotFound, "no job %s", id)
}

func (w *world) submit(s target.Submission) (target.Submitted, error) {
	answer := target.Submitted{ID: s.ID, URL: "http://fake/jobs/" + string(s.ID), FlinkTime: time.Microsecond}
	if !s.ID.Valid() {
		return target.Submitted{}, fault.Errorf(fault.Failed, "job id %q is not 32 lower-case hexadecimal digits", s.ID)
	}
	if w.Jobs[s.ID] != nil {
		return answer, nil
	}
	for _, jar := range s.Jars {
		if _, err := os.Stat(jar); err != nil {
			return target.Submitted{}, fault.Errorf(fault.NotFound, "submitting job %s: no jar %s", s.Name, jar)
		}
	}
	text := ""
	if s.SQL != nil {
		for i, statement := range s.SQL.Statements {
			if strings.Contains(statement, "missing_table") {
				refused := &target.StatementError{Index: i, Line: 1, Column: 1, Message: "Object 'missing_table' not found"}
				return target.Submitted{}, fault.Errorf(fault.Failed, "submitting job %s: %w", s.Name, refused)
			}
		}
		text = strings.Join(s.SQL.Statements, ";\n")
	}
	j := &job{Holds: stateOf(text)}
	if r := s.Restore; r != nil {
		from, ok := w.Savepoints[r.Path]
		if !ok {
			return target.Submitted{}, fault.Errorf(fault.Failed, "restoring job %s: cannot find checkpoint or savepoint %s", s.Name, r.Path)
		}
		if lost := without(from.State, j.Holds); len(lost) > 0 && !r.AllowNonRestored {
			return target.Submitted{}, fault.Errorf(fault.Failed, "restoring job %s: cannot map savepoint state for %s", s.Name, lost[0])
		}
		j.Restored = r.Path
	}
	j.Status = target.Status{
		ID: s.ID, Name: s.Name, State: target.Running, Started: time.Now(), URL: answer.URL,
		Tasks: target.TaskCounts{Total: max(1, s.Parallelism), Running: max(1, s.Parallelism)},
	}
	j.Starts++
	w.Jobs[s.ID] = j
	w.logf("job %s (%s) started", s.ID, s.Name)
	switch {
	case strings.Contains(text, "'number-of-rows'"):
		j.end(target.Finished, "")
	case strings.Contains(text, "/ (id - id)"):
		j.end(target.FailedState, "Division by zero")
	}
	return answer, nil
}

func (w *world) savepoint(id target.JobID, trigger, dir string, then func(*job)) (target.Savepoint, error) {
	j, err := w.find(id)
	if err != nil {
		return target.Savepoint{}, err
	}
	if !target.ValidTrigger(trigger) {
		return target.Savepoint{}, fault.Errorf(fault.Failed, "trigger %q is not 32 lower-case hexadecimal digits", trigger)
	}
	if done, ok := w.Operations[trigger]; ok {
		return done, nil
	}
	if j.State.Terminal() {
		return target.Savepoint{}, fault.Errorf(fault.Conflict, "job %s has ended already (%s)", id, j.State)
	}
	if scheme, _, ok := strings.Cut(dir, "://"); ok && scheme != "file" {
		return target.Savepoint{}, fault.Errorf(fault.Failed, "taking a savepoint of job %s: no file system for scheme '%s'", id, scheme)
	}
	if dir == "" {
		dir = "file:///fake/savepoints"
	}
	done := target.Savepoint{
		Path:  fmt.Sprintf("%s/savepoint-%s-%s", strings.TrimRight(dir, "/"), id[:6], trigger[:12]),
		Taken: time.Now(),
	}
	w.Savepoints[done.Path] = savepoint{State: j.Holds, Taken: done.Taken}
	w.Operations[trigger] = done
	j.LastCheckpoint = done.Path
	w.logf("job %s: Savepoint %s", id, done.Path)
	then(j)
	return done, nil
}

func (w *world) logf(format string, args ...any) { w.Log = append(w.Log, fmt.Sprintf(format, args...)) }

func (j *job) end(state target.State, reason string) {
	j.State, j.Reason, j.Ended, j.Tasks.Running = state, reason, time.Now(), 0
}

var grouping = regexp.MustCompile(`(?i)GROUP BY [^;)]*`)

func stateOf(text string) []string { return grouping.FindAllString(text, -1) }

func without(from, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(taken, s) })
}
