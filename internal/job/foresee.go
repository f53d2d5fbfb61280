package job

import (
	"context"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/review"
)

// patience is how long a plan waits for a target before it goes on with what is recorded.
const patience = 20 * time.Second

// Foresee thinks a deploy through as Prepare does, to be shown and not to be carried out: with a target that does not answer
// it goes on with what is recorded of the job, and says so in Proposal.Unseen.
func (s *Service) Foresee(ctx context.Context, r Request) (Proposal, []diag.Finding, error) {
	short, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer within %s", patience))
	defer cancel()
	p, findings, err := s.Prepare(short, r)
	problem := p.current.problem
	if short.Err() != nil {
		problem = context.Cause(short)
	}
	if err == nil || ctx.Err() != nil || problem == nil {
		return p, findings, err
	}
	pl, findings, err := s.Plan(r.Job, r.Judgement)
	if err != nil {
		return p, findings, err
	}
	f, err := s.recall(ctx, r.Job)
	if err != nil {
		return p, findings, err
	}
	p, err = f.foreseen(r, pl, s.redacted(problem))
	s.weigh(ctx, &p)
	return p, findings, err
}

// foreseen is a proposal from what is recorded.
func (f facts) foreseen(r Request, pl plan.Plan, problem error) (Proposal, error) {
	f.contact, f.problem = broken, problem
	p := Proposal{Job: f.job, Kind: "deploy", Current: f.run.Version, Action: Start, Unseen: problem, request: r, current: f, plan: pl}
	if f.run.ID == "" {
		return p, nil
	}
	old, err := plan.Read(f.version.Spec)
	if err != nil {
		return p, err
	}
	if f.run.Ended.IsZero() {
		p.Action = Replace
	}
	p.old, p.Changes = old, review.Changes(old, pl.Spec)
	if pl.Spec.Hash() == f.version.Hash {
		p.Action, p.Version = Nothing, f.run.Version
	}
	p.Why = fmt.Sprintf("last seen %s at %s", f.run.State, f.run.Seen.Local().Format(time.DateTime))
	p.assess(old, pl.Spec)
	return p, nil
}

// Meanwhile says what has happened to a job since a proposal was made for it, as half a sentence; "" when nothing has.
func (s *Service) Meanwhile(ctx context.Context, p Proposal) (string, error) {
	f, err := s.facts(ctx, p.Job)
	if err != nil {
		return "", err
	}
	switch o, open := f.unfinished(); {
	case open:
		return fmt.Sprintf("%s of it by %s is under way", o.Kind, o.Holder.User), nil
	case f.operation.ID != p.current.operation.ID:
		return f.latest(), nil
	case p.Unseen != nil || f.contact == p.current.contact && f.live.State.Terminal() == p.current.live.State.Terminal():
		return "", nil
	case f.contact == broken:
		return fmt.Sprintf("%s does not answer any more", p.Job.Target), nil
	}
	return fmt.Sprintf("it is %s now", f.status(s.Now()).State), nil
}

// latest tells of the newest operation.
func (f facts) latest() string {
	o := f.operation
	return fmt.Sprintf("%s of it by %s at %s (%s)", o.Kind, o.Holder.User, o.Began.Local().Format(time.TimeOnly), o.Outcome)
}
