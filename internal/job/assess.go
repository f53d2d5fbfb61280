package job

import (
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// assess says what becomes of the state of the version that ran last. Of state that somebody names by its path nobody
// knows which version wrote it.
func (p *Proposal) assess(old, spec plan.Spec) {
	if p.Action == Nothing || p.Action == Rescale || p.Stateless || p.request.Origin != Latest {
		return
	}
	report := evolve.Assess(old, spec)
	p.State = &report
}

// Refusal is the error for a start that would lose state, or take it for something else, although nobody said that it
// may; nil for any other. Nothing is touched before it is asked for.
func (p Proposal) Refusal() error {
	if p.State == nil || p.request.Lossy {
		return nil
	}
	const either = "deploy it with the loss:\n  autostream deploy %[1]s --accept-state-loss\nor without state, on purpose:\n  autostream deploy %[1]s --fresh"
	reason := p.State.Reason
	switch {
	case p.State.Verdict == evolve.Refused:
		return fault.Errorf(fault.Findings, "%s cannot start from the state that it has: %s", p.Job, reason).
			WithFix("start it without state, on purpose:\n  autostream deploy %s --fresh", p.Job)
	case p.State.Verdict == evolve.WithFlag || p.State.Verdict == evolve.Silently:
		return fault.Errorf(fault.Findings, "%s would lose state: %s", p.Job, reason).WithFix(either, p.Job)
	case p.State.Verdict == evolve.Kept && p.State.Meaning == evolve.Other:
		return fault.Errorf(fault.Findings, "%s would take its state for something else: %s", p.Job, reason).WithFix(either, p.Job)
	}
	return nil
}
