// Package targettest turns the promises of package target into tests that take any Target. Every driver and the fake
// call Run from one short test.
package targettest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// Config is what the suite needs to know about the target under test.
type Config struct {
	Target  target.Target
	Release string // Flink line the submissions ask for
	// Jar is a program that runs until it is cancelled, or whose main method fails with "told to fail" when its only
	// argument is fail. nil leaves the tests of jar jobs out: for the fake only.
	Jar *target.JarProgram
	// Library is a jar that Jar needs besides; it has the scalar function step.Step, BIGINT to BIGINT.
	Library string
	// Shape gives a submission what this target needs besides, such as where savepoints go. nil changes nothing.
	Shape func(*target.Submission)
	// Folder returns a new empty folder, absolute, that the processes of the target reach under the same name. nil: any
	// folder of this machine is one.
	Folder func(*testing.T) string
	// Wait is how long a job may take to reach a state; 0 means three minutes.
	Wait time.Duration
}

// Run checks every promise. Subtests run one after the other: they share the target's slots.
func Run(t *testing.T, c Config) {
	t.Helper()
	if c.Wait == 0 {
		c.Wait = 3 * time.Minute
	}
	if c.Shape == nil {
		c.Shape = func(*target.Submission) {}
	}
	if c.Folder == nil {
		c.Folder = func(t *testing.T) string { return t.TempDir() }
	}
	s := &suite{Config: c}
	t.Run("submit", s.submit)
	t.Run("restore", s.restore)
	t.Run("state", s.state)
	t.Run("stop", s.stop)
	t.Run("savepoint", s.savepoint)
	t.Run("cancel", s.cancel)
	t.Run("logs", s.logs)
}

type suite struct{ Config }

// The programs of the suite. Their texts are real Flink SQL, and the fake knows what happens to them.
var (
	endless = script(source, sink, "INSERT INTO out_rows SELECT id, CAST(1 AS BIGINT) FROM events")
	finite  = script("CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '3')", sink,
		"INSERT INTO out_rows SELECT id, CAST(1 AS BIGINT) FROM events")
	failing = script(source, sink, "INSERT INTO out_rows SELECT 10 / (id - id), CAST(1 AS BIGINT) FROM events")
	refused = script(source, sink, "INSERT INTO out_rows SELECT id, CAST(1 AS BIGINT) FROM missing_table")
	counts  = script(source, sink, "INSERT INTO out_rows SELECT id, COUNT(*) FROM events GROUP BY id")
	halves  = script(source, sink,
		"INSERT INTO out_rows SELECT k, SUM(n) FROM (SELECT id / 2 AS k, CAST(id AS BIGINT) AS n FROM events) GROUP BY k")
)

const (
	source = "CREATE TABLE events (id INT) WITH ('connector' = 'datagen', 'rows-per-second' = '20'," +
		" 'fields.id.min' = '1', 'fields.id.max' = '9')"
	sink = "CREATE TABLE out_rows (k INT, n BIGINT) WITH ('connector' = 'blackhole')"
)

func script(statements ...string) *target.SQLProgram {
	return &target.SQLProgram{Statements: statements}
}

// submission returns a new submission of a program, under a new id.
func (s *suite) submission(t *testing.T, program *target.SQLProgram) target.Submission {
	t.Helper()
	job := target.Submission{
		ID: target.NewJobID(), Name: t.Name(), Release: s.Release, SQL: program, Parallelism: 1,
		Options: map[string]string{"execution.checkpointing.interval": "1 s"},
	}
	s.Shape(&job)
	return job
}

// start submits and makes sure that the job does not outlive the test.
func (s *suite) start(t *testing.T, job target.Submission) target.Submitted {
	t.Helper()
	s.cancelAfter(t, job.ID)
	got, err := s.Target.Submit(t.Context(), job)
	if err != nil {
		t.Fatalf("Submit: %v", err)
	}
	if got.ID != job.ID {
		t.Fatalf("Submit answered id %s, want %s", got.ID, job.ID)
	}
	return got
}

// running submits and waits until the job runs with all its tasks, so that a savepoint can be taken.
func (s *suite) running(t *testing.T, job target.Submission) target.Status {
	t.Helper()
	s.start(t, job)
	return s.await(t, job.ID, "all tasks running", func(st target.Status) bool {
		return st.State == target.Running && st.Tasks.Total > 0 && st.Tasks.Running == st.Tasks.Total
	})
}

func (s *suite) cancelAfter(t *testing.T, id target.JobID) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), s.Wait)
		defer cancel()
		if err := s.Target.Cancel(ctx, id); err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("cancelling %s after the test: %v", id, err)
		}
	})
}

// await polls Status until it is as wanted.
func (s *suite) await(t *testing.T, id target.JobID, want string, ok func(target.Status) bool) target.Status {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), s.Wait)
	defer cancel()
	for last := "no answer"; ; {
		st, err := s.Target.Status(ctx, id)
		if err == nil && ok(st) {
			return st
		}
		if ctx.Err() == nil {
			last = fmt.Sprintf("%+v, %v", st, err)
		}
		select {
		case <-ctx.Done():
			t.Fatalf("job %s: waited %s for %s; last: %s", id, s.Wait, want, last)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *suite) awaitState(t *testing.T, id target.JobID, want target.State) target.Status {
	t.Helper()
	return s.await(t, id, string(want), func(st target.Status) bool { return st.State == want })
}

// instances counts the jobs of a name, which each subtest has for itself.
func (s *suite) instances(t *testing.T, name string) int {
	t.Helper()
	all, err := s.Target.List(t.Context())
	if err != nil {
		t.Fatalf("List: %v", err)
	}
	n := 0
	for _, st := range all {
		if st.Name == name {
			n++
		}
	}
	return n
}

func wantKind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of kind %s", want)
	}
	if got := fault.KindOf(err); got != want {
		t.Fatalf("error of kind %s, want %s: %v", got, want, err)
	}
}
