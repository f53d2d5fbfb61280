package job

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// hopeless is how often a job may start again before it has run with all of its tasks. Then it is said to be failing,
// instead of waiting for a restart strategy that never ends.
const hopeless = 3

// givenUp is how long a job that failed while it came up is waited for. A restart strategy may leave minutes between two
// tries, so that restarts alone say little; a job that has not failed is waited for as long as it takes.
const givenUp = 5 * time.Minute

// The time between two looks at a job that starts is a fortieth of the time it has taken so far, within bounds: looking
// then adds at most 2.5 % to it, and a job that takes minutes is not asked hundreds of times.
const (
	shortestPause = 5 * time.Millisecond
	longestPause  = 2 * time.Second
)

// thorough is the time between two full looks at a job that starts, where the target also takes glances.
const thorough = 500 * time.Millisecond

// watch looks at a run that starts.
type watch struct {
	target target.Target
	id     target.JobID
	last   target.Status // what was seen last
	full   time.Time     // when all of it was asked for
	failed time.Time     // when a failure was seen first; zero while none was
	first  string        // that failure
}

// note keeps the first failure.
func (w *watch) note(st target.Status, now time.Time) {
	if w.failed.IsZero() && st.Reason != "" {
		w.failed, w.first = now, st.Reason
	}
}

// look asks for all of the status now and then, and as soon as the job has ended; it takes glances in between.
func (w *watch) look(ctx context.Context, now time.Time) (target.Status, error) {
	quick, ok := w.target.(target.Glancing)
	if ok && now.Sub(w.full) < thorough {
		st, err := quick.Glance(ctx, w.id)
		if err != nil || !st.State.Terminal() {
			st.Restarts, st.Reason, st.LastCheckpoint, st.Hindrance = w.last.Restarts, w.last.Reason, w.last.LastCheckpoint, w.last.Hindrance
			return st, err
		}
	}
	w.full = now
	return w.target.Status(ctx, w.id)
}

// await waits until all tasks of a run do run, or until it has ended.
func (d *deploy) await(ctx context.Context, step, id string) error {
	_, err := d.step(ctx, step, func(ctx context.Context) (string, error) {
		t, err := d.s.home(ctx, target.JobID(id))
		if err != nil {
			return "", err
		}
		began, pause := d.s.Now(), time.Duration(0)
		w := watch{target: t, id: target.JobID(id), full: began}
		for {
			var st target.Status
			err := d.timed(func() (err error) {
				st, err = w.look(ctx, d.s.Now())
				return err
			})
			if err == nil {
				st.Reason, st.Hindrance = d.s.Project.Redact(st.Reason), d.s.Project.Redact(st.Hindrance)
				if st != w.last { // what was seen before is recorded
					if err := d.s.update(ctx, id, func(r *store.Run) { *r = observed(*r, st, d.s.Now()) }); err != nil {
						return "", err
					}
					w.last = st
				}
				w.note(st, d.s.Now())
				if done, err := d.arrived(&w, st); done || err != nil {
					return string(st.State), err
				}
				d.tell(step, Waiting, progress(st), 0)
			} else if interrupted(ctx, err) {
				return "", d.notAwaited(ctx, id, progress(w.last), err)
			} // any other error may pass: the next look tells
			// It has not come up yet, so the pause before this look was Flink's time; only the last pause is ours.
			d.waited += pause
			pause = min(max(d.s.Now().Sub(began)/40, shortestPause), longestPause)
			if err := sleep(ctx, pause); err != nil {
				return "", d.notAwaited(ctx, id, progress(w.last), err)
			}
		}
	})
	return err
}

