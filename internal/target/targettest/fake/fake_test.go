package fake_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemoryKeepsThePromises(t *testing.T) {
	t.Parallel()
	targettest.Run(t, targettest.Config{Target: fake.New(), Release: "2.2"})
}

func TestFolderKeepsThePromises(t *testing.T) {
	t.Parallel()
	targettest.Run(t, targettest.Config{Target: fake.Open(t.TempDir()), Release: "2.2"})
}

func TestFoldersAreShared(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	job := target.Submission{ID: target.NewJobID(), Name: "pv_uv", SQL: &target.SQLProgram{Statements: []string{"INSERT"}}}
	if _, err := fake.Open(dir).Submit(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	st, err := fake.Open(dir).Status(t.Context(), job.ID)
	if err != nil || st.State != target.Running {
		t.Errorf("status in another process = %+v, %v", st, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	job := target.Submission{ID: target.NewJobID(), Name: "pv_uv", SQL: &target.SQLProgram{Statements: []string{"INSERT"}}}
	for _, test := range []struct {
		name   string
		fault  fake.Fault
		err    string
		starts int
	}{
		{"an error before anything happens", fake.Fault{Err: "no slots", Kind: fault.Conflict}, "no slots", 0},
		{"a lost answer", fake.LostAnswer, "reading the answer: connection reset by peer", 1},
		{"a call that hangs before its effect", fake.Fault{Hang: true}, context.DeadlineExceeded.Error(), 0},
		{"a call that hangs after its effect", fake.Fault{Hang: true, Lost: true}, context.DeadlineExceeded.Error(), 1},
		{"a slow call", fake.Fault{Delay: time.Second}, "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				f := fake.New()
				f.Plan(fake.Submit, test.fault)
				_, err := f.Submit(ctx, job)
				if got := text(err); got != test.err {
					t.Errorf("error %q, want %q", got, test.err)
				}
				if n := f.Starts(job.ID); n != test.starts {
					t.Errorf("%d starts, want %d", n, test.starts)
				}
				if _, err := f.Submit(t.Context(), job); err != nil || f.Starts(job.ID) != 1 {
					t.Errorf("the next Submit: %v, %d starts", err, f.Starts(job.ID))
				}
			})
		})
	}
}

func TestKillClusterForgetsJobsAndKeepsSavepoints(t *testing.T) {
	t.Parallel()
	f := fake.New()
	job := target.Submission{ID: target.NewJobID(), Name: "pv_uv", SQL: &target.SQLProgram{Statements: []string{"INSERT"}}}
	if _, err := f.Submit(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	sp, err := f.Savepoint(t.Context(), job.ID, target.SavepointOptions{Trigger: target.NewTrigger()})
	if err != nil {
		t.Fatal(err)
	}
	f.KillCluster()
	if _, err := f.Status(t.Context(), job.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("status after the cluster died: %v", err)
	}
	job.ID, job.Restore = target.NewJobID(), &target.Restore{Path: sp.Path}
	if _, err := f.Submit(t.Context(), job); err != nil || f.RestoredFrom(job.ID) != sp.Path {
		t.Errorf("restoring after the cluster died: %v, from %q", err, f.RestoredFrom(job.ID))
	}
	f.Disconnect()
	if _, err := f.List(t.Context()); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("List of an unreachable cluster: %v", err)
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
