// Comparing two forms of a project without a cluster.

package plancmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/revision"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
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
	var refusals []error
	for _, ref := range refs {
		planned, err := o.pair(old, new, ref)
		if err != nil {
			return err
		}
		p.Jobs = append(p.Jobs, planned)
		if err := (job.Proposal{Job: ref, State: planned.Report}).Refusal(); err != nil && !o.Accept {
			refusals = append(refusals, err)
		}
	}
	if len(o.Names) == 0 {
		p.Jobs = append(p.Jobs, gone(before, now)...)
	}
	if err := o.show(p); err != nil {
		return err
	}
	return jobs.Refuse(o.IO, refusals)
}

// pair compares the two forms of one job.
func (o *Options) pair(old, new *job.Service, ref job.Ref) (jobs.Planned, error) {
	p := jobs.Planned{Job: ref.Job, Target: ref.Target, Action: job.Start, Changes: []plan.Change{}, Reason: "it is new"}
	after, findings, err := new.Plan(ref, job.Syntax)
	if err != nil {
		jobs.WriteFindings(o.IO, findings)
		return p, err
	}
	place := ref
	if j, ok := old.Project.Job(ref.Job); !ok {
		return p, nil
	} else if _, known := old.Project.Target(ref.Target); !known {
		place.Target = j.Target
	}
	before, findings, err := old.Plan(place, job.Syntax)
	if err != nil {
		jobs.WriteFindings(o.IO, findings)
		return p, err
	}
	report := evolve.Assess(before.Spec, after.Spec)
	p.Report, p.Changes = &report, append(p.Changes, plan.Changes(before.Spec, after.Spec)...)
	p.Action, p.Reason = job.Replace, report.Reason
	if before.Spec.Hash() == after.Spec.Hash() {
		p.Action, p.Reason = job.Nothing, "nothing has changed"
	}
	return p, nil
}

// gone lists the jobs that only the other form has.
func gone(before, now *project.Project) []jobs.Planned {
	var all []jobs.Planned
	for _, j := range before.Jobs {
		if _, ok := now.Job(j.Name); !ok {
			all = append(all, jobs.Planned{Job: j.Name, Target: j.Target, Action: "remove", Changes: []plan.Change{}, Reason: "the project has it no more; what runs of it goes on until it is stopped"})
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
