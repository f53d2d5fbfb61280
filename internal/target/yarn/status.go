package yarn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// Status implements target.Target.
func (t *Target) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	c, r, a, err := t.report(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	if a.ID == "" {
		return t.forgotten(ctx, c, id, r)
	}
	if a.over() {
		o, err := t.outcome(ctx, c, a, id, r)
		return t.ended(o, id), err
	}
	s, jm, err := t.look(ctx, a, id)
	if err != nil {
		return s, err
	}
	if s, err = details(ctx, jm, s); err != nil || s.LastCheckpoint != "" {
		return s, err
	}
	s.LastCheckpoint, err = t.lastCheckpoint(ctx, c, id, r)
	return s, err
}

// Glance implements target.Glancing.
func (t *Target) Glance(ctx context.Context, id target.JobID) (target.Status, error) {
	_, _, a, err := t.report(ctx, id)
	if err != nil || a.ID == "" || a.over() { // what is over is told in full
		return t.Status(ctx, id)
	}
	s, _, err := t.look(ctx, a, id)
	return s, err
}

// report is what the ResourceManager says about the application of a job; an empty one when it does not know it.
func (t *Target) report(ctx context.Context, id target.JobID) (*cluster, run, app, error) {
	c, r, err := t.find(ctx, id)
	if err != nil {
		return nil, r, app{}, err
	}
	a, err := t.rm.app(ctx, r.Application)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return c, r, app{}, nil
	}
	return c, r, a, err
}

// forgotten is a job whose application the ResourceManager does not know: one that was never submitted, or one that ran so
// long ago that it was dropped, or whose ResourceManager lost its memory together with all that ran.
func (t *Target) forgotten(ctx context.Context, c *cluster, id target.JobID, r run) (target.Status, error) {
	var known outcome
	if found, err := c.records().read(ctx, id, recordOutcome, &known); found || err != nil {
		return t.ended(known, id), err
	}
	var at time.Time
	found, err := c.records().read(ctx, id, recordSubmitted, &at)
	if err != nil {
		return target.Status{}, err
	}
	if !found {
		return target.Status{}, fault.Errorf(fault.NotFound, "target %s has no job %s", t.Name, id)
	}
	s := target.Status{
		ID: id, Name: r.Name, State: target.FailedState, Started: at, Ended: at, URL: t.page(r.Application, id),
		Reason: "YARN no longer knows " + r.Application,
	}
	s.LastCheckpoint, err = t.lastCheckpoint(ctx, c, id, r)
	return s, err
}

// look tells the state of an application's job as List does. The client is nil when there is no JobManager to ask.
func (t *Target) look(ctx context.Context, a app, id target.JobID) (target.Status, *rest.Client, error) {
	s := target.Status{
		ID: id, Name: a.Name, State: target.Initializing, Started: a.started(), URL: t.page(a.ID, id),
	}
	if a.over() {
		s.State, s.Ended = a.final(), a.finished()
		return s, nil, nil
	}
	jm, err := t.jobManager(a)
	if err != nil {
		s.Reason = waiting(a)
		return s, nil, nil
	}
	jobs, err := jm.Jobs(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return s, nil, ctx.Err()
		}
		if _, refused := wire.Refused(err); !refused && !isGone(err) {
			return s, nil, fmt.Errorf("asking the JobManager of %s: %w", a.ID, err)
		}
		return s, nil, nil // it comes up, or ends, just now
	}
	i := slices.IndexFunc(jobs, func(j rest.Job) bool { return j.ID == string(id) })
	if i < 0 {
		return s, jm, nil // the program has not got that far
	}
	line := jobmanager.Line(jm, jobs[i])
	line.Started, line.URL = s.Started, s.URL // as they are told when the JobManager is gone
	return line, jm, nil
}

// final is the state of the job of an application that has ended (ApplicationStatus.toYarnApplicationState).
func (a app) final() target.State {
	switch {
	case a.State == appFinished && a.FinalStatus == "SUCCEEDED":
		return target.Finished
	case a.State == appKilled, a.FinalStatus == "KILLED":
		return target.Canceled
	}
	return target.FailedState
}

// waiting is why an application has no JobManager yet, in YARN's words: "the queue is full".
func waiting(a app) string {
	_, text, ok := strings.Cut(a.Diagnostics, "] ")
	if !ok {
		text = a.Diagnostics
	}
	return sentence(text)
}

// details asks for what List leaves out. A JobManager that ends while it is asked has told enough, but for why its job
// failed: that is known when YARN has seen it end. So it is when what a JobManager says of failures is older than what it
// says of the state (ExecutionGraphCache).
func details(ctx context.Context, jm *rest.Client, s target.Status) (target.Status, error) {
	if jm == nil || s.State == target.Initializing {
		return s, nil
	}
	full, err := jobmanager.Status(ctx, jm, s.ID, 0)
	_, refused := wire.Refused(err)
	gone := refused || fault.KindOf(err) == fault.NotFound || isGone(err)
	if s.State == target.FailedState && (gone || err == nil && full.Reason == "") {
		s.State, s.Ended = target.Failing, time.Time{}
	}
	if gone {
		return s, nil
	}
	s.Reason, s.Restarts = full.Reason, full.Restarts
	if leftBehind(s.Reason) {
		s.Reason = cmp.Or(whyGone(ctx, jm, string(s.ID)), s.Reason)
	}
	s.LastCheckpoint = cmp.Or(full.LastCheckpoint, s.LastCheckpoint)
	return s, err
}

// parallel is how many applications are looked at at once.
const parallel = 8

// List implements target.Target.
func (t *Target) List(ctx context.Context) ([]target.Status, error) {
	apps, err := t.rm.apps(ctx, url.Values{"applicationTypes": {"Apache Flink"}})
	if err != nil {
		return nil, err
	}
	found := make([][]target.Status, len(apps))
	failures := make([]error, len(apps))
	var calls sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i, a := range apps {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			found[i], failures[i] = t.jobsOf(ctx, a)
		})
	}
	calls.Wait()
	return slices.Concat(found...), errors.Join(failures...)
}

// jobsOf lists the jobs of one application: ours by its tag, those of somebody else's cluster by asking it.
func (t *Target) jobsOf(ctx context.Context, a app) ([]target.Status, error) {
	for tag := range strings.SplitSeq(a.Tags, ",") {
		if id, ok := strings.CutPrefix(tag, jobTagPrefix); ok {
			s, _, err := t.look(ctx, a, target.JobID(id))
			s.Reason = ""
			return []target.Status{s}, err
		}
	}
	jm, err := t.jobManager(a)
	if err != nil {
		return nil, nil
	}
	jobs, err := jm.Jobs(ctx)
	if err != nil {
		return nil, ctx.Err() // one that does not answer does not hide the others
	}
	var all []target.Status
	for _, j := range jobs {
		s := jobmanager.Line(jm, j)
		s.URL = t.page(a.ID, s.ID)
		all = append(all, s)
	}
	return all, nil
}
