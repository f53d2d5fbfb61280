// Comparing two forms of a project without a cluster.

package plancmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/revision"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
	"github.com/autostream/autostream/internal/project"
)

// compare plans the jobs of the project as if those of another form of it ran. name is what the user called that.
func (o *Options) compare(_ context.Context, dir, name string) error {
	now, _, err := o.Project()
	if err != nil {
		return err
	}
	root, err := project.Find(dir)
	if err != nil {
		return err
	}
	before, findings, err := project.Load(root, project.Options{Environment: o.Global.Environment, Variables: o.Global.Variables, Getenv: o.Getenv})
	if err != nil {
		return err
	}
	if worst, some := diag.Worst(findings); some && worst == diag.Error {
		jobs.WriteFindings(o.IO, findings)
		return fault.Errorf(fault.Findings, "the project in %s has errors", name)
	}
	old, new := job.New(job.Options{Project: before}), job.New(job.Options{Project: now})
	refs, err := new.Deployable(o.Names)
	if err != nil {
		return err
	}
	p := jobs.Plan{Version: 1, Jobs: []jobs.Planned{}}
	c := comparison{Options: o, old: old, new: new, name: name}
	var refusals []error
	for _, ref := range refs {
		planned, err := c.pair(ref)
		if err != nil {
			return err
		}
		p.Jobs = append(p.Jobs, planned)
		if err := (job.Proposal{Job: ref, State: planned.Report}).Refusal(); err != nil && !o.Accept {
			refusals = append(refusals, err)
		}
		if err := job.Breaks(ref, planned.Readers); err != nil {
			refusals = append(refusals, err)
		}
	}
	if len(o.Names) == 0 {
		p.Jobs = append(p.Jobs, c.gone()...)
	}
	if err := o.show(p); err != nil {
		return err
	}
	return jobs.Refuse(o.IO, refusals)
}

// comparison is of two forms of a project.
type comparison struct {
	*Options
	old, new *job.Service
	name     string // what the user called the old form
	others   []review.Other
}

// pair compares the two forms of one job.
func (c *comparison) pair(ref job.Ref) (jobs.Planned, error) {
	p := jobs.Planned{Job: ref.Job, Target: ref.Target, Action: job.Start, Changes: []plan.Change{}, Reason: "it is new", Against: c.name}
	after, err := c.form(c.new, ref)
	if err != nil {
		return p, err
	}
	place, ok := c.before(ref)
	if !ok {
		return p, nil
	}
	before, err := c.form(c.old, place)
	if err != nil {
		return p, err
	}
	if before.Hash() == after.Hash() {
		p.Action, p.Reason = job.Nothing, "nothing has changed"
	}
	report := evolve.Assess(before, after)
	p.Report, p.Changes = &report, append(p.Changes, review.Changes(before, after)...)
	if p.Action != job.Nothing {
		p.Action, p.Reason = job.Replace, report.Reason
		p.Diff = plan.Statements(c.name, "project", before, after)
	}
	p.Readers = review.Readers(before, after, func() []review.Other { return c.besides(ref.Job) })
	return p, nil
}

// before names a job of the new form in the old one; false when it was not there.
func (c *comparison) before(ref job.Ref) (job.Ref, bool) {
	j, ok := c.old.Project.Job(ref.Job)
	if _, known := c.old.Project.Target(ref.Target); !known {
		ref.Target = j.Target
	}
	return ref, ok
}

func (c *comparison) form(s *job.Service, ref job.Ref) (plan.Spec, error) {
	p, findings, err := s.Plan(ref, job.Syntax)
	if err != nil {
		jobs.WriteFindings(c.IO, findings)
	}
	return p.Spec, err
}

// besides are all jobs but one in both forms. One that cannot be read is nobody's reader.
func (c *comparison) besides(name string) []review.Other {
	if c.others == nil {
		c.others = []review.Other{}
		for _, j := range c.new.Project.Jobs {
			ref := job.Ref{Target: j.Target, Job: j.Name}
			now, _, err := c.new.Plan(ref, job.Syntax)
			if err != nil {
				continue
			}
			other := review.Other{Job: j.Name, Now: now.Spec}
			if place, ok := c.before(ref); ok {
				if was, _, err := c.old.Plan(place, job.Syntax); err == nil {
					other.Was = &was.Spec
				}
			}
			c.others = append(c.others, other)
		}
	}
	return slices.DeleteFunc(slices.Clone(c.others), func(other review.Other) bool { return other.Job == name })
}

// gone lists the jobs that only the other form has.
func (c *comparison) gone() []jobs.Planned {
	var all []jobs.Planned
	for _, j := range c.old.Project.Jobs {
		if _, ok := c.new.Project.Job(j.Name); !ok {
			all = append(all, jobs.Planned{Job: j.Name, Target: j.Target, Action: "remove", Against: c.name, Changes: []plan.Change{}, Reason: "the project has it no more; what runs of it goes on until it is stopped"})
		}
	}
	return all
}

func (o *Options) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(o.Dir, name)
}

// checkout writes the project as a revision of git has it to a temporary folder, which done removes. The index and the
// files of the user stay as they are.
func (o *Options) checkout(ctx context.Context) (dir string, done func(), err error) {
	p, _, err := o.Project()
	if err != nil {
		return "", nil, err
	}
	if _, err := revision.Root(ctx, p.Dir); err != nil {
		return "", nil, err
	}
	if err := revision.Check(ctx, p.Dir, o.Against); err != nil {
		return "", nil, err
	}
	temp, err := os.MkdirTemp("", "autostream-plan-")
	if err != nil {
		return "", nil, err
	}
	if err := revision.Extract(ctx, p.Dir, o.Against, temp); err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(temp))
	}
	return temp, func() { _ = os.RemoveAll(temp) }, nil
}
