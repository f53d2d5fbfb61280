// Reading scripts: from the text on disk to what it means.

package sqlfiles

import (
	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/token"
)

// Reader reads scripts in the order in which they are asked for. The shared tables of a project are read once.
type Reader struct {
	release *token.Release // nil takes the project's
	shared  map[*project.Project]*bind.Session
	tables  map[string]*Script // shared scripts by path
}

// Script is one script, read.
type Script struct {
	Source
	Release  token.Release
	Text     *project.Script
	Tree     *ast.Script
	Bound    *bind.Script
	Findings []diag.Finding // all that lint has to say, about the text as written
}

// NewReader returns a reader for a release; "" takes that of each project.
func NewReader(flink string) (*Reader, error) {
	r := &Reader{shared: map[*project.Project]*bind.Session{}, tables: map[string]*Script{}}
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
	session, err := r.session(s.Project)
	if err != nil {
		return nil, err
	}
	if read := r.tables[s.Path]; read != nil && s.Shared {
		return read, nil
	}
	return r.read(s, session.Child())
}

// session returns the session behind the shared tables of a project.
func (r *Reader) session(p *project.Project) (*bind.Session, error) {
	if s := r.shared[p]; s != nil {
		return s, nil
	}
	session := bind.NewSession(r.releaseOf(p))
	for _, name := range p.Tables {
		read, err := r.read(Source{Project: p, Path: p.Path(name), Shared: true}, session)
		if err != nil {
			return nil, err
		}
		r.tables[read.Path] = read
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

func (r *Reader) read(s Source, session *bind.Session) (*Script, error) {
	text, findings, err := s.Project.Script(s.Path)
	if err != nil {
		return nil, err
	}
	judged := lint.Script(text.Recorded, lint.Options{Release: session.Release, Session: session})
	for _, f := range judged.Findings {
		findings = append(findings, text.Finding(f))
	}
	return &Script{Source: s, Release: session.Release, Text: text, Tree: judged.Script, Bound: judged.Bound, Findings: findings}, nil
}
