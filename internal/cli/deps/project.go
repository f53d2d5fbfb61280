// The projects that a command's arguments lie in, read under the global flags.

package deps

import (
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
)

// ProjectOf returns the project that a path lies in, or a bare one where there is none; -C stands above the path.
func (d *Deps) ProjectOf(path string) (*project.Project, []diag.Finding, error) {
	if d.Global.Project != "" {
		return d.Project()
	}
	dir, err := project.Find(path)
	if fault.KindOf(err) == fault.NotFound {
		p, err := project.Bare(d.Dir, d.options())
		return p, nil, err
	}
	if err != nil {
		return nil, nil, err
	}
	return d.ProjectIn(dir)
}

// ProjectIn returns the project of a folder.
func (d *Deps) ProjectIn(dir string) (*project.Project, []diag.Finding, error) {
	return project.Load(dir, d.options())
}

func (d *Deps) options() project.Options {
	return project.Options{Environment: d.Global.Environment, Variables: d.Global.Variables, Getenv: d.Getenv}
}

// Paths returns what a command that takes paths works on: its arguments, or the folder of -C when there are none.
func (d *Deps) Paths(args []string) []string {
	if len(args) == 0 && d.Global.Project != "" {
		return []string{d.Global.Project}
	}
	return args
}
