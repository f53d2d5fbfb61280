package job_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// looping is the fake with jobs that fail, wait for minutes, and fail again.
type looping struct {
	*fake.Target
	began time.Time
}

// Status implements target.Target.
func (l looping) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	st, err := l.Target.Status(ctx, id)
	if err == nil && !st.State.Terminal() {
		st.State, st.Tasks, st.Reason = target.Restarting, target.TaskCounts{Total: 2}, "no such topic"
		if time.Since(l.began) > 4*time.Minute {
			st.Restarts, st.Reason = 1, "a task was cancelled"
		}
	}
	return st, err
}

// A job that fails while it comes up is not waited for without end, and the first failure is told.
func TestJobThatNeverComesUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		p, findings, err := project.Load(b.dir, project.Options{})
		if err != nil || len(findings) > 0 {
			b.Fatal(err, findings)
		}
		l := looping{b.fake, time.Now()}
		s := job.New(job.Options{
			Project: p, Store: b.store, Holder: store.Holder{Host: "build7", PID: 7, User: "ann"},
			Open: func(context.Context, project.Target, string) (target.Target, error) { return l, nil },
			Gone: func(store.Holder) bool { return true }, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		})
		proposal, _, err := s.Prepare(b.Context(), job.Request{Job: b.ref})
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		_, err = s.Carry(b.Context(), proposal, nil)
		if fault.KindOf(err) != fault.Failed || !strings.Contains(err.Error(), "a task was cancelled; first it was: no such topic") {
			b.Errorf("it ended with %v", err)
		}
		if took := time.Since(began); took < 5*time.Minute || took > 6*time.Minute {
			b.Errorf("it was waited for %s", took)
		}
	})
}
