// Reading scripts: from the text on disk to what it means.

package sqlfiles

import (
	"strconv"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

// Reader reads scripts in the session that each would run in. The shared tables of a project are read once.
type Reader struct {
	Depth lint.Depth        // how far scripts are judged
	Rules []rule.Rule       // that scripts are judged by, beyond what the parser and binding find
	Texts map[string]string // in place of what stands on the disk, by path

	release *token.Release // nil takes the project's
	shared  map[*project.Project]*bind.Session
	tables  map[string]*Script // shared scripts by path
	classes map[*project.Project]*project.ClassPaths
}

// Script is one script, read.
type Script struct {
	Source
	Release  token.Release
	Text     *project.Script
	Tree     *ast.Script
	Bound    *bind.Script
	Session  *bind.Session  // as the script leaves it; not to be changed
	Judged   lint.Report    // about the text with its variables filled in
	Unfilled []diag.Finding // about variables
	Findings []diag.Finding // all of both, about the text as written
}

// NewReader returns a reader for a release; "" takes that of each project.
func NewReader(flink string) (*Reader, error) {
	r := &Reader{Rules: lint.Refusing(), shared: map[*project.Project]*bind.Session{}, tables: map[string]*Script{}, classes: map[*project.Project]*project.ClassPaths{}}
	if flink == "" {
		return r, nil
	}
	release, ok := token.ParseRelease(flink)
	if !ok {
		return nil, fault.Errorf(fault.Usage, "autostream knows no Flink %s", flink).WithFix("one of %s", Releases())
	}
	r.release = &release
	return r, nil
}

// Releases lists the releases for help texts.
func Releases() string {
	list := ""
	for _, r := range token.Releases() {
		if list != "" {
			list += ", "
		}
		list += r.String()
	}
	return list
}

// Read reads one script in the session that it would run in: its project's shared tables, or nothing.
func (r *Reader) Read(s Source) (*Script, error) {
	t, err := r.open(s)
	if err != nil {
		return nil, err
	}
	return t.judge(), nil
}

// task is a script whose text has been read. Judging it touches nothing that others share, so that tasks may run beside
// each other.
type task struct {
	reader   *Reader
	source   Source
	session  *bind.Session
	text     *project.Script
	unfilled []diag.Finding
	done     *Script // shared tables that were judged before
}

func (r *Reader) open(s Source) (*task, error) {
	session, err := r.session(s.Project)
	if err != nil {
		return nil, err
	}
	if read := r.tables[s.Path]; read != nil && s.Shared {
		return &task{done: read}, nil
	}
	session = session.Child()
	job, _ := s.Project.Job(s.Job)
	if job.Parallelism > 0 {
		session.Set("parallelism.default", strconv.Itoa(job.Parallelism))
	}
	for key, value := range job.Options {
		session.Set(key, value)
	}
	session.Classes = r.classes[s.Project].Of(job.Jars)
	return r.load(s, session)
}

// load reads a text and fills in its variables.
func (r *Reader) load(s Source, session *bind.Session) (*task, error) {
	var text *project.Script
	var findings []diag.Finding
	var err error
	if edited, ok := r.Texts[s.Path]; ok {
		text, findings, err = s.Project.ScriptOf(source.New(s.Project.Rel(s.Path), edited))
	} else {
		text, findings, err = s.Project.Script(s.Path)
	}
	if err != nil {
		return nil, err
	}
	return &task{reader: r, source: s, session: session, text: text, unfilled: findings}, nil
}

func (t *task) judge() *Script {
	if t.done != nil {
		return t.done
	}
	judged := lint.Script(t.text.Recorded, lint.Options{
		Depth: t.reader.Depth, Release: t.session.Release, Session: t.session, Rules: t.reader.Rules, Job: t.source.Job, Shared: t.source.Shared,
	})
	findings := t.unfilled
	for _, f := range judged.Findings {
		findings = append(findings, t.text.Finding(f))
	}
	return &Script{
		Source: t.source, Release: t.session.Release, Text: t.text, Tree: judged.Script, Bound: judged.Bound, Session: t.session,
		Judged: judged, Unfilled: t.unfilled, Findings: findings,
	}
}

// session returns the session behind the shared tables of a project.
func (r *Reader) session(p *project.Project) (*bind.Session, error) {
	if s := r.shared[p]; s != nil {
		return s, nil
	}
	session := bind.NewSession(r.releaseOf(p))
	session.Connectors = p.Connectors
	r.classes[p] = p.ClassPaths()
	session.Classes = r.classes[p].Shared()
	for _, name := range p.Tables {
		t, err := r.load(Source{Project: p, Path: p.Path(name), Shared: true}, session)
		if err != nil {
			return nil, err
		}
		r.tables[t.source.Path] = t.judge()
	}
	r.shared[p] = session
	return session, nil
}

func (r *Reader) releaseOf(p *project.Project) token.Release {
	if r.release != nil {
		return *r.release
	}
	if release, ok := token.ParseRelease(p.Release); ok {
		return release
	}
	return token.Default
}
