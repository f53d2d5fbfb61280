// Package job is the life of jobs: deploying, stopping, restarting, going back, taking savepoints, and saying what is
// true about a job now.
//
// Every target shares this engine. What it does to a job is an operation of named steps. Flink job ids and savepoint
// triggers are chosen and recorded before anything is touched, each step is recorded when it begins and when it has
// ended, and repeating a step has no second effect. So whatever dies at whatever moment, the next command can tell how
// far things came and there is never a second instance of a job. A lease per job keeps two operators apart.
package job

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Ref names a job on a target: "prod/pv_uv".
type Ref = store.Key

// Options are what a Service depends on.
type Options struct {
	Project *project.Project
	Store   store.Store
	// Open connects to a target of the project as the place of a Flink line ("2.2"): some targets have a cluster for each.
	// It is called at most once for each, when it is needed.
	Open   func(ctx context.Context, t project.Target, release string) (target.Target, error)
	Holder store.Holder // this process
	// Gone says that the process behind a holder is certain to have ended. Of a process on another machine nobody knows.
	Gone func(store.Holder) bool
	Now  func() time.Time
	Log  *slog.Logger
}

// Service does things to the jobs of one project. It is safe for concurrent use.
type Service struct {
	Options

	mu      sync.Mutex
	targets map[place]target.Target
}

// place is where a run lives.
type place struct{ target, release string }

// New returns a service. It opens nothing.
func New(o Options) *Service {
	return &Service{Options: o, targets: map[place]target.Target{}}
}

// target returns the target for runs of a release.
func (s *Service) target(ctx context.Context, name, release string) (target.Target, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := place{name, release}
	if t, ok := s.targets[at]; ok {
		return t, nil
	}
	settings, ok := s.Project.Target(name)
	if !ok {
		return nil, fault.Errorf(fault.NotFound, "the project has no target %s", name)
	}
	t, err := s.Open(ctx, settings, release)
	if err != nil {
		return nil, s.redacted(err)
	}
	s.targets[at] = t
	return t, nil
}

// home returns the target where a recorded run lives: that of the release it was started with, which may not be the
// project's any more.
func (s *Service) home(ctx context.Context, id target.JobID) (target.Target, error) {
	var v store.Version
	err := s.Store.View(ctx, func(r store.Reader) error {
		run, err := r.Run(ctx, string(id))
		if err != nil {
			return err
		}
		v, err = r.Version(ctx, run.Job, run.Version)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.target(ctx, v.Job.Target, v.Release)
}

// redacted takes secrets out of an error that came from outside. Its kind and way out stay.
func (s *Service) redacted(err error) error {
	if err == nil || s.Project.Redact(err.Error()) == err.Error() {
		return err
	}
	return &fault.Error{Kind: fault.KindOf(err), Message: s.Project.Redact(err.Error()), Fix: s.Project.Redact(fault.FixOf(err))}
}

// Event tells how an operation comes along.
type Event struct {
	Job    Ref
	Doing  string // what the step is doing, for people: "submitting"
	Step   string
	Phase  Phase
	Detail string // what is being waited for, or what the step made; may be ""
	Took   time.Duration
}

// Phase is a moment in the life of a step.
type Phase int

// The phases of a step, in order.
const (
	Began    Phase = iota // recorded, nothing done yet
	Waiting               // told now and then while it goes on; Detail changes
	Happened              // done, not yet recorded as done
	Ended                 // recorded as done
)

// Observer is told about every step; nil hears nothing.
type Observer func(Event)

func (o Observer) tell(e Event) {
	if o != nil {
		o(e)
	}
}

// interrupted says whether an error only means that the caller gave up, so that it is not known what came of the call.
func interrupted(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Cause(ctx)))
}
