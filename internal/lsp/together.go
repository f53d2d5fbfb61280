// Rules about all scripts of a project together. They need something of every file, which is read while nobody asks for
// anything; from then on they are judged with every change.

package lsp

import (
	"reflect"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// together is what is known of the files of a project for rules about all of them.
type together struct {
	files    map[string]part   // files that are not open, by path
	left     []sqlfiles.Source // to be looked at before complete; nil before they are listed
	complete bool              // nothing is missing in files
	stale    bool              // an open file has changed since
}

// part is what rules about a project need of a file.
type part struct {
	facts *rule.Facts
	text  *project.Script
}

// forget makes what is known of a file stale.
func (t *together) forget(path string) {
	delete(t.files, path)
	t.left, t.complete = nil, false
}

// unread reports whether files are left to be read for rules about projects.
func (w *workspace) unread() bool {
	for _, h := range w.projects {
		if h.project.File != nil && !h.together.complete {
			return true
		}
	}
	return false
}

// readOn reads one more file of a project for the rules about all.
func (w *workspace) readOn() {
	for _, h := range w.projects {
		if h.project.File == nil || h.together.complete {
			continue
		}
		if h.together.left == nil {
			h.together.left = sqlfiles.Of(h.project)
		}
		for len(h.together.left) > 0 {
			s := h.together.left[0]
			h.together.left = h.together.left[1:]
			if _, known := h.together.files[s.Path]; known || w.docs[s.Path] != nil {
				continue
			}
			h.together.files[s.Path] = w.part(h, s)
			return
		}
		h.together.left, h.together.complete = nil, true
		w.judgeTogether(h)
		return
	}
}

// part reads a file that is not open. Of one that cannot be read nothing is known.
func (w *workspace) part(h *home, s sqlfiles.Source) part {
	if known := h.others[s.Path]; known != nil {
		return part{known.Judged.Facts, known.Text}
	}
	r, err := w.readerOf(h)
	if err != nil {
		return part{}
	}
	read, err := r.Read(s)
	if err != nil {
		return part{}
	}
	return part{read.Judged.Facts, read.Text}
}

// judgeTogether applies the rules about projects, when enough is known, and marks the open files of which something else is
// to be said than before.
func (w *workspace) judgeTogether(h *home) {
	if !h.together.complete {
		return
	}
	own, paths := map[*source.File]part{}, map[*source.File]string{}
	var facts []*rule.Facts
	for _, s := range sqlfiles.Of(h.project) {
		p := h.together.files[s.Path]
		if w.docs[s.Path] != nil {
			open, err := w.script(s.Path)
			if err != nil {
				continue
			}
			p = part{open.Judged.Facts, open.Text}
		}
		if p.facts != nil {
			facts = append(facts, p.facts)
			own[p.text.Recorded], paths[p.text.Recorded] = p, s.Path
		}
	}
	found := map[string][]diag.Finding{}
	for _, f := range lint.Project(facts, lint.All()) {
		for i, related := range f.Related {
			if other, ok := own[related.File]; ok && related.File != f.File {
				f.Related[i].File, f.Related[i].Span = other.text.Written, other.text.Origin(related.Span)
			}
		}
		found[paths[f.File]] = append(found[paths[f.File]], f)
	}
	for path, d := range w.docs {
		if d.script == nil || d.script.home != h {
			continue
		}
		if now := settle(h, d.script, append([]diag.Finding{}, found[path]...)); !reflect.DeepEqual(now, d.script.findings) {
			d.script.findings, d.dirty = now, true
		}
	}
}

// settle applies what the project says of rules to what was found in a script, by itself and together with the others of the
// project; nil when that is not known yet.
func settle(h *home, s *script, others []diag.Finding) []diag.Finding {
	severities := lint.Severities{}
	for name, severity := range h.project.Lint.Rules {
		severities[name] = lint.Severity(severity)
	}
	found := slices.Concat(s.Judged.Findings, others)
	diag.Sort(found)
	judged := func(id string) bool {
		return !lint.AboutChanges(id) && (others != nil || !lint.AboutProjects(id))
	}
	all := slices.Clone(s.Unfilled)
	for _, f := range lint.Settle(found, s.Judged.Ignores, severities, judged) {
		all = append(all, s.Text.Finding(f))
	}
	return all
}
