// Package jobmanager is what drivers do through the REST interface of a job's JobManager, which is alike wherever the
// JobManager runs.
package jobmanager

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// Find reads one job of the list: the list is never an old answer, unlike those about one job.
func Find(ctx context.Context, c *rest.Client, id target.JobID) (rest.Job, error) {
	jobs, err := c.Jobs(ctx)
	if err != nil {
		return rest.Job{}, fmt.Errorf("listing jobs: %w", err)
	}
	for _, j := range jobs {
		if j.ID == string(id) {
			return j, nil
		}
	}
	return rest.Job{}, fault.Errorf(fault.NotFound, "the JobManager has no job %s", id)
}

// Line is what the list of jobs says about one of them.
func Line(c *rest.Client, j rest.Job) target.Status {
	s := target.Status{
		ID: target.JobID(j.ID), Name: j.Name, State: target.State(j.State), Started: j.Start.Time(),
		Tasks: target.TaskCounts{Total: j.Tasks.Total, Running: j.Tasks.Running, Finished: j.Tasks.Finished}, URL: c.JobURL(j.ID),
	}
	if s.State.Terminal() {
		s.Ended = j.End.Time()
	}
	return s
}

// Status is all that the JobManager says about one job. refresh is how old its answers about one job may be
// (web.refresh-interval): a job that has ended just now is asked about when they are no longer those of before.
func Status(ctx context.Context, c *rest.Client, id target.JobID, refresh time.Duration) (target.Status, error) {
	j, err := Find(ctx, c, id)
	if err != nil {
		return target.Status{}, err
	}
	s := Line(c, j)
	if err := settle(ctx, s, refresh); err != nil {
		return s, err
	}
	return details(ctx, c, s)
}

// details adds what the list does not say, with questions asked at once.
func details(ctx context.Context, c *rest.Client, s target.Status) (target.Status, error) {
	var problems [3]error
	id := string(s.ID)
	ask := func(problem *error, about string, question func() error) func() {
		return func() {
			if err := question(); err != nil {
				*problem = fmt.Errorf("asking for %s of job %s: %w", about, id, err)
			}
		}
	}
	var questions sync.WaitGroup
	questions.Go(ask(&problems[0], "failures", func() error {
		failure, failed, err := c.LastFailure(ctx, id)
		if failed {
			s.Reason = throwable.Parse(failure.Stacktrace).Root()
		}
		return err
	}))
	questions.Go(ask(&problems[1], "checkpoints", func() (err error) {
		if s.LastCheckpoint, err = c.LatestCheckpoint(ctx, id); wire.Is(err, 404) {
			return nil // it never came to have any: its main method failed
		}
		return err
	}))
	if !s.State.Terminal() { // metrics go with the job
		questions.Go(ask(&problems[2], "restarts", func() (err error) {
			if s.Restarts, err = c.Restarts(ctx, id); wire.Is(err, 404) {
				return nil
			}
			return err
		}))
	}
	questions.Wait()
	return s, errors.Join(problems[:]...)
}

func settle(ctx context.Context, s target.Status, refresh time.Duration) error {
	if s.Ended.IsZero() {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(s.Ended.Add(refresh))):
		return nil
	}
}

// Cancel ends a job and waits until it has ended. One that has ended stays as it is.
func Cancel(ctx context.Context, c *rest.Client, id target.JobID) error {
	j, err := Find(ctx, c, id)
	if err != nil || target.State(j.State).Terminal() {
		return err
	}
	if err := c.Cancel(ctx, string(id)); err != nil && !wire.Is(err, 404) && !wire.Is(err, 409) {
		return fmt.Errorf("cancelling job %s: %w", id, err)
	}
	return AwaitEnd(ctx, c, id)
}

// AwaitEnd waits until a job has ended.
func AwaitEnd(ctx context.Context, c *rest.Client, id target.JobID) error {
	return Poll(ctx, func() (bool, error) {
		j, err := Find(ctx, c, id)
		return err == nil && target.State(j.State).Terminal(), err
	})
}

// Poll asks until it is done or fails, quickly at first.
func Poll(ctx context.Context, done func() (bool, error)) error {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
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
