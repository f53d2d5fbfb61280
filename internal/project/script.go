package project

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
)

// Script is one SQL file with its variables filled in. It has two texts: Written, as it stands on disk, and Recorded, in
// which variables have their values and secrets are still ${NAME}. Recorded is what is parsed, checked, compared,
// hashed and kept in history; findings about it are brought back to Written by Finding.
type Script struct {
	Written  *source.File
	Recorded *source.File // has the name of Written

	rendering Rendering
}

// Scripts returns what a SQL job runs, in order: the shared tables, then the job's own script.
func (p *Project) Scripts(job Job) ([]*Script, []diag.Finding, error) {
	if job.Kind != SQL {
		return nil, nil, fault.Errorf(fault.Usage, "job %s is a jar and has no script", job.Name)
	}
	scripts := make([]*Script, 0, len(p.Tables)+1)
	var all []diag.Finding
	for _, name := range append(slices.Clip(p.Tables), job.File) {
		s, findings, err := p.Script(name)
		if err != nil {
			return nil, nil, err
		}
		scripts = append(scripts, s)
		all = append(all, findings...)
	}
	return scripts, all, nil
}

// Script reads one SQL file, named relative to the project or by an absolute path, and fills in its variables.
// References in comments are left as they are when they have no value.
func (p *Project) Script(name string) (*Script, []diag.Finding, error) {
	text, err := os.ReadFile(p.Path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fault.Errorf(fault.NotFound, "there is no file %s", name)
	case err != nil:
		return nil, nil, fmt.Errorf("reading script %s: %w", name, cause(err))
	}
	return p.ScriptOf(source.New(p.Rel(p.Path(name)), strings.TrimPrefix(string(text), source.ByteOrderMark)))
}

// ScriptOf fills in the variables of a text that need not be a file, such as standard input.
func (p *Project) ScriptOf(written *source.File) (*Script, []diag.Finding, error) {
	if at, help, bad := written.NotUTF8(); bad {
		return &Script{Written: written, Recorded: source.New(written.Name, strings.ToValidUTF8(written.Text, "\ufffd"))},
			[]diag.Finding{ruleNotUTF8.At(written, at, "this byte is not UTF-8", help)}, nil
	}
	r, findings := p.Variables.Expand(written.Text, func(part source.Span) (*source.File, source.Span) { return written, part })
	if len(findings) > 0 {
		findings = outsideComments(findings, written.Text)
	}
	s := &Script{Written: written, Recorded: written, rendering: r}
	if r.parts != nil {
		s.Recorded = source.New(written.Name, r.Text)
	}
	return s, findings, nil
}

// Origin brings a span of the recorded text back to the written one.
func (s *Script) Origin(at source.Span) source.Span { return s.rendering.Origin(at) }

// Finding brings a finding about the recorded text back to the written one. Fixes that would edit the value of a
// variable are dropped.
func (s *Script) Finding(f diag.Finding) diag.Finding {
	if f.File != s.Recorded || s.Recorded == s.Written {
		return f
	}
	f.File, f.Span = s.Written, s.Origin(f.Span)
	related := make([]diag.Related, len(f.Related))
	for i, r := range f.Related {
		if r.File == s.Recorded {
			r.File, r.Span = s.Written, s.Origin(r.Span)
		}
		related[i] = r
	}
	f.Related = related
	var fixes []diag.Fix
	for _, fix := range f.Fixes {
		if moved, ok := s.fix(fix); ok {
			fixes = append(fixes, moved)
		}
	}
	f.Fixes = fixes
	return f
}

func (s *Script) fix(fix diag.Fix) (diag.Fix, bool) {
	edits := make([]diag.Edit, len(fix.Edits))
	for i, e := range fix.Edits {
		if !s.rendering.Literal(e.Span) {
			return diag.Fix{}, false
		}
		edits[i] = diag.Edit{Span: s.Origin(e.Span), Text: e.Text}
		if e.Span.End == e.Span.Start {
			edits[i].Span.End = edits[i].Span.Start
		}
	}
	fix.Edits = edits
	return fix, true
}

// Live fills in the secrets of a recorded text: a statement, an option, an argument. The result goes to the target and
// nowhere else; what the target answers goes through Redact before anybody sees it.
func (p *Project) Live(ctx context.Context, recorded string) (string, error) {
	r, err := p.Variables.Live(ctx, recorded)
	return r.Text, err
}

// Redact takes secrets out of a text that somebody else wrote, such as Flink's reason for a failure.
func (p *Project) Redact(text string) string { return p.Secrets.Redact(text) }

// outsideComments drops findings that lie in SQL comments: commented-out text needs no values.
func outsideComments(findings []diag.Finding, text string) []diag.Finding {
	comments := commentsOf(text)
	return slices.DeleteFunc(findings, func(f diag.Finding) bool {
		next, _ := slices.BinarySearchFunc(comments, f.Span.Start, func(c source.Span, at int) int { return cmp.Compare(c.End, at+1) })
		return next < len(comments) && comments[next].Start <= f.Span.Start
	})
}

// commentsOf finds comments of Flink SQL: -- and // to the end of the line, /* */, but not hints (/*+ */). It runs before
// the text is SQL that could be lexed: a reference may stand for any part of it.
func commentsOf(text string) []source.Span {
	var out []source.Span
	for i := 0; i < len(text); {
		rest := text[i:]
		length := 1
		switch {
		case rest[0] == '\'' || rest[0] == '`' || rest[0] == '"':
			length = lengthTo(rest, 1, rest[:1])
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "//"):
			length = lengthTo(rest, 2, "\n")
			out = append(out, source.Span{Start: i, End: i + length})
		case strings.HasPrefix(rest, "/*") && !strings.HasPrefix(rest, "/*+"):
			length = lengthTo(rest, 2, "*/")
			out = append(out, source.Span{Start: i, End: i + length})
		}
		i += length
	}
	return out
}

// lengthTo is the length of text up to and with the first end behind an offset, or all of it.
func lengthTo(text string, from int, end string) int {
	if at := strings.Index(text[from:], end); at >= 0 {
		return from + at + len(end)
	}
	return len(text)
}
