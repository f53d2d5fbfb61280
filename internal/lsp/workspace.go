package lsp

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// workspace is the files of an editor and the projects that they lie in.
type workspace struct {
	open     sqlfiles.Open
	dir      string
	docs     map[string]*document // by path
	projects map[string]*home     // by folder
}

// document is a file that the editor has open: its text is the editor's, not the disk's.
type document struct {
	uri     string
	path    string
	version int
	text    string
	script  *script // nil after a change
	dirty   bool    // diagnostics are to be made
}

// home is a project and what has been read of it.
type home struct {
	project *project.Project
	reader  *sqlfiles.Reader   // nil after a change of a shared table
	others  map[string]*script // files that are not open, by path

	together together
}

// script is a judged script with the places of its names.
type script struct {
	*sqlfiles.Script
	home     *home
	findings []diag.Finding // settled, in the text as written
	names    []name         // in the order of the recorded text
}

func newWorkspace(open sqlfiles.Open, dir string) *workspace {
	return &workspace{open: open, dir: dir, docs: map[string]*document{}, projects: map[string]*home{}}
}

// home finds the project of a file. Reading a project file takes long; looking where there is one does not.
func (w *workspace) home(path string) (*home, error) {
	key, err := project.Find(path)
	if err != nil {
		key = path // a file that stands alone has nothing in common with others
	}
	if h := w.projects[key]; h != nil {
		return h, nil
	}
	p, _, err := w.open(path)
	if err != nil {
		return nil, err
	}
	h := &home{project: p, others: map[string]*script{}, together: together{files: map[string]part{}}}
	w.projects[key] = h
	return h, nil
}

// readerOf returns the reader of a project, which knows its shared tables. It reads the editor's texts where there are some.
func (w *workspace) readerOf(h *home) (*sqlfiles.Reader, error) {
	texts := map[string]string{}
	for path, d := range w.docs {
		texts[path] = d.text
	}
	if h.reader == nil {
		r, err := sqlfiles.NewReader("")
		if err != nil {
			return nil, err
		}
		r.Rules = lint.All()
		h.reader = r
	}
	h.reader.Texts = texts
	return h.reader, nil
}

// script judges a file, or takes what is known of it.
func (w *workspace) script(path string) (*script, error) {
	d := w.docs[path]
	if d != nil && d.script != nil {
		return d.script, nil
	}
	h, err := w.home(path)
	if err != nil {
		return nil, err
	}
	if d == nil && h.others[path] != nil {
		return h.others[path], nil
	}
	r, err := w.readerOf(h)
	if err != nil {
		return nil, err
	}
	read, err := r.Read(sourceOf(h.project, path))
	if err != nil {
		return nil, err
	}
	s := &script{Script: read, home: h}
	s.findings = settle(h, s, nil)
	s.names = namesOf(read)
	if d != nil {
		d.script = s
	} else {
		h.others[path] = s
	}
	return s, nil
}

// sourceOf says which job runs a file; of several the first counts.
func sourceOf(p *project.Project, path string) sqlfiles.Source {
	s := sqlfiles.Source{Project: p, Path: path}
	for _, t := range p.Tables {
		s.Shared = s.Shared || p.Path(t) == path
	}
	i := slices.IndexFunc(p.Jobs, func(j project.Job) bool { return j.Kind == project.SQL && p.Path(j.File) == path })
	if i >= 0 && !s.Shared {
		s.Job = p.Jobs[i].Name
	}
	return s
}

// changed forgets what a change of a file makes stale: the file, and everything of its project behind a shared table or the
// project file.
func (w *workspace) changed(path string) {
	if d := w.docs[path]; d != nil {
		d.script, d.dirty = nil, true
	}
	for key, h := range w.projects {
		delete(h.others, path)
		if _, open := w.docs[path]; !open {
			h.together.forget(path)
		}
		shared := sourceOf(h.project, path).Shared
		settings := h.project.File != nil && filepath.Dir(path) == h.project.Dir && strings.HasSuffix(path, ".yaml")
		if settings {
			delete(w.projects, key)
		}
		if !shared && !settings {
			continue
		}
		h.reader, h.others = nil, map[string]*script{}
		h.together = together{files: map[string]part{}}
		for _, d := range w.docs {
			d.script, d.dirty = nil, true
		}
	}
}

// all judges every script of a project, for questions about all of them.
func (w *workspace) all(h *home) []*script {
	var out []*script
	for _, s := range sqlfiles.Of(h.project) {
		if read, err := w.script(s.Path); err == nil && !slices.Contains(out, read) {
			out = append(out, read)
		}
	}
	return out
}

// recorded is where an offset of the written text stands in the text with variables filled in.
func (s *script) recorded(at int) int {
	if s.Text.Recorded == s.Text.Written {
		return at
	}
	lo, hi := 0, len(s.Text.Recorded.Text)
	for lo < hi {
		mid := (lo + hi) / 2
		if s.Text.Origin(source.Span{Start: mid, End: mid}).Start < at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// place is a span of the recorded text for the editor.
func (s *script) place(at source.Span) Range { return rangeOf(s.Text.Written, s.Text.Origin(at)) }

// declared finds where a table stands: in which script, and its syntax.
func (w *workspace) declared(s *script, t *bind.Table) (*script, bool) {
	if t == nil || t.File == nil {
		return nil, false
	}
	if t.File == s.Text.Recorded {
		return s, true
	}
	for _, name := range s.home.project.Tables {
		if other, err := w.script(s.home.project.Path(name)); err == nil && other.Text.Recorded.Name == t.File.Name {
			return other, true
		}
	}
	return nil, false
}
