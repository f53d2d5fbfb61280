package targettest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// state holds a target to what it says about jobs that run, have ended, or never were.
func (s *suite) state(t *testing.T) {
	t.Run("of an unknown job is not found", func(t *testing.T) {
		_, err := s.Target.Status(t.Context(), target.NewJobID())
		wantKind(t, err, fault.NotFound)
	})
	t.Run("of a job that ended by itself", func(t *testing.T) {
		job := s.submission(t, finite)
		s.start(t, job)
		st := s.awaitState(t, job.ID, target.Finished)
		if st.Ended.Before(st.Started) || st.Reason != "" || st.Tasks.Running != 0 {
			t.Errorf("status = %+v", st)
		}
	})
	t.Run("of a failing job has the reason", func(t *testing.T) {
		job := s.submission(t, failing)
		job.Options["restart-strategy.type"] = "none" // read since 1.18
		job.Options["restart-strategy"] = "none"
		s.start(t, job)
		st := s.awaitState(t, job.ID, target.FailedState)
		if !strings.Contains(st.Reason, "zero") || strings.Contains(st.Reason, "\n") {
			t.Errorf("Reason = %q, want one line about the division by zero", st.Reason)
		}
	})
	t.Run("list has it", func(t *testing.T) {
		job := s.submission(t, endless)
		s.running(t, job)
		all, err := s.Target.List(t.Context())
		if err != nil {
			t.Fatalf("List: %v", err)
		}
		i := slices.IndexFunc(all, func(st target.Status) bool { return st.ID == job.ID })
		if i < 0 {
			t.Fatalf("List does not have %s: %+v", job.ID, all)
		}
		one, err := s.Target.Status(t.Context(), job.ID)
		if err != nil {
			t.Fatalf("Status: %v", err)
		}
		one.Restarts, one.Reason, one.LastCheckpoint = 0, "", ""
		if diff := cmp.Diff(one, all[i]); diff != "" {
			t.Errorf("Status and List differ (-status +list):\n%s", diff)
		}
		if quick, ok := s.Target.(target.Glancing); ok {
			if glance, err := quick.Glance(t.Context(), job.ID); err != nil || glance != one {
				t.Errorf("Glance = %+v, %v, want what Status says: %+v", glance, err, one)
			}
		}
	})
}

func (s *suite) stop(t *testing.T) {
	t.Run("takes a savepoint and ends the job", func(t *testing.T) {
		job := s.submission(t, counts)
		s.running(t, job)
		o := target.StopOptions{Trigger: target.NewTrigger()}
		sp, err := s.Target.Stop(t.Context(), job.ID, o)
		if err != nil {
			t.Fatalf("Stop: %v", err)
		}
		if sp.Path == "" || sp.Taken.IsZero() {
			t.Errorf("Stop = %+v", sp)
		}
		st, err := s.Target.Status(t.Context(), job.ID)
		if err != nil || st.State != target.Finished || st.LastCheckpoint != sp.Path {
			t.Errorf("status after Stop = %+v, %v; want FINISHED with %s", st, err, sp.Path)
		}
		again, err := s.Target.Stop(t.Context(), job.ID, o)
		if err != nil || again.Path != sp.Path {
			t.Errorf("second Stop with the same trigger = %+v, %v; want %s", again, err, sp.Path)
		}
		_, err = s.Target.Stop(t.Context(), job.ID, target.StopOptions{Trigger: target.NewTrigger()})
		wantKind(t, err, fault.Conflict)
	})
	t.Run("at once from two callers takes one savepoint", func(t *testing.T) {
		job := s.submission(t, counts)
		s.running(t, job)
		o := target.StopOptions{Trigger: target.NewTrigger()}
		var calls sync.WaitGroup
		var got [2]target.Savepoint
		var failures [2]error
		for i := range got {
			calls.Go(func() { got[i], failures[i] = s.Target.Stop(t.Context(), job.ID, o) })
		}
		calls.Wait()
		if failures[0] != nil || failures[1] != nil || got[0].Path != got[1].Path {
			t.Errorf("two Stops = %+v, %v", got, failures)
		}
	})
	t.Run("that fails leaves the job running", func(t *testing.T) {
		job := s.submission(t, counts)
		s.running(t, job)
		_, err := s.Target.Stop(t.Context(), job.ID, target.StopOptions{
			Trigger: target.NewTrigger(), Directory: "nosuchscheme://nowhere/",
		})
		wantKind(t, err, fault.Failed)
		s.awaitState(t, job.ID, target.Running)
	})
	t.Run("of an unknown job is not found", func(t *testing.T) {
		_, err := s.Target.Stop(t.Context(), target.NewJobID(), target.StopOptions{Trigger: target.NewTrigger()})
		wantKind(t, err, fault.NotFound)
	})
}

