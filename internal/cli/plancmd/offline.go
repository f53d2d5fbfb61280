// Comparing two forms of a project without a cluster.

package plancmd

import (
	"context"
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
func (o *Options) compare(dir, name string) error {
	c, err := o.comparison(dir, name)
	if err != nil {
		return err
	}
	refs, err := c.new.Deployable(o.Names)
	if err != nil {
		return err
	}
	p := jobs.Plan{Version: 1, Jobs: []jobs.Planned{}}
	refusals, err := c.pairs(&p, refs)
	if err != nil {
		return err
	}
	if len(o.Names) == 0 {
		p.Jobs = append(p.Jobs, c.gone()...)
	}
	if err := o.show(p); err != nil {
		return err
	}
	return jobs.Refuse(o.IO, refusals)
}

// comparison reads both forms. A folder without a project has no jobs.
func (o *Options) comparison(dir, name string) (*comparison, error) {
	now, _, err := o.Project()
	if err != nil {
		return nil, err
	}
	root, err := project.Find(dir)
	if err != nil {
		return nil, err
	}
	before, findings, err := project.Load(root, project.Options{Environment: o.Global.Environment, Variables: o.Global.Variables, Getenv: o.Getenv})
	if err != nil {
		return nil, err
	}
	if worst, some := diag.Worst(findings); some && worst == diag.Error {
		jobs.WriteFindings(o.IO, findings)
		return nil, fault.Errorf(fault.Findings, "the project in %s has errors", name)
	}
	return &comparison{Options: o, old: job.New(job.Options{Project: before}), new: job.New(job.Options{Project: now}), name: name}, nil
}

// comparison is of two forms of a project.
type comparison struct {
	*Options
	old, new *job.Service
	name     string // what the user called the old form
	others   []review.Other
}

// pairs plans jobs, and returns why those that a deploy would refuse are refused.
func (c *comparison) pairs(p *jobs.Plan, refs []job.Ref) (refusals []error, err error) {
	for _, ref := range refs {
		planned, err := c.pair(ref)
		if err != nil {
			return nil, err
		}
		p.Jobs = append(p.Jobs, planned)
		if err := (job.Proposal{Job: ref, State: planned.Report}).Refusal(); err != nil && !c.Accept {
			refusals = append(refusals, err)
		}
		if err := job.Breaks(ref, planned.Readers); err != nil {
			refusals = append(refusals, err)
		}
	}
	return refusals, nil
}

// pair compares the two forms of one job.
func (c *comparison) pair(ref job.Ref) (jobs.Planned, error) {
	p := jobs.Planned{Job: ref.Job, Target: ref.Target, Action: job.Start, Changes: []plan.Change{}, Reason: "it is new", Against: c.name}
	is, err := c.form(c.new, ref)
	if err != nil {
		return p, err
	}
	place, ok := c.before(ref)
	if !ok {
		return p, nil
	}
	was, err := c.form(c.old, place)
	if err != nil {
		return p, err
	}
	before, after := was.Spec, is.Spec
	if before.Hash() == after.Hash() {
		p.Action, p.Reason = job.Nothing, "nothing has changed"
	}
	report := evolve.Assess(before, after)
	p.Report, p.Changes = &report, append(p.Changes, review.Changes(before, after)...)
	if p.Action != job.Nothing {
		p.Action, p.Reason = job.Replace, report.Reason
		p.Diff = plan.Statements(c.name, "project", before, after)
		p.Proposals = review.Propose(before, after, func(spec plan.Spec) evolve.Report { return evolve.Assess(before, spec) })
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

func (c *comparison) form(s *job.Service, ref job.Ref) (plan.Plan, error) {
	p, findings, err := s.Plan(ref, job.Syntax)
	if err != nil {
		jobs.WriteFindings(c.IO, findings)
	}
	return p, err
}

// besides are all jobs but one.
func (c *comparison) besides(name string) []review.Other {
	return slices.DeleteFunc(slices.Clone(c.all()), func(other review.Other) bool { return other.Job == name })
}

// all are the jobs in both forms. One that cannot be read is nobody's reader.
func (c *comparison) all() []review.Other {
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
	return c.others
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

// checkout writes the project as a revision of git has it to a temporary folder, which done removes; a folder without a
// project when the revision has none. The index and the files of the user stay as they are.
func (o *Options) checkout(ctx context.Context, rev string) (dir string, done func(), err error) {
	p, _, err := o.Project()
	if err != nil {
		return "", nil, err
	}
	if _, err := revision.Root(ctx, p.Dir); err != nil {
		return "", nil, err
	}
	if err := revision.Check(ctx, p.Dir, rev); err != nil {
		return "", nil, err
	}
	there, err := revision.Has(ctx, p.Dir, rev)
	if err != nil {
		return "", nil, err
	}
	temp, err := os.MkdirTemp("", "autostream-plan-")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.RemoveAll(temp) }
	if there {
		err = revision.Extract(ctx, p.Dir, rev, temp)
	}
	if name := filepath.Join(temp, project.FileName); err == nil && !exists(name) {
		err = os.WriteFile(name, []byte("version: 1\nname: none\n"), 0o600)
	}
	if err != nil {
		done()
		return "", nil, err
	}
	return temp, done, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
