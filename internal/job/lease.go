package job

import (
	"context"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// leaseTime is how long a lease holds after it was last renewed. It only matters for holders on other machines: of a
// process on this one it is known at once that it is gone.
const leaseTime = 30 * time.Second

// lease is the right to work on a job, held by this process.
type lease struct {
	s    *Service
	job  Ref
	mine store.Lease
}

// acquire takes the lease of a job, or says who holds it.
func (s *Service) acquire(ctx context.Context, job Ref, doing string) (*lease, error) {
	l := s.lease(job, doing)
	if err := s.Store.Update(ctx, func(w store.Writer) error { return l.take(ctx, w) }); err != nil {
		return nil, err
	}
	return l, nil
}

// lease is one of this process that is not taken yet.
func (s *Service) lease(job Ref, doing string) *lease {
	now := s.Now()
	return &lease{s: s, job: job, mine: store.Lease{
		Token: target.NewTrigger(), Holder: s.Holder, Doing: doing, Taken: now, Expires: now.Add(leaseTime),
	}}
}

// take is acquire as a part of a transaction.
func (l *lease) take(ctx context.Context, w store.Writer) error {
	held, err := w.Lease(ctx, l.job)
	if err != nil {
		return err
	}
	if l.s.held(held) {
		return fault.Errorf(fault.Conflict, "%s is in the hands of %s", l.job, describe(held)).
			WithFix("wait for it to end, then try again: autostream status %s", l.job)
	}
	return w.SetLease(ctx, l.job, l.mine)
}

// held says whether somebody may still be working under a lease.
func (s *Service) held(l store.Lease) bool {
	return l.Token != "" && s.Now().Before(l.Expires) && !s.Gone(l.Holder)
}

// describe names a holder: "ann on build7 (deploy, pid 4711, since 12:00:03)".
func describe(l store.Lease) string {
	return fmt.Sprintf("%s on %s (%s, pid %d, since %s)", l.Holder.User, l.Holder.Host, l.Doing, l.Holder.PID, l.Taken.Local().Format(time.TimeOnly))
}

// renew prolongs the lease, or fails when somebody else has taken it. Every step begins with it, so that a process that
// was stopped for a while touches nothing any more.
func (l *lease) renew(ctx context.Context) error {
	return l.s.Store.Update(ctx, func(w store.Writer) error { return l.check(ctx, w) })
}

// check is renew as a part of a transaction.
func (l *lease) check(ctx context.Context, w store.Writer) error {
	held, err := w.Lease(ctx, l.job)
	if err != nil {
		return err
	}
	if held.Token != l.mine.Token {
		return fault.Errorf(fault.Conflict, "%s was taken over by %s, because this process did not move for %s", l.job, describe(held), leaseTime)
	}
	renewed := l.mine
	renewed.Expires = l.s.Now().Add(leaseTime)
	return w.SetLease(ctx, l.job, renewed)
}

// hold renews the lease until the returned function is called. The returned context ends when the lease is lost.
func (l *lease) hold(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(leaseTime / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			switch err := l.renew(ctx); {
			case err == nil || ctx.Err() != nil:
			case fault.KindOf(err) == fault.Conflict:
				cancel(err)
			default:
				l.s.Log.Warn("renewing lease", "job", l.job.String(), "error", err)
			}
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-done
		l.release()
	}
}

// release gives the job free. It works when the caller's context has ended, and after a failure the lease just expires.
func (l *lease) release() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := l.s.Store.Update(ctx, func(w store.Writer) error { return l.drop(ctx, w) }); err != nil {
		l.s.Log.Warn("giving a lease back", "job", l.job.String(), "error", err)
	}
}

// drop is release as a part of a transaction. A lease that is not held any more stays as it is.
func (l *lease) drop(ctx context.Context, w store.Writer) error {
	held, err := w.Lease(ctx, l.job)
	if err != nil || held.Token != l.mine.Token {
		return err
	}
	return w.SetLease(ctx, l.job, store.Lease{})
}