func (s *suite) savepoint(t *testing.T) {
	t.Run("leaves the job running", func(t *testing.T) {
		job := s.submission(t, counts)
		s.running(t, job)
		o := target.SavepointOptions{Trigger: target.NewTrigger(), Native: true}
		first, err := s.Target.Savepoint(t.Context(), job.ID, o)
		if err != nil {
			t.Fatalf("Savepoint: %v", err)
		}
		again, err := s.Target.Savepoint(t.Context(), job.ID, o)
		if err != nil || again.Path != first.Path {
			t.Errorf("second Savepoint with the same trigger = %+v, %v; want %s", again, err, first.Path)
		}
		other, err := s.Target.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger()})
		if err != nil || other.Path == first.Path {
			t.Errorf("Savepoint with another trigger = %+v, %v; want another than %s", other, err, first.Path)
		}
		s.awaitState(t, job.ID, target.Running)
	})
	t.Run("goes where it is told", func(t *testing.T) {
		job := s.submission(t, counts)
		s.running(t, job)
		dir := "file://" + s.Folder(t)
		sp, err := s.Target.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger(), Directory: dir})
		if err != nil {
			t.Fatalf("Savepoint: %v", err)
		}
		if !strings.Contains(sp.Path, strings.TrimPrefix(dir, "file://")) {
			t.Errorf("savepoint at %s, want it below %s", sp.Path, dir)
		}
	})
	t.Run("of an ended job is a conflict", func(t *testing.T) {
		job := s.submission(t, finite)
		s.start(t, job)
		s.awaitState(t, job.ID, target.Finished)
		_, err := s.Target.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger()})
		wantKind(t, err, fault.Conflict)
	})
	t.Run("of an unknown job is not found", func(t *testing.T) {
		_, err := s.Target.Savepoint(t.Context(), target.NewJobID(), target.SavepointOptions{Trigger: target.NewTrigger()})
		wantKind(t, err, fault.NotFound)
	})
}

func (s *suite) cancel(t *testing.T) {
	t.Run("ends the job before it returns", func(t *testing.T) {
		job := s.submission(t, endless)
		s.start(t, job)
		for range 2 { // cancelling an ended job changes nothing
			if err := s.Target.Cancel(t.Context(), job.ID); err != nil {
				t.Fatalf("Cancel: %v", err)
			}
			st, err := s.Target.Status(t.Context(), job.ID)
			if err != nil || st.State != target.Canceled {
				t.Errorf("status after Cancel = %+v, %v", st, err)
			}
		}
	})
	t.Run("leaves a finished job finished", func(t *testing.T) {
		job := s.submission(t, finite)
		s.start(t, job)
		s.awaitState(t, job.ID, target.Finished)
		if err := s.Target.Cancel(t.Context(), job.ID); err != nil {
			t.Errorf("Cancel: %v", err)
		}
		s.awaitState(t, job.ID, target.Finished)
	})
	t.Run("of an unknown job is not found", func(t *testing.T) {
		wantKind(t, s.Target.Cancel(t.Context(), target.NewJobID()), fault.NotFound)
	})
}

func (s *suite) logs(t *testing.T) {
	job := s.submission(t, endless)
	s.running(t, job)
	var all bytes.Buffer
	if err := s.Target.Logs(t.Context(), job.ID, target.LogOptions{}, &all); err != nil {
		t.Fatalf("Logs: %v", err)
	}
	if !strings.Contains(all.String(), string(job.ID)) {
		t.Errorf("logs do not name the job:\n%s", all.String())
	}
	var tail bytes.Buffer
	if err := s.Target.Logs(t.Context(), job.ID, target.LogOptions{Tail: 1}, &tail); err != nil {
		t.Fatalf("Logs with Tail: %v", err)
	}
	if n, whole := strings.Count(tail.String(), "\n"), strings.Count(all.String(), "\n"); n == 0 || n > whole {
		t.Errorf("Tail 1 gave %d lines of %d", n, whole)
	}
	t.Run("follow until the context ends", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), s.Wait)
		defer cancel()
		w := &watch{word: "Savepoint", seen: cancel, began: make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- s.Target.Logs(ctx, job.ID, target.LogOptions{Follow: true, Tail: 1}, w) }()
		<-w.began
		if _, err := s.Target.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger()}); err != nil {
			t.Errorf("Savepoint: %v", err)
		}
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Logs with Follow: %v", err)
			}
			if !w.found() {
				t.Error("Logs with Follow did not show what was logged meanwhile")
			}
		case <-time.After(2 * s.Wait):
			t.Error("Logs with Follow did not return when the context ended")
		}
	})
	t.Run("of an unknown job are not found", func(t *testing.T) {
		wantKind(t, s.Target.Logs(t.Context(), target.NewJobID(), target.LogOptions{}, &all), fault.NotFound)
	})
}

// watch is a writer that closes began at the first write, and calls seen when a word has gone through it.
type watch struct {
	word  string
	seen  func()
	began chan struct{}

	mu  sync.Mutex
	got bytes.Buffer
}

func (w *watch) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.got.Len() == 0 {
		close(w.began)
	}
	w.got.Write(p)
	if strings.Contains(w.got.String(), w.word) {
		w.seen()
	}
	return len(p), nil
}

func (w *watch) found() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Contains(w.got.String(), w.word)
}
