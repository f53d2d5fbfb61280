package job

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// The states that AutoStream adds to those of Flink.
const (
	StateNotDeployed = "NOT_DEPLOYED" // it never ran here
	StateSubmitting  = "SUBMITTING"   // it was handed to the target, which has not shown it yet
	StateStopped     = "STOPPED"      // AutoStream ended it with a savepoint
	StateLost        = "LOST"         // the target answers, has no trace of it, and its end was never seen
)

// Status is what is true about a job. Its JSON is part of the command-line contract.
type Status struct {
	Job          string     `json:"job"`
	Target       string     `json:"target"`
	JobID        string     `json:"jobId,omitempty"`
	State        string     `json:"state"`
	Version      int        `json:"version,omitempty"`
	RestoredFrom string     `json:"restoredFrom,omitempty"`
	URL          string     `json:"url,omitempty"`
	Started      *time.Time `json:"started,omitempty"`
	Ended        *time.Time `json:"ended,omitempty"`
	Seen         *time.Time `json:"seen,omitempty"` // when this was true; long ago when the target does not answer
	Tasks        int        `json:"tasks,omitempty"`
	RunningTasks int        `json:"runningTasks,omitempty"`
	Restarts     int        `json:"restarts,omitempty"`
	Reason       string     `json:"reason,omitempty"` // of the last failure
	Checkpoint   string     `json:"lastCheckpoint,omitempty"`
	Savepoint    string     `json:"stoppedWith,omitempty"`
	Notes        []string   `json:"notes,omitempty"` // what else there is to know, in sentences
}

// Ref names the job.
func (s Status) Ref() Ref { return Ref{Target: s.Target, Job: s.Job} }

// status turns facts into what is said about them.
func (f facts) status(now time.Time) Status {
	r := f.run
	s := Status{Job: f.job.Job, Target: f.job.Target, State: StateNotDeployed}
	if r.ID != "" {
		s.JobID, s.Version, s.RestoredFrom, s.URL, s.Reason = r.ID, r.Version, r.RestoredFrom, r.URL, r.Reason
		s.Started, s.Ended, s.Seen, s.Checkpoint, s.Savepoint = moment(r.Started), moment(r.Ended), moment(r.Seen), r.Checkpoint, r.StoppedWith
		s.State = r.State
	}
	switch f.contact {
	case seen:
		s.Tasks, s.RunningTasks, s.Restarts = f.live.Tasks.Total, f.live.Tasks.Running, f.live.Restarts
		if f.live.Hindrance != "" {
			s.Notes = append(s.Notes, "it waits for processes: "+f.live.Hindrance)
		}
	case gone:
		s.State = StateLost
		s.Notes = append(s.Notes, fmt.Sprintf("%s answers and has no trace of it; it was last seen %s at %s", f.job.Target, r.State, r.Seen.Local().Format(time.DateTime)))
		if f.unread != nil {
			s.Notes = append(s.Notes, "its last checkpoint is the last that was seen"+f.unseen())
		}
	case broken:
		s.Notes = append(s.Notes, fmt.Sprintf("%s does not answer (%v); this is what was last seen", f.job.Target, f.problem))
	}
	if r.StoppedWith != "" {
		s.State = StateStopped
	}
	if o, left := f.unfinished(); left {
		s.unfinished(f, o)
	}
	return s
}

// unfinished shows an operation that goes on, or that nobody has settled yet.
func (s *Status) unfinished(f facts, o store.Operation) {
	for _, step := range o.Steps {
		if step.Name == stepSubmit && s.JobID != o.Intent.Run && f.contact != seen {
			s.State, s.JobID, s.Version = StateSubmitting, o.Intent.Run, o.Intent.Version
			s.RestoredFrom, s.URL, s.Started, s.Ended, s.Savepoint, s.Checkpoint = "", "", nil, nil, "", ""
		}
	}
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Status tells what is true about a job. An operation that was left in the middle is looked into first, as far as that
// needs nothing to be touched.
func (s *Service) Status(ctx context.Context, job Ref) (Status, error) {
	note, err := s.settle(ctx, job, lookOnly)
	if err != nil && (ctx.Err() != nil || fault.KindOf(err) != fault.Conflict) {
		return Status{}, err
	}
	f, err := s.facts(ctx, job)
	if err != nil {
		return Status{}, err
	}
	status := f.status(s.Now())
	if note != "" {
		status.Notes = append(status.Notes, note)
	}
	return status, nil
}

// Known lists the jobs of the project, each on its target, and the jobs that were ever deployed, by target and name.
func (s *Service) Known(ctx context.Context) ([]Ref, error) {
	var jobs []Ref
	err := s.Store.View(ctx, func(r store.Reader) (err error) {
		jobs, err = r.Jobs(ctx)
		return err
	})
	for _, j := range s.Project.Jobs {
		deployed := slices.ContainsFunc(jobs, func(k Ref) bool { return k.Job == j.Name })
		if !deployed {
			jobs = append(jobs, Ref{Target: j.Target, Job: j.Name})
		}
	}
	slices.SortFunc(jobs, func(a, b Ref) int { return cmp.Or(cmp.Compare(a.Target, b.Target), cmp.Compare(a.Job, b.Job)) })
	return jobs, err
}

// Logs copies the logs of the newest run of a job.
func (s *Service) Logs(ctx context.Context, job Ref, o target.LogOptions, w io.Writer) error {
	f, err := s.recall(ctx, job)
	if err != nil {
		return err
	}
	if f.run.ID == "" {
		return neverRan(job)
	}
	t, err := s.home(ctx, target.JobID(f.run.ID))
	if err != nil {
		return err
	}
	return s.redacted(t.Logs(ctx, target.JobID(f.run.ID), o, redactor{w: w, redact: s.Project.Redact}))
}
