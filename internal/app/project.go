package app

import (
	"cmp"
	"path/filepath"
	"sync"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
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
