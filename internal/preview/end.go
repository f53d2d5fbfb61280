package preview

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// How long the end of a preview may take.
const (
	closing   = 5 * time.Second  // for one answer of a gateway that may be dead
	cancelled = 30 * time.Second // for the job to end
	planning  = 30 * time.Second // for a query to be planned that nobody wants any more
	opening   = 10 * time.Second // for the tasks of such a query to start
	slotting  = 2 * time.Second  // for its tasks to get slots, where there are free ones
)

// keepAlive gives signs of life to the JobManager and the gateway until stop is called, and notes how the job does.
func (r *Run) keepAlive(ctx context.Context) {
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx)) // a cancelled preview still closes its job itself
	r.alive.Go(func() {
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		session := time.Now()
		for {
			r.beat(ctx)
			if time.Since(session) >= sessionBeat {
				session = time.Now()
				_ = r.session.Heartbeat(ctx) // a gateway that is gone shows when rows are asked for
			}
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

// hush ends the signs of life.
func (r *Run) hush() {
	r.stop()
	r.alive.Wait()
}

// beat is one sign of life. A JobManager that does not answer is no error here: the next beat asks again, and should it
// be gone, so is the job.
func (r *Run) beat(ctx context.Context) {
	if r.cluster.JobManager.Heartbeat(ctx, string(r.job), time.Now().Add(silence)) != nil {
		return // not submitted yet, or ended
	}
	if job, known, err := r.look(ctx); err == nil && known {
		r.mu.Lock()
		r.state = State{Job: target.State(job.State), Running: job.Tasks.Running, Total: job.Tasks.Total}
		r.mu.Unlock()
	}
}

// look finds the job on the cluster.
func (r *Run) look(ctx context.Context) (job rest.Job, known bool, err error) {
	jobs, err := r.cluster.JobManager.Jobs(ctx)
	i := slices.IndexFunc(jobs, func(j rest.Job) bool { return j.ID == string(r.job) })
	if err != nil || i < 0 {
		return rest.Job{}, false, err
	}
	return jobs[i], true, nil
}

// Close ends the query and the job behind it, and waits until the job has ended. It takes no context: it is what is left
// to do when the context is over. Closing again changes nothing and answers the same.
func (r *Run) Close() error {
	r.once.Do(func() { r.ended = r.close() })
	return r.ended
}

func (r *Run) close() error {
	r.hush()
	ctx := context.Background()
	// The gateway cancels the job when the operation closes, but not when that is while it plans or submits the query:
	// then the job comes later and stays (seen on 1.20.3 and 2.2.1). So planning is waited for.
	if r.phase == submitting && r.operation != nil {
		r.awaitPlan(ctx)
	}
	if r.phase == accepted && r.seq == 0 && len(r.waiting) == 0 {
		r.awaitTasks(ctx)
	}
	if r.operation != nil {
		_ = within(ctx, closing, r.operation.Close) // what counts is what the JobManager says
	}
	var err error
	if r.phase != unsubmitted {
		err = r.endJob(ctx)
	}
	if r.session != nil {
		_ = within(ctx, closing, r.session.Close) // the gateway forgets an idle session by itself
	}
	return err
}

func within(ctx context.Context, limit time.Duration, call func(context.Context) error) error {
	ctx, stop := context.WithTimeout(ctx, limit)
	defer stop()
	return call(ctx)
}

// awaitPlan waits until the gateway has submitted or refused a query.
func (r *Run) awaitPlan(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, planning)
	defer stop()
	_, err := r.planned(ctx)
	if refusal, answered := wire.Refused(err); err == nil || answered {
		r.phase = accepted
		if answered && early(refusal) {
			r.phase = unsubmitted
		}
	}
}

// awaitTasks waits until the tasks of a job that has shown no row run. A task that is cancelled after it was deployed and
// before its operators are open ends its whole TaskManager, and every job on it: CollectSinkFunction.accumulateFinalResults
// takes a lock that open makes (seen on 2.2.1).
func (r *Run) awaitTasks(ctx context.Context) {
	ctx, stop := context.WithTimeout(ctx, opening)
	defer stop()
	for began := time.Now(); ; {
		job, known, err := r.look(ctx)
		started := job.Tasks.Running + job.Tasks.Finished
		switch {
		case err != nil, !known, target.State(job.State).Terminal(), started > 0 && started == job.Tasks.Total:
			return
		case job.Tasks.Deploying+job.Tasks.Initializing == 0 && time.Since(began) > slotting:
			return // there is no slot for it
		case sleep(ctx, quickest) != nil:
			return
		}
	}
}

// endJob cancels the job until it has ended.
func (r *Run) endJob(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, cancelled)
	defer stop()
	for {
		job, known, err := r.look(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			return r.lost("the JobManager does not answer")
		case known && target.State(job.State).Terminal():
			return nil
		case known && target.State(job.State) != target.Cancelling:
			err := r.cluster.JobManager.Cancel(ctx, string(r.job))
			if err != nil && !wire.Is(err, http.StatusConflict) && !wire.Is(err, http.StatusNotFound) && ctx.Err() == nil {
				return r.lost(err.Error())
			}
		case !known && err == nil && r.phase == submitting:
			return r.lost("the gateway may still submit it")
		case !known && err == nil:
			return nil // the cluster has forgotten it
		}
		if sleep(ctx, quickest) != nil {
			return r.lost("it does not end")
		}
	}
}

// lost says that nobody knows whether the job has ended, and that it will.
func (r *Run) lost(why string) error {
	return fault.Errorf(fault.Failed, "waiting for the job %s behind the preview to end: %s", r.job, why).
		WithFix("nothing needs to be done: without a preview it ends by itself within two minutes")
}
