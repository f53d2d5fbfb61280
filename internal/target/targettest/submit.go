package targettest

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// submit holds a target to what it promises of starting jobs.
func (s *suite) submit(t *testing.T) {
	t.Run("starts the job under its id", func(t *testing.T) {
		job := s.submission(t, endless)
		began := time.Now()
		got := s.start(t, job)
		if got.FlinkTime <= 0 || got.FlinkTime > time.Since(began) {
			t.Errorf("FlinkTime = %s of %s", got.FlinkTime, time.Since(began))
		}
		st := s.awaitState(t, job.ID, target.Running)
		if st.ID != job.ID || st.Name != job.Name || st.URL != got.URL || st.Started.IsZero() || !st.Ended.IsZero() {
			t.Errorf("status = %+v, want id, name and URL of %+v", st, got)
		}
	})
	t.Run("is idempotent while the job runs", func(t *testing.T) {
		job := s.submission(t, endless)
		first := s.start(t, job)
		s.again(t, job, first)
	})
	t.Run("is idempotent after the job has finished", func(t *testing.T) {
		job := s.submission(t, finite)
		first := s.start(t, job)
		before := s.awaitState(t, job.ID, target.Finished)
		s.again(t, job, first)
		if after := s.awaitState(t, job.ID, target.Finished); !after.Started.Equal(before.Started) {
			t.Errorf("started again at %s, first at %s", after.Started, before.Started)
		}
	})
	t.Run("is idempotent after the job was cancelled", func(t *testing.T) {
		job := s.submission(t, endless)
		first := s.start(t, job)
		if err := s.Target.Cancel(t.Context(), job.ID); err != nil {
			t.Fatalf("Cancel: %v", err)
		}
		s.again(t, job, first)
		s.awaitState(t, job.ID, target.Canceled)
	})
	t.Run("starts one instance from two calls at once", func(t *testing.T) {
		job := s.submission(t, endless)
		s.cancelAfter(t, job.ID)
		var calls sync.WaitGroup
		var failures [2]error
		for i := range failures {
			calls.Go(func() { _, failures[i] = s.Target.Submit(t.Context(), job) })
		}
		calls.Wait()
		if err := errors.Join(failures[:]...); err != nil {
			t.Fatalf("Submit: %v", err)
		}
		if n := s.instances(t, job.Name); n != 1 {
			t.Errorf("%d instances, want 1", n)
		}
	})
	t.Run("says which statement was refused", s.submitRefused)
	t.Run("says that a jar is missing", func(t *testing.T) {
		job := s.submission(t, endless)
		job.Jars = []string{t.TempDir() + "/udf.jar"}
		s.cancelAfter(t, job.ID)
		_, err := s.Target.Submit(t.Context(), job)
		wantKind(t, err, fault.NotFound)
		if !strings.Contains(err.Error(), job.Jars[0]) {
			t.Errorf("error does not name the jar: %v", err)
		}
	})
	if s.Jar != nil {
		s.submitJar(t)
	}
}

func (s *suite) submitJar(t *testing.T) {
	t.Run("starts a jar job with a library of its own", func(t *testing.T) {
		job := s.submission(t, nil)
		job.Jar, job.Jars = s.Jar, []string{s.Library}
		first := s.start(t, job)
		if st := s.awaitState(t, job.ID, target.Running); st.Name != job.Name {
			t.Errorf("the job is called %s, want %s", st.Name, job.Name)
		}
		s.again(t, job, first)
	})
	t.Run("says why a main method failed", func(t *testing.T) {
		job := s.submission(t, nil)
		job.Jar, job.Jars = &target.JarProgram{Path: s.Jar.Path, Args: []string{"fail"}}, []string{s.Library}
		s.cancelAfter(t, job.ID)
		_, err := s.Target.Submit(t.Context(), job)
		wantKind(t, err, fault.Failed)
		if !strings.HasSuffix(err.Error(), ": told to fail") {
			t.Errorf("error %q, want the exception's message", err)
		}
	})
	t.Run("gives a SQL job a jar of its own", func(t *testing.T) {
		program := script(source, sink, "CREATE TEMPORARY FUNCTION next_step AS 'step.Step'",
			"INSERT INTO out_rows SELECT id, next_step(CAST(id AS BIGINT)) FROM events")
		job := s.submission(t, program)
		job.Jars = []string{s.Library}
		s.running(t, job)
		without := s.submission(t, program)
		s.cancelAfter(t, without.ID)
		if _, err := s.Target.Submit(t.Context(), without); err == nil {
			t.Error("a job without the jar finds the function: jobs share their jars")
		}
	})
	t.Run("starts a jar job from its savepoint", func(t *testing.T) {
		job := s.submission(t, nil)
		job.Jar, job.Jars = s.Jar, []string{s.Library}
		s.running(t, job)
		sp, err := s.Target.Stop(t.Context(), job.ID, target.StopOptions{Trigger: target.NewTrigger()})
		if err != nil {
			t.Fatalf("Stop: %v", err)
		}
		job.ID, job.Restore = target.NewJobID(), &target.Restore{Path: sp.Path, ClaimMode: target.NoClaim}
		s.running(t, job)
		job.ID, job.Restore = target.NewJobID(), &target.Restore{Path: "file:///no/such/savepoint", ClaimMode: target.NoClaim}
		s.refuses(t, job)
	})
}

