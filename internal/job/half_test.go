package job_test

import (
	"context"
	"errors"
	"testing"

	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// halfway is a target that makes several things for a job, and whose first submission is cut off among them.
type halfway struct {
	*fake.Target
	cut     bool // submissions are cut off
	begun   target.JobID
	started int
}

func (h *halfway) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	h.begun = s.ID
	if h.cut {
		return target.Submitted{}, errors.New("connection lost")
	}
	h.started++
	return h.Target.Submit(ctx, s)
}

func (h *halfway) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	st, err := h.Target.Status(ctx, id)
	if err != nil && id == h.begun {
		return target.Status{ID: id, State: target.Initializing, Reason: "its submission was not completed"}, nil
	}
	return st, err
}

// elsewhere is the service of a process whose target is another than the bed's.
type elsewhere struct{ *job.Service }

func (b *bed) on(t target.Target) elsewhere {
	b.Helper()
	s := b.operator()
	o := s.Options
	o.Gone = func(store.Holder) bool { return true }
	o.Open = func(context.Context, project.Target, string) (target.Target, error) { return t, nil }
	return elsewhere{job.New(o)}
}

// deployed settles what was left, and deploys.
func (e elsewhere) deployed(b *bed, r job.Request) (job.Started, error) {
	b.Helper()
	r.Job = b.ref
	if _, err := e.Settle(b.Context(), b.ref); err != nil {
		return job.Started{}, err
	}
	p, _, err := e.Prepare(b.Context(), r)
	if err != nil {
		return job.Started{}, err
	}
	return e.Carry(b.Context(), p, nil)
}

// A job that the target knows before all of it was made is not taken for one that starts: looking leaves it open, and the
// next deploy completes it, under its id.
func TestSubmittedHalfWay(t *testing.T) {
	t.Parallel()
	inBubble(t, func(b *bed) {
		h := &halfway{Target: b.fake, cut: true}
		if _, err := b.on(h).deployed(b, job.Request{}); err == nil {
			b.Fatal("it was not cut off")
		}
		id := h.begun
		if st, err := b.on(h).Status(b.Context(), b.ref); err != nil || len(st.Notes) == 0 {
			b.Errorf("status %+v, %v; want a note about what is half-way", st, err)
		}
		h.cut = false
		started, err := b.on(h).deployed(b, job.Request{})
		if err != nil || started.JobID != string(id) || h.started != 1 {
			b.Errorf("deploy after that: %+v, %v, %d submissions; want %s", started, err, h.started, id)
		}
		b.running(string(id))
	})
}
