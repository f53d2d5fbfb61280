package test

import (
	"context"
	"errors"
	"io/fs"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sqltest"
)

// generate writes a first test of a job, and runs it once so that it expects what the job does now.
func (o *Options) generate(ctx context.Context) error {
	p, findings, err := o.Open(o.Dir)
	if err != nil {
		return err
	}
	if worst, some := diag.Worst(findings); some && worst == diag.Error {
		return fault.Errorf(fault.Findings, "the project has errors").WithFix("autostream lint")
	}
	job, ok := p.Job(o.Generate)
	if !ok || job.Kind != project.SQL {
		return fault.Errorf(fault.NotFound, "the project has no SQL job %s", o.Generate)
	}
	place, ok := p.Target(o.Target)
	if !ok {
		return fault.Errorf(fault.NotFound, "the project has no target %s", o.Target)
	}
	cluster, err := o.Clusters(ctx, p, place)
	if err != nil {
		return err
	}
	draft, err := sqltest.Generate(ctx, p, job, cluster, o.Limit)
	if err != nil {
		return err
	}
	if err := atomicfile.Create(draft.Path, []byte(draft.Text), 0o644); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fault.Errorf(fault.Conflict, "%s is there already", p.Rel(draft.Path)).WithFix("add a case to it, or remove it")
		}
		return err
	}
	for _, name := range draft.Without {
		o.IO.Hint("%s gave no row in time: the test has none of it", name)
	}
	o.IO.Hint("wrote %s", p.Rel(draft.Path))
	o.Paths, o.Update = []string{draft.Path}, true
	first, err := o.test(ctx)
	if err != nil {
		return err
	}
	if broken := len(first.findings); broken > 0 {
		return o.write(first)
	}
	o.Update = false
	return o.once(ctx)
}
