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
	return poll(ctx, func() (bool, error) {
		a, err := t.rm.app(ctx, r.Application)
		if err != nil {
			return false, transient(err)
		}
		if a.over() {
			var o outcome
			if found, err := c.records().read(ctx, s.ID, recordOutcome, &o); err != nil {
				return false, err
			} else if !found {
				if o, err = t.conclude(ctx, c, a, s.ID, r); err != nil {
					return false, err
				}
			}
			return true, o.err(s)
		}
		if a.State != appRunning {
			if time.Since(began) < patience {
				return false, nil
			}
			t.Note("job " + s.Name + " waits in queue " + a.Queue + ": " + waiting(a))
			return true, nil
		}
		now, jm, err := t.look(ctx, a, s.ID)
		// A job that has failed did so for a reason that the end of its application tells.
		return err == nil && jm != nil && now.State != target.Initializing && now.State != target.FailedState, err
	})
}

// transient lets an error pass that may be gone at the next look: the ResourceManager restarts, and knows its applications
// again when it is back.
func transient(err error) error {
	if isAway(err) || fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

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
