package jobs

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Carrier is the part of the job service that starts jobs.
type Carrier interface {
	Carry(ctx context.Context, p job.Proposal, o job.Observer) (job.Started, error)
}

// Start is how deploy, restart and rollback go on when they know what they want: show it, ask, do it, say what came of it.
type Start struct {
	IO       *term.IO
	Progress *term.Progress
	Jobs     Carrier
	Format   term.Format
	Now      func() time.Time
	Yes      bool
	DryRun   bool
	Question string
}

// Run carries proposals out in order and stops at the first that fails; those before it are in the report.
func (s Start) Run(ctx context.Context, proposals []job.Proposal) error {
	p := PlanOf(proposals, s.Now())
	if s.DryRun {
		return s.IO.Write(s.Format, p)
	}
	p.Show(s.IO)
	if p.Replaces() {
		if err := Agree(s.IO, s.Yes, s.Question); err != nil {
			return err
		}
	}
	result := Result{Version: 1, Jobs: []job.Started{}, Now: s.Now()}
	var problem error
	for _, x := range proposals {
		started, err := s.Jobs.Carry(ctx, x, Progress(s.IO, s.Progress))
		s.Progress.Clear()
		if started.Job != "" {
			result.Jobs = append(result.Jobs, started)
		}
		if problem = err; err != nil {
			break
		}
		if started.Action != job.Nothing {
			Done(s.IO, started)
		}
	}
	if err := s.IO.Write(s.Format, result); err != nil {
		return err
	}
	return problem
}
