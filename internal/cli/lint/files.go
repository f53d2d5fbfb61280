package lint

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/project"
)

// This file finds the SQL that a command line names.

// sqlFile is one script to check.
type sqlFile struct {
	project *project.Project
	path    string // absolute
}

// opener returns a function that opens the project a path lies in, or a bare one where there is none.
func opener(d *deps.Deps) func(path string) (*project.Project, []diag.Finding, error) {
	return func(path string) (*project.Project, []diag.Finding, error) {
		if d.Global.Project != "" {
			return d.Project()
		}
		o := project.Options{Environment: d.Global.Environment, Variables: d.Global.Variables, Getenv: d.Getenv}
		dir, err := project.Find(path)
		if fault.KindOf(err) == fault.NotFound {
			p, err := project.Bare(d.Dir, o)
			return p, nil, err
		}
		if err != nil {
			return nil, nil, err
		}
		return project.Load(dir, o)
	}
}

// sources lists the scripts of all paths, each once, in order, and what is wrong with the projects they lie in.
func (o *Options) sources() ([]sqlFile, []diag.Finding, error) {
	paths := o.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var all []sqlFile
	var findings []diag.Finding
	projects := map[string]*project.Project{}
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(o.Dir, path)
		}
		p, found, err := o.Open(path)
		if err != nil {
			return nil, nil, err
		}
		if known := projects[p.Dir]; known != nil {
			p = known
		} else {
			projects[p.Dir] = p
			findings = append(findings, found...)
		}
		files, err := scripts(p, path)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, files...)
	}
	slices.SortStableFunc(all, func(a, b sqlFile) int { return cmp.Compare(a.path, b.path) })
	return slices.CompactFunc(all, func(a, b sqlFile) bool { return a.path == b.path }), findings, nil
}

// scripts lists the scripts of one path: those that a project names, those in a folder, or the file itself.
func scripts(p *project.Project, path string) ([]sqlFile, error) {
	at, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Errorf(fault.Usage, "there is no %s", path)
	case err != nil:
		return nil, err
	case !at.IsDir():
		return []sqlFile{{p, path}}, nil
	case p.File != nil && path == p.Dir:
		return named(p), nil
	}
	var files []sqlFile
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != path && (strings.HasPrefix(entry.Name(), ".") || isProject(name)):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(name) == ".sql":
			files = append(files, sqlFile{p, name})
		}
		return nil
	})
	return files, err
}

// isProject reports whether a folder is a project of its own, which only its own path checks: it has its own release
// and variables.
func isProject(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, project.FileName))
	return err == nil
}

// named lists the shared tables and the SQL jobs of a project.
func named(p *project.Project) []sqlFile {
	var files []sqlFile
	for _, name := range p.Tables {
		files = append(files, sqlFile{p, p.Path(name)})
	}
	for _, job := range p.Jobs {
		if _, err := os.Stat(p.Path(job.File)); err == nil && job.Kind == project.SQL { // a missing file is a finding of the project
			files = append(files, sqlFile{p, p.Path(job.File)})
		}
	}
	return files
}
