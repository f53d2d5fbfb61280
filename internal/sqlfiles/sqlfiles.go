// Package sqlfiles finds and reads the SQL that somebody names: projects, folders of .sql files, files and jobs. Whoever
// reads SQL without running it (lint, lineage, explain, the language server) shares it, so that a path means the same to
// all and a script is judged the same by all.
package sqlfiles

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
	"github.com/autostream/autostream/internal/project"
)

// Source is one script.
type Source struct {
	Project *project.Project
	Path    string // absolute
	Job     string // that runs it; "" for shared tables and for scripts that are no job
	Shared  bool   // one of the project's tables
}

// Open returns the project that a path lies in with the findings about its file, or a bare one where there is none.
type Open func(path string) (*project.Project, []diag.Finding, error)

// List returns the scripts of all arguments, each once, ordered by path, and what is wrong with the projects they lie in.
// An argument is a path, relative to dir, or else the name of a job of the project there; none is the same as dir.
func (open Open) List(dir string, args []string) ([]Source, []diag.Finding, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	l := listing{open: open, dir: dir, projects: map[string]*project.Project{}}
	for _, arg := range args {
		if err := l.add(arg); err != nil {
			return nil, nil, err
		}
	}
	slices.SortStableFunc(l.sources, func(a, b Source) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(l.sources, func(a, b Source) bool { return a.Path == b.Path && a.Job == b.Job }), l.findings, nil
}

// listing is a List in progress.
type listing struct {
	open     Open
	dir      string
	projects map[string]*project.Project // by folder, so that each is read once
	sources  []Source
	findings []diag.Finding
}

func (l *listing) add(arg string) error {
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.dir, path)
	}
	at, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return l.addJob(arg)
	case err != nil:
		return err
	}
	p, err := l.project(path)
	switch {
	case err != nil:
		return err
	case !at.IsDir():
		l.sources = append(l.sources, sourcesOf(p, path)...)
		return nil
	case p.File != nil && path == p.Dir:
		l.sources = append(l.sources, named(p)...)
		return nil
	}
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != path && (strings.HasPrefix(entry.Name(), ".") || isProject(name)):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(name) == ".sql":
			l.sources = append(l.sources, sourcesOf(p, name)...)
		}
		return nil
	})
}

// isProject reports whether a folder is a project of its own, which only its own path names: it has its own release and
// variables.
func isProject(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, project.FileName))
	return err == nil
}

// addJob takes an argument that is no path for the name of a job.
func (l *listing) addJob(name string) error {
	p, err := l.project(l.dir)
	if err != nil {
		return err
	}
	job, ok := p.Job(name)
	switch {
	case !ok:
		return fault.Errorf(fault.Usage, "there is no file and no job %s", name)
	case job.Kind != project.SQL:
		return fault.Errorf(fault.Usage, "job %s is a jar and has no script", name)
	}
	l.sources = append(l.sources, Source{Project: p, Path: p.Path(job.File), Job: job.Name})
	return nil
}

func (l *listing) project(path string) (*project.Project, error) {
	p, findings, err := l.open(path)
	if err != nil {
		return nil, err
	}
	if known := l.projects[p.Dir]; known != nil {
		return known, nil
	}
	l.projects[p.Dir] = p
	l.findings = append(l.findings, findings...)
	return p, nil
}

// Of lists the scripts of a project, each once.
func Of(p *project.Project) []Source {
	seen := map[string]bool{}
	return slices.DeleteFunc(named(p), func(s Source) bool {
		again := seen[s.Path]
		seen[s.Path] = true
		return again
	})
}

// sourcesOf returns a file of a project once for each job that runs it.
func sourcesOf(p *project.Project, path string) []Source {
	var found []Source
	for _, s := range named(p) {
		if s.Path == path {
			found = append(found, s)
		}
	}
	if found == nil {
		found = []Source{{Project: p, Path: path}}
	}
	return found
}

// named lists the shared tables and the SQL jobs of a project. A missing file is a finding of the project already.
func named(p *project.Project) []Source {
	var sources []Source
	for _, name := range p.Tables {
		sources = append(sources, Source{Project: p, Path: p.Path(name), Shared: true})
	}
	for _, job := range p.Jobs {
		if _, err := os.Stat(p.Path(job.File)); err == nil && job.Kind == project.SQL {
			sources = append(sources, Source{Project: p, Path: p.Path(job.File), Job: job.Name})
		}
	}
	return sources
}