// arrived says whether waiting is over: all tasks run, or it ended well; an error when it did not come up.
func (d *deploy) arrived(w *watch, st target.Status) (bool, error) {
	job := d.record.Job
	switch {
	case st.State == target.Running && st.Tasks.Up(), st.State == target.Finished:
		return true, nil
	case st.State.Terminal():
		return false, fault.Errorf(fault.Failed, "%s did not come up (%s): %s", job, st.State, reasonOf(st)).
			WithFix("autostream logs %s", job)
	case st.Restarts >= hopeless, !w.failed.IsZero() && d.s.Now().Sub(w.failed) >= givenUp:
		reason := reasonOf(st)
		if w.first != "" && w.first != st.Reason {
			reason = fmt.Sprintf("%s; first it was: %s", reason, w.first)
		}
		return false, fault.Errorf(fault.Failed, "%s keeps failing and starting again (%d times so far): %s", job, st.Restarts, reason).
			WithFix("look into it, or end it:\n  autostream diagnose errors %s\n  autostream stop %s --cancel", job, job)
	}
	return false, nil
}

func reasonOf(st target.Status) string {
	if st.Reason == "" {
		return "Flink gives no reason"
	}
	return st.Reason
}

// settleTime is how long a job that is just coming up is waited for when it is to be stopped or saved.
const settleTime = 20 * time.Second

// comeUp waits, when a job is just coming up, until it can take a savepoint: a stop right behind a deploy should not fail.
// One that keeps failing is not waited for.
func (s *Service) comeUp(ctx context.Context, f facts) (facts, error) {
	began := s.Now()
	for f.alive() && !canSave(f.live) && f.live.Restarts == 0 && s.Now().Sub(began) < settleTime {
		switch f.live.State {
		case target.Initializing, target.Created, target.Running, target.Reconciling:
		default:
			return f, nil
		}
		if err := sleep(ctx, 40*shortestPause); err != nil {
			return f, err
		}
		var err error
		if f, err = s.facts(ctx, f.job); err != nil {
			return f, err
		}
	}
	return f, nil
}

// progress says how far a job has come: "RUNNING, 3 of 4 tasks".
func progress(st target.Status) string {
	text := string(st.State)
	if st.Tasks.Total > 0 {
		text += fmt.Sprintf(", %d of %d tasks", st.Tasks.Running+st.Tasks.Finished, st.Tasks.Total)
	}
	if why := cmp.Or(st.Hindrance, st.Reason); why != "" {
		text += ": " + why
	}
	return text
}

// notAwaited is the error for a job that goes on starting while nobody waits any more. last is how far it has come.
func (d *deploy) notAwaited(ctx context.Context, id, last string, err error) error {
	kind := fault.KindOf(err)
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		kind = fault.Running
	}
	text := fmt.Sprintf("%s is still starting as %s", d.record.Job, id)
	if last != "" {
		text += ": " + last
	}
	return fault.Errorf(kind, "%s", text).
		WithFix("it goes on without waiting; look at it, or end it:\n  autostream status %s\n  autostream stop %s --cancel", d.record.Job, d.record.Job)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// explain brings what Flink says about a statement back to the place in the user's file.
func (d *deploy) explain(err error) error {
	refused, ok := errors.AsType[*target.StatementError](err)
	if !ok {
		return err
	}
	message := d.s.Project.Redact(refused.Message)
	place, ok := d.plan.Place(refused.Index, refused.Line, refused.Column)
	if !ok {
		return fault.Errorf(fault.Failed, "Flink refused statement %d of %s: %s", refused.Index+1, d.record.Job, message)
	}
	at := place.File.Position(place.Span.Start)
	return fault.Errorf(fault.Failed, "Flink refused %s at %s:%d:%d: %s", d.record.Job, place.File.Name, at.Line, at.Column, message).
		WithFix("%s", strings.TrimRight(place.File.Excerpt(place.Span, ""), "\n"))
}

// recallRun reads the record of one run.
func (s *Service) recallRun(ctx context.Context, id string) (store.Run, error) {
	var run store.Run
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		run, err = r.Run(ctx, id)
		return err
	})
	return run, err
}
