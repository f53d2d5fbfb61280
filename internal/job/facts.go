package job

import (
	"context"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// facts are all that is known about a job at one moment: what is recorded, and what its target says.
type facts struct {
	job       Ref
	run       store.Run       // the newest that the target has accepted; no ID when it never ran
	version   store.Version   // of run
	newest    store.Version   // the newest recorded, whether it ever ran or not
	operation store.Operation // the newest; every change of a job is an operation, so that its ID tells two moments apart
	lease     store.Lease

	contact  contact
	searched bool          // run.Checkpoint is what was found where checkpoints are kept, after contact was gone
	unread   error         // why nobody could look there
	live     target.Status // when contact is seen
	problem  error         // when contact is broken
	changed  bool          // run has something that is not recorded
	asked    time.Duration // how long the target took to answer
	rescales bool          // its parallelism can be changed while it runs
}

// contact says what is known of a run from its target.
type contact int

const (
	unasked contact = iota // there is nothing to ask about: it never ran, or it has ended and that is recorded
	seen                   // the target knows it
	gone                   // the target answers and has no trace of it
	broken                 // the target does not answer
)

// alive says that the job is certain to have an instance that has not ended.
func (f facts) alive() bool { return f.contact == seen && !f.live.State.Terminal() }

// unfinished returns the operation that was left in the middle, if there is one; it is always the newest.
func (f facts) unfinished() (store.Operation, bool) {
	return f.operation, f.operation.ID != 0 && f.operation.Outcome == store.Unfinished
}

// recall reads what is recorded about a job.
func (s *Service) recall(ctx context.Context, job Ref) (facts, error) {
	f := facts{job: job}
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		f, err = recall(ctx, r, job)
		return err
	})
	return f, err
}

func recall(ctx context.Context, r store.Reader, job Ref) (facts, error) {
	n, err := r.Newest(ctx, job)
	if err != nil {
		return facts{job: job}, err
	}
	lease, err := r.Lease(ctx, job)
	return facts{job: job, run: n.Run, version: n.Ran, newest: n.Version, operation: n.Operation, lease: lease}, err
}

// facts reads what is recorded, asks the target about a run that may still be there, and records its answer.
func (s *Service) facts(ctx context.Context, job Ref) (facts, error) {
	f, err := s.recall(ctx, job)
	if err != nil || f.run.ID == "" || !f.run.Ended.IsZero() {
		return f, err
	}
	if err := s.askFor(ctx, &f); err != nil || f.contact != seen {
		return f, err
	}
	return f, s.update(ctx, f.run.ID, func(r *store.Run) { *r = observed(*r, f.live, s.Now()) })
}

// askFor asks the target about a run.
func (s *Service) askFor(ctx context.Context, f *facts) error {
	began := s.Now()
	st, contact, problem := s.ask(ctx, target.JobID(f.run.ID))
	f.asked = s.Now().Sub(began)
	switch f.contact, f.problem = contact, problem; contact {
	case seen:
		f.see(st, s.Now())
	case gone:
		return s.searchRemains(ctx, f)
	}
	return ctx.Err()
}

// see takes in what the target says of a run.
func (f *facts) see(st target.Status, now time.Time) {
	before := f.run
	f.contact, f.live, f.run = seen, st, observed(before, st, now)
	f.changed = now.Sub(before.Seen) > time.Minute
	before.Seen = f.run.Seen
	f.changed = f.changed || before != f.run
}

// searchRemains looks for the newest checkpoint of a run that its target has no trace of. The one last seen may have been
// replaced since.
func (s *Service) searchRemains(ctx context.Context, f *facts) error {
	t, err := s.home(ctx, target.JobID(f.run.ID))
	if err != nil {
		return err
	}
	place, can := t.(target.Retaining)
	if !can {
		return nil
	}
	left, err := place.LatestCheckpoint(ctx, target.JobID(f.run.ID))
	switch {
	case err == nil:
		f.run.Checkpoint, f.searched = left.Path, true
	case fault.KindOf(err) == fault.NotFound:
		f.run.Checkpoint, f.searched = "", true
	default:
		f.unread = s.redacted(err)
	}
	return ctx.Err()
}

// unseen says, behind what was seen of checkpoints, that there may be newer ones.
func (f facts) unseen() string {
	if f.unread == nil {
		return ""
	}
	text := fmt.Sprintf("; where it kept them nobody could look: %v", f.unread)
	if fix := fault.FixOf(f.unread); fix != "" {
		text += "; " + fix
	}
	return text
}

// ask asks the target about one Flink job.
func (s *Service) ask(ctx context.Context, id target.JobID) (target.Status, contact, error) {
	t, err := s.home(ctx, id)
	if err != nil {
		return target.Status{}, broken, err
	}
	status, err := t.Status(ctx, id)
	switch {
	case err == nil:
		status.Reason, status.Hindrance = s.Project.Redact(status.Reason), s.Project.Redact(status.Hindrance)
		return status, seen, nil
	case fault.KindOf(err) == fault.NotFound:
		return target.Status{}, gone, nil
	}
	return target.Status{}, broken, s.redacted(err)
}

// observed is a run with what was just seen of it. What Flink no longer tells is kept.
func observed(r store.Run, st target.Status, now time.Time) store.Run {
	if r.Submitted.IsZero() {
		r.Submitted = now
	}
	r.State, r.Seen = string(st.State), now
	if !st.Started.IsZero() {
		r.Started = st.Started
	}
	if st.State.Terminal() {
		if r.Ended = st.Ended; r.Ended.IsZero() {
			r.Ended = now
		}
	}
	if st.URL != "" {
		r.URL = st.URL
	}
	if st.Reason != "" {
		r.Reason = st.Reason
	}
	if st.LastCheckpoint != "" {
		r.Checkpoint = st.LastCheckpoint
	}
	return r
}

// update changes the record of a run.
func (s *Service) update(ctx context.Context, id string, change func(*store.Run)) error {
	return s.Store.Update(ctx, func(w store.Writer) error {
		r, err := w.Run(ctx, id)
		if err != nil {
			return err
		}
		before := r
		if change(&r); r == before {
			return nil
		}
		return w.PutRun(ctx, r)
	})
}
