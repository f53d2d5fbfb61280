package job

import (
	"context"
	"fmt"
	"github.com/autostream/autostream/internal/flink/release"
	"slices"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
	"github.com/autostream/autostream/internal/project"
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

// Readers finds out which other jobs of the project the proposals break, and notes it with each.
func (s *Service) Readers(ctx context.Context, proposals []Proposal) error {
	var forms []review.Other
	var problem error
	for i := range proposals {
		p := &proposals[i]
		if len(p.Changes) == 0 {
			continue
		}
		p.Readers = review.Readers(p.old, p.plan.Spec, func() []review.Other {
			if forms == nil && problem == nil {
				forms, problem = s.forms(ctx)
			}
			return slices.DeleteFunc(slices.Clone(forms), func(o review.Other) bool { return o.Job == p.Job.Job })
		})
	}
	return problem
}

// forms are the SQL jobs of the project, as it has them and as they ran last. One that cannot be read is nobody's reader.
func (s *Service) forms(ctx context.Context) ([]review.Other, error) {
	all := []review.Other{}
	for _, j := range s.Project.Jobs {
		if j.Kind != project.SQL {
			continue
		}
		ref := Ref{Target: j.Target, Job: j.Name}
		form := review.Other{Job: j.Name}
		p, _, err := s.Plan(ref, Syntax)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			continue
		}
		form.Now = p.Spec
		if v, err := s.Version(ctx, ref, 0); err == nil {
			if was, err := plan.Read(v.Spec); err == nil {
				form.Was = &was
			}
		}
		all = append(all, form)
	}
	return all, ctx.Err()
}

// Breaks is the error for a change after which other jobs of the project cannot go on as they are; nil for any other.
func (p Proposal) Breaks() error { return Breaks(p.Job, p.Readers) }

// Breaks is the error for a job that breaks readers; nil without any.
func Breaks(job Ref, readers []review.Broken) error {
	if len(readers) == 0 {
		return nil
	}
	return fault.Errorf(fault.Findings, "%s breaks %s: %s", job, readers[0].Job, readers[0].Reason).
		WithFix("change %s as well, or keep what it reads", readers[0].Job)
}

// Diff compares the statements of the version that ran last with those of the new one.
func (p Proposal) Diff() string {
	if len(p.Changes) == 0 {
		return ""
	}
	return plan.Statements(fmt.Sprintf("version %d", p.Current), "project", p.old, p.plan.Spec)
}

// Refusal is the error for a start that would lose state, or take it for something else, although nobody said that it
// may; nil for any other. Nothing is touched before it is asked for.
func (p Proposal) Refusal() error {
	if old := p.current.version.Release; p.State != nil && stateFormat(old) > stateFormat(p.plan.Spec.Release) {
		return fault.Errorf(fault.Findings, "%s has state that Flink %s wrote, which Flink %s cannot read", p.Job, old, p.plan.Spec.Release).
			WithFix("go back to a version of Flink %[2]s and its own state:\n  autostream history %[1]s\n  autostream rollback %[1]s --to N\nor start without state:\n  autostream deploy %[1]s --fresh", p.Job, p.plan.Spec.Release)
	}
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
		loss := p.State.Loss()
		if loss == "" {
			loss = "state"
		}
		return fault.Errorf(fault.Findings, "%s would lose %s: %s", p.Job, loss, reason).WithFix(either, p.Job)
	case p.State.Verdict == evolve.Kept && p.State.Meaning == evolve.Other:
		return fault.Errorf(fault.Findings, "%s would take its state for something else: %s", p.Job, reason).WithFix(either, p.Job)
	}
	return nil
}

// stateFormat is the version of the _metadata files that a line writes; it reads these and all earlier ones (MetadataSerializers).
func stateFormat(line string) int {
	r, err := release.Parse(line)
	switch {
	case err != nil:
		return 0
	case r.Line >= release.V2_1:
		return 6
	case r.Line >= release.V2_0:
		return 5
	}
	return 4
}
