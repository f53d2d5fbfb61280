package yarn

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// patience is how long an application may wait for its JobManager's container before Submit leaves it in its queue. What
// Flink says about the program is then told by Status.
const patience = 30 * time.Second

// verdict waits until Flink has planned the program and restored its state, so that the job exists, or has refused it.
func (t *Target) verdict(ctx context.Context, c *cluster, s target.Submission, r run) error {
	began := time.Now()
	return t.watch(ctx, r.Application, func(a app) (bool, error) {
		switch {
		case a.over():
			o, err := t.outcome(ctx, c, a, s.ID, r)
			if err != nil {
				return false, err
			}
			return true, o.err(s)
		case a.queued() && time.Since(began) > patience:
			t.Note("job " + s.Name + " waits in queue " + a.Queue + ": " + waiting(a))
			return true, nil
		}
		now, jm, err := t.look(ctx, a, s.ID)
		// A job that has failed did so for a reason that the end of its application tells.
		return err == nil && jm != nil && now.State != target.Initializing && now.State != target.FailedState, err
	})
}

// watch looks at an application again and again until the look says that it is done. A ResourceManager that does not
// answer is waited for: it restarts, and applications go on without it.
func (t *Target) watch(ctx context.Context, id string, look func(app) (bool, error)) error {
	var missing time.Time
	return poll(ctx, func() (bool, error) {
		a, err := t.rm.app(ctx, id)
		switch {
		case err == nil:
			missing = time.Time{}
			return look(a)
		case isAway(err):
			return false, nil
		case fault.KindOf(err) == fault.NotFound && missing.IsZero():
			missing = time.Now()
			return false, nil
		case fault.KindOf(err) == fault.NotFound && time.Since(missing) < recall:
			return false, nil
		}
		return false, err
	})
}

// recall is how long a ResourceManager that came back may take to know its applications again.
const recall = 20 * time.Second

// poll asks until it is done, quickly at first.
func poll(ctx context.Context, done func() (bool, error)) error {
	for wait := 50 * time.Millisecond; ; wait = min(wait*3/2, 500*time.Millisecond) {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