// again submits a second time: the answer must be the same and there must be one instance.
func (s *suite) again(t *testing.T, job target.Submission, first target.Submitted) {
	t.Helper()
	second := s.start(t, job)
	if second.URL != first.URL {
		t.Errorf("second Submit answered URL %q, first %q", second.URL, first.URL)
	}
	if n := s.instances(t, job.Name); n != 1 {
		t.Errorf("%d instances after a second Submit, want 1", n)
	}
}

func (s *suite) submitRefused(t *testing.T) {
	job := s.submission(t, refused)
	s.cancelAfter(t, job.ID)
	_, err := s.Target.Submit(t.Context(), job)
	wantKind(t, err, fault.Failed)
	statement, ok := errors.AsType[*target.StatementError](err)
	if !ok {
		t.Fatalf("error is no StatementError: %v", err)
	}
	if statement.Index != 2 {
		t.Errorf("Index = %d, want 2", statement.Index)
	}
	if !strings.Contains(statement.Message, "missing_table") {
		t.Errorf("Message does not name the table: %q", statement.Message)
	}
	for _, noise := range []string{"\n\tat ", "Exception", "Caused by"} {
		if strings.Contains(err.Error(), noise) {
			t.Errorf("error holds %q: %v", noise, err)
		}
	}
	s.neverRan(t, job.ID)
}

// neverRan holds a target to what it says about a job that was refused: nothing, or that it failed, where a cluster was
// started to find that out.
func (s *suite) neverRan(t *testing.T, id target.JobID) {
	t.Helper()
	st, unknown := s.Target.Status(t.Context(), id)
	if fault.KindOf(unknown) != fault.NotFound && st.State != target.FailedState {
		t.Errorf("status after a refused submit = %+v, %v; want failed or not found", st, unknown)
	}
}

func (s *suite) restore(t *testing.T) {
	t.Run("starts from a savepoint", func(t *testing.T) {
		from := s.stopped(t, counts)
		next := s.submission(t, counts)
		next.Restore = &target.Restore{Path: from.Path, ClaimMode: target.NoClaim}
		s.running(t, next)
	})
	t.Run("refuses state without a taker unless told to drop it", func(t *testing.T) {
		from := s.stopped(t, counts)
		next := s.submission(t, halves)
		next.Restore = &target.Restore{Path: from.Path, ClaimMode: target.NoClaim}
		s.refuses(t, next)
		next.ID = target.NewJobID()
		next.Restore.AllowNonRestored = true
		s.running(t, next)
	})
	t.Run("refuses a savepoint that is not there", func(t *testing.T) {
		job := s.submission(t, counts)
		job.Restore = &target.Restore{Path: "file://" + t.TempDir() + "/savepoint-none", ClaimMode: target.NoClaim}
		err := s.refuses(t, job)
		if !strings.Contains(err.Error(), "savepoint-none") {
			t.Errorf("error does not name the savepoint: %v", err)
		}
	})
	t.Run("refuses a disposed savepoint", func(t *testing.T) {
		from := s.stopped(t, counts)
		for range 2 { // one that is gone already is not an error
			if err := s.Target.DisposeSavepoint(t.Context(), from.Path); err != nil {
				t.Fatalf("DisposeSavepoint: %v", err)
			}
		}
		job := s.submission(t, counts)
		job.Restore = &target.Restore{Path: from.Path, ClaimMode: target.NoClaim}
		s.refuses(t, job)
	})
}

// refuses submits twice; both calls must fail, and no job may run.
func (s *suite) refuses(t *testing.T, job target.Submission) (err error) {
	t.Helper()
	s.cancelAfter(t, job.ID)
	for range 2 {
		_, err = s.Target.Submit(t.Context(), job)
		wantKind(t, err, fault.Failed)
	}
	s.neverRan(t, job.ID)
	return err
}

// stopped runs a program until it has state and stops it.
func (s *suite) stopped(t *testing.T, program *target.SQLProgram) target.Savepoint {
	t.Helper()
	job := s.submission(t, program)
	s.running(t, job)
	sp, err := s.Target.Stop(t.Context(), job.ID, target.StopOptions{Trigger: target.NewTrigger()})
	if err != nil {
		t.Fatalf("Stop: %v", err)
	}
	return sp
}
