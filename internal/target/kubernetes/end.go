package kubernetes

import (
	"context"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// conclude records the end of a job, and then removes its Flink cluster: what is known of a job outlives its processes.
func (t *Target) conclude(ctx context.Context, r record, st target.Status) (target.Status, error) {
	logs := t.lastLogs(ctx, r)
	r, err := t.amend(ctx, r.ID, func(r *record) {
		if r.End == nil {
			r.End, r.logs = &st, logs
		}
	})
	if err != nil {
		return st, err
	}
	return *r.End, t.end(ctx, r)
}

// lose records the end of a job whose Deployment somebody took away, when another run takes its place.
func (t *Target) lose(ctx context.Context, id target.JobID) error {
	r, err := t.known(ctx, id)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return nil // the record went too, or it never ran
		}
		return err
	}
	st := target.Status{ID: r.ID, Name: r.Name, State: target.FailedState, Ended: now(), Reason: "its Deployment was taken away"}
	_, err = t.conclude(ctx, r, t.withRetained(ctx, r, st))
	return err
}

// Cancel implements target.Target.
func (t *Target) Cancel(ctx context.Context, id target.JobID) error {
	r, err := t.known(ctx, id)
	if err == nil && r.End != nil { // whoever recorded its end may have died before the cluster went
		return t.end(ctx, r)
	}
	if err != nil {
		return err
	}
	err = jobmanager.Cancel(ctx, t.rest(r.Cluster), id)
	if err == nil {
		_, err = t.status(ctx, r)
		return err
	}
	if ctx.Err() != nil || fault.KindOf(err) == fault.Denied {
		return err
	}
	// Nobody is there to cancel it: the JobManager has not come up, or does not come back.
	st, err := t.status(ctx, r)
	if err != nil || st.State.Terminal() {
		return err
	}
	st.State, st.Ended = target.Canceled, now()
	if _, err := t.conclude(ctx, r, t.withRetained(ctx, r, st)); err != nil {
		return err
	}
	// Its TaskManagers were not told either: the job has ended when they are gone.
	return jobmanager.Poll(ctx, func() (bool, error) {
		pods, err := t.pods(ctx, r.Cluster)
		return len(pods) == 0, err
	})
}
