package app

import (
	"cmp"
	"context"
	"path/filepath"
	"sync"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
)

// loader returns a function that reads the project of a run once, however often it is called.
func loader(d *deps.Deps) func() (*project.Project, []diag.Finding, error) {
	type loaded struct {
		project  *project.Project
		findings []diag.Finding
		err      error
	}
	load := sync.OnceValue(func() loaded {
		start := d.Global.Project
		if start != "" && !filepath.IsAbs(start) {
			start = filepath.Join(d.Dir, start)
		}
		dir, err := project.Find(cmp.Or(start, d.Dir))
		if err != nil {
			return loaded{err: err}
		}
		p, findings, err := project.Load(dir, project.Options{
			Environment: d.Global.Environment, Variables: d.Global.Variables, Getenv: d.Getenv,
		})
		return loaded{p, findings, err}
	})
	return func() (*project.Project, []diag.Finding, error) {
		l := load()
		return l.project, l.findings, l.err
	}
}

// connect opens the driver of a target.
func connect(_ context.Context, _ *project.Project, t project.Target) (target.Target, error) {
	return nil, fault.Errorf(fault.Failed, "there is no driver for targets of kind %s yet", t.Kind)
}
