package test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sqltest"
)

// group is the test files of one project, which run on one cluster.
type group struct {
	project *project.Project
	files   []string
}

// find returns the test files that the arguments name, by project.
func (o *Options) find() ([]group, []diag.Finding, error) {
	f := finder{o: o}
	paths := o.Paths
	if len(paths) == 0 {
		paths = []string{"."}
	}
	for _, arg := range paths {
		if err := f.argument(arg); err != nil {
			return nil, nil, err
		}
	}
	for i := range f.groups {
		slices.Sort(f.groups[i].files)
		f.groups[i].files = slices.Compact(f.groups[i].files)
	}
	return f.groups, f.findings, nil
}

type finder struct {
	o        *Options
	groups   []group
	findings []diag.Finding
}

func (f *finder) argument(arg string) error {
	path := arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.o.Dir, path)
	}
	at, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f.job(arg)
	case err != nil:
		return err
	case !at.IsDir():
		return f.file(path)
	}
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != path && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(name, sqltest.Suffix):
			return f.file(name)
		}
		return nil
	})
}

// job takes the tests beside the script of a job.
func (f *finder) job(name string) error {
	g, err := f.group(f.o.Dir)
	if err != nil {
		return err
	}
	job, ok := g.project.Job(name)
	if !ok || job.Kind != project.SQL {
		return fault.Errorf(fault.Usage, "there is no file and no SQL job %s", name)
	}
	path := strings.TrimSuffix(g.project.Path(job.File), ".sql") + sqltest.Suffix
	if _, err := os.Stat(path); err != nil {
		return fault.Errorf(fault.NotFound, "job %s has no test", name).
			WithFix("write a first one:\n  autostream test --generate %s", name)
	}
	g.files = append(g.files, path)
	return nil
}

// file takes a test file; a .sql file stands for the tests beside it.
func (f *finder) file(path string) error {
	if base, ok := strings.CutSuffix(path, ".sql"); ok {
		path = base + sqltest.Suffix
	}
	g, err := f.group(path)
	if err != nil {
		return err
	}
	g.files = append(g.files, path)
	return nil
}

func (f *finder) group(path string) (*group, error) {
	p, findings, err := f.o.Open(path)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(f.groups, func(g group) bool { return g.project.Dir == p.Dir }); i >= 0 {
		return &f.groups[i], nil
	}
	f.findings = append(f.findings, findings...)
	f.groups = append(f.groups, group{project: p})
	return &f.groups[len(f.groups)-1], nil
}
