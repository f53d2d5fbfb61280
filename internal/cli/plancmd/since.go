// What a range of commits changes: files, the jobs that they are part of, the jobs that read what those write, and the
// order in which to deploy them.

package plancmd

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/revision"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/review"
	"github.com/autostream/autostream/internal/project"
)

// since plans the jobs that changed since the commit in which a revision and the checked out one went apart.
func (o *Options) since(ctx context.Context) error {
	p, _, err := o.Project()
	if err != nil {
		return err
	}
	root, err := revision.Root(ctx, p.Dir)
	if err != nil {
		return err
	}
	commit, err := revision.Base(ctx, root, o.Since)
	if err != nil {
		return err
	}
	files, err := changedFiles(ctx, root, commit, p)
	if err != nil {
		return err
	}
	dir, done, err := o.checkout(ctx, commit)
	if err != nil {
		return err
	}
	defer done()
	c, err := o.comparison(dir, o.Since)
	if err != nil {
		return err
	}
	out := jobs.Plan{Version: 1, Since: commit, Files: files, Jobs: []jobs.Planned{}}
	refusals, err := c.changed(&out)
	if err != nil {
		return err
	}
	if err := o.show(out); err != nil {
		return err
	}
	return jobs.Refuse(o.IO, refusals)
}

// changedFiles lists the files of a project that changed since a commit, relative to it.
func changedFiles(ctx context.Context, root, commit string, p *project.Project) ([]string, error) {
	changed, err := revision.Changed(ctx, root, commit)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.EvalSymlinks(p.Dir)
	if err != nil {
		return nil, err
	}
	files := []string{}
	for _, name := range changed {
		inside, err := filepath.Rel(dir, filepath.Join(root, filepath.FromSlash(name)))
		if err == nil && filepath.IsLocal(inside) {
			files = append(files, filepath.ToSlash(inside))
		}
	}
	return files, nil
}

// changed plans what changed and what is downstream of it.
func (c *comparison) changed(out *jobs.Plan) ([]error, error) {
	refs, err := c.new.Deployable(c.Names)
	if err != nil {
		return nil, err
	}
	var touched []job.Ref
	causes := map[string][]string{}
	for _, ref := range refs {
		differs, files, err := c.cause(ref, out.Files)
		if err != nil {
			return nil, err
		}
		if differs {
			touched, causes[ref.Job] = append(touched, ref), files
		}
	}
	refusals, err := c.pairs(out, touched)
	if err != nil {
		return nil, err
	}
	for i := range out.Jobs {
		out.Jobs[i].Files = causes[out.Jobs[i].Job]
	}
	if len(c.Names) == 0 {
		out.Jobs = append(out.Jobs, c.gone()...)
	}
	links := review.Links(c.all())
	c.downstream(out, links)
	var forms []review.Other
	for _, other := range c.all() {
		if causes[other.Job] != nil {
			forms = append(forms, other)
		}
	}
	out.Order = review.Order(forms, links)
	return refusals, nil
}

// cause finds out whether a job has changed, and which of the changed files are parts of it.
func (c *comparison) cause(ref job.Ref, files []string) (differs bool, parts []string, err error) {
	now, err := c.form(c.new, ref)
	if err != nil {
		return false, nil, err
	}
	own := now.Files()
	j, _ := c.new.Project.Job(ref.Job)
	own = append(own, append([]string{j.File, j.PodTemplate}, j.Jars...)...)
	var was plan.Plan
	if place, ok := c.before(ref); ok {
		if was, err = c.form(c.old, place); err != nil {
			return false, nil, err
		}
		if was.Spec.Hash() == now.Spec.Hash() {
			return false, nil, nil
		}
		own = append(own, was.Files()...)
	}
	before, after := was.Spec, now.Spec
	before.Statements, after.Statements = nil, nil
	if before.Hash() != after.Hash() {
		own = append(own, project.FileName)
	}
	parts = []string{}
	for _, name := range files {
		if slices.Contains(own, name) {
			parts = append(parts, name)
		}
	}
	return true, parts, nil
}

// downstream adds the jobs that have not changed and read what those that have write, directly or through others.
func (c *comparison) downstream(out *jobs.Plan, links []review.Link) {
	var names []string
	for i := range out.Jobs {
		names = append(names, out.Jobs[i].Job)
	}
	for _, l := range review.Downstream(links, names) {
		at := slices.IndexFunc(out.Jobs, func(p jobs.Planned) bool { return p.Job == l.To })
		if at < 0 {
			j, _ := c.new.Project.Job(l.To)
			at = len(out.Jobs)
			out.Jobs = append(out.Jobs, jobs.Planned{
				Job: l.To, Target: j.Target, Action: job.Nothing, Changes: []plan.Change{}, Against: c.name,
			})
		}
		p := &out.Jobs[at]
		p.Reads = append(p.Reads, l)
		if p.Action == job.Nothing {
			var of []string
			for _, r := range p.Reads {
				of = append(of, r.Table+" of "+r.From)
			}
			p.Reason = "as it is; it reads " + strings.Join(of, ", ")
		}
	}
}
