package preview

import (
	"context"
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// Script is a script whose queries can be previewed: the shared tables of its project, then the file itself.
type Script struct {
	Name     string // of the file
	Queries  []Query
	Findings []diag.Finding // about all of it, in the text as the user wrote it

	project *project.Project
	job     project.Job // of a file that is no job's, only File and Kind
	texts   []*project.Script
	trees   []*ast.Script
}

// ReadJob reads the script of a job.
func ReadJob(p *project.Project, job project.Job) (*Script, error) {
	texts, findings, err := p.Scripts(job)
	if err != nil {
		return nil, err
	}
	return read(p, job, texts, findings), nil
}

// ReadFile reads a script of a project that is no job's. The path is relative to the project, or absolute.
func ReadFile(p *project.Project, path string) (*Script, error) {
	for i, table := range p.Tables {
		if p.Path(table) == p.Path(path) { // one of the shared tables: those before it are what it may stand on
			texts, findings, err := p.Scripts(project.Job{Kind: project.SQL, File: table})
			if err != nil {
				return nil, err
			}
			return read(p, project.Job{Kind: project.SQL, File: table}, texts[:i+1], findings), nil
		}
	}
	return ReadJob(p, project.Job{Kind: project.SQL, File: p.Rel(p.Path(path))})
}

func read(p *project.Project, job project.Job, texts []*project.Script, findings []diag.Finding) *Script {
	s := &Script{project: p, job: job, texts: texts, Findings: findings}
	line, _ := token.ParseRelease(p.Release)
	for _, text := range texts {
		tree, found := parser.Parse(text.Recorded, parser.Options{Release: line})
		for _, f := range found {
			s.Findings = append(s.Findings, text.Finding(f))
		}
		s.trees = append(s.trees, tree)
	}
	s.Name = s.own().Written.Name
	s.Queries = Queries(s.trees[len(s.trees)-1])
	diag.Sort(s.Findings)
	return s
}

// own is the file whose queries are numbered.
func (s *Script) own() *project.Script { return s.texts[len(s.texts)-1] }

// Query returns a query by its number.
func (s *Script) Query(number int) (Query, error) {
	switch {
	case len(s.Queries) == 0:
		return Query{}, fault.Errorf(fault.NotFound, "there is no query in %s", s.Name)
	case number < 1 || number > len(s.Queries):
		return Query{}, fault.Errorf(fault.NotFound, "%s has no query %d", s.Name, number).
			WithFix("it has 1 to %d:\n%s", len(s.Queries), s.listing())
	}
	return s.Queries[number-1], nil
}

// Choose returns the only query, and an error that lists them when there are several.
func (s *Script) Choose() (Query, error) {
	if len(s.Queries) > 1 {
		return Query{}, fault.Errorf(fault.Usage, "%s has %d queries", s.Name, len(s.Queries)).
			WithFix("choose one with -n:\n%s", s.listing())
	}
	return s.Query(1)
}

func (s *Script) listing() string {
	var b strings.Builder
	for _, q := range s.Queries {
		fmt.Fprintf(&b, "  %d  line %d  %s\n", q.Number, s.Place(q).Line, shorten(q.Title()+"  "+s.Excerpt(q), 90))
	}
	return b.String()
}

func shorten(text string, characters int) string {
	if runes := []rune(text); len(runes) > characters {
		return string(runes[:characters-1]) + "…"
	}
	return text
}

// Place is where a query begins in the text as the user wrote it.
func (s *Script) Place(q Query) source.Position {
	return s.own().Written.Position(s.own().Origin(q.Span).Start)
}

// Text is a query with its variables filled in; secrets are still ${NAME}.
func (s *Script) Text(q Query) string { return s.own().Recorded.Slice(q.Span) }

// Excerpt is the text of a query in one line, without comments.
func (s *Script) Excerpt(q Query) string { return oneLine(s.Text(q)) }

// oneLine puts one blank where there were blanks, line breaks or comments.
func oneLine(text string) string {
	var b strings.Builder
	lexer, end := token.NewLexer(text), 0
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		if int(t.Start) > end && end > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text[t.Start:t.End])
		end = int(t.End)
	}
	return b.String()
}

// Blocking returns the findings that stand in the way of a query: errors in it or before it.
func (s *Script) Blocking(q Query) []diag.Finding {
	own := s.own()
	end := own.Origin(source.Span{Start: q.Span.End, End: q.Span.End}).Start
	var out []diag.Finding
	for _, f := range s.Findings {
		if f.Level == diag.Error && (f.File != own.Written || f.Span.Start < end) {
			out = append(out, f)
		}
	}
	return out
}

// Skipped are the statements before a query that define something and are not executed, each in a sentence.
func (s *Script) Skipped(q Query) []string {
	var out []string
	for _, step := range Prepare(s.trees, q) {
		if step.Skipped != "" {
			text := s.texts[step.Script]
			at := text.Written.Position(text.Origin(step.Span).Start)
			what := shorten(oneLine(text.Recorded.Slice(step.Span)), 48)
			out = append(out, fmt.Sprintf("%s:%d: %s %s", text.Written.Name, at.Line, what, step.Skipped))
		}
	}
	return out
}

// Request makes what a cluster gets to run a query. The secrets are filled in here.
func (s *Script) Request(ctx context.Context, q Query) (Request, error) {
	r := Request{Name: fmt.Sprintf("autostream preview %s query %d", s.Name, q.Number), Redact: s.project.Redact}
	var err error
	if r.Properties, err = s.properties(ctx); err != nil {
		return Request{}, err
	}
	for _, jar := range s.job.Jars {
		r.Setup = append(r.Setup, s.addJar(s.project.Path(jar)))
	}
	for _, step := range Prepare(s.trees, q) {
		if step.Skipped != "" {
			continue
		}
		statement, err := s.live(ctx, s.texts[step.Script], step.Span)
		if err != nil {
			return Request{}, err
		}
		r.Setup = append(r.Setup, statement)
	}
	r.Query, err = s.live(ctx, s.own(), q.Span)
	return r, err
}

// properties are the job's options as the session's. A preview runs with parallelism 1: it needs one task slot, and its
// rows come in one order.
func (s *Script) properties(ctx context.Context) (map[string]string, error) {
	line, err := release.Parse(s.project.Release)
	if err != nil {
		return nil, err
	}
	options := conf.Options{"parallelism.default": "1"}
	for key, recorded := range s.job.Options {
		if ownOption(key) {
			continue
		}
		if options[key], err = s.project.Live(ctx, recorded); err != nil {
			return nil, err
		}
	}
	return options.For(line.Line)
}

// live fills in the secrets of a part of a text and remembers where everything comes from.
func (s *Script) live(ctx context.Context, text *project.Script, at source.Span) (Statement, error) {
	rendering, err := s.project.Variables.Live(ctx, text.Recorded.Slice(at))
	if err != nil {
		return Statement{}, err
	}
	return Statement{Text: rendering.Text, Origin: func(part source.Span) (*source.File, source.Span) {
		recorded := rendering.Origin(part)
		return text.Written, text.Origin(source.Span{Start: at.Start + recorded.Start, End: at.Start + recorded.End})
	}}, nil
}

// addJar makes a jar of the job known to the session.
func (s *Script) addJar(path string) Statement {
	file := s.project.File
	return Statement{
		Text:   "ADD JAR '" + strings.ReplaceAll(path, "'", "''") + "'",
		Origin: func(source.Span) (*source.File, source.Span) { return file, source.Span{} },
	}
}
