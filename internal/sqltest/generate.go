package sqltest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
)

// patience is how long a table may take to give its first rows to a generated test.
const patience = 30 * time.Second

// Draft is a first test of a job, made of rows that its tables give now.
type Draft struct {
	Path    string // beside the script
	Text    string
	Without []string // tables that gave no row in time
}

// Generate previews the tables that a job reads, up to limit rows of each, and writes a test around them. What is expected is
// left empty: running the test with an update fills it in. Nothing is written to disk.
func Generate(ctx context.Context, p *project.Project, job project.Job, cluster preview.Cluster, limit int64) (*Draft, error) {
	s, err := readScript(p, job)
	if err != nil {
		return nil, err
	}
	if broken := s.errors(); len(broken) > 0 {
		return nil, fault.Errorf(fault.Findings, "%s has %d errors", s.own().Written.Name, len(broken)).WithFix("autostream lint %s", job.Name)
	}
	d := &Draft{Path: strings.TrimSuffix(p.Path(job.File), ".sql") + Suffix}
	var given strings.Builder
	for _, t := range s.read() {
		rows, err := s.sample(ctx, cluster, t, limit)
		if err != nil {
			return nil, fmt.Errorf("reading rows of %s: %w", t.Path.Short(), err)
		}
		if len(rows) == 0 {
			d.Without = append(d.Without, t.Path.Short())
			continue
		}
		fmt.Fprintf(&given, "      %s:\n", yamlValue(t.Path.Short()))
		for _, row := range rows {
			fmt.Fprintf(&given, "        - %s\n", row)
		}
	}
	d.Text = s.draft(given.String())
	return d, nil
}

// draft puts a test together.
func (s *script) draft(given string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Tests of %s; run them with: autostream test %s\n", s.own().Written.Name, s.job.Name)
	for _, p := range s.pieces {
		if len(stopClock(p.text.Recorded.Slice(p.syntax.Span()), time.Now())) > 0 {
			fmt.Fprintf(&b, "now: %s\n", time.Now().UTC().Format(time.DateTime))
			break
		}
	}
	b.WriteString("cases:\n  - name: rows of a preview\n")
	if given != "" {
		b.WriteString("    given:\n" + given)
	}
	b.WriteString("    expect:\n")
	var seen []*table
	for _, i := range s.inserts {
		if i.table != nil && !slices.Contains(seen, i.table) {
			seen = append(seen, i.table)
			fmt.Fprintf(&b, "      %s: []\n", yamlValue(i.table.Path.Short()))
		}
	}
	return b.String()
}

// read are the tables that the statements of the script read, directly or by way of views.
func (s *script) read() []*table {
	var out []*table
	for _, t := range s.tables {
		if t.Kind != bind.BaseTable || slices.ContainsFunc(s.inserts, func(i insertion) bool { return i.table == t }) {
			continue
		}
		used := false
		for _, p := range s.pieces {
			for name := range tableNames(p.syntax) {
				_, declares := p.syntax.(*ast.CreateTable)
				used = used || !declares && s.find(name.Text()) == t
			}
		}
		if used {
			out = append(out, t)
		}
	}
	return out
}

// sample reads the first rows of a table as lines of a test.
func (s *script) sample(ctx context.Context, cluster preview.Cluster, t *table, limit int64) ([]string, error) {
	scripted, err := preview.ReadJob(s.project, s.job)
	if err != nil || len(scripted.Queries) == 0 {
		return nil, err
	}
	request, err := scripted.Request(ctx, scripted.Queries[len(scripted.Queries)-1])
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range givable(t.Table) {
		names = append(names, "`"+strings.ReplaceAll(name, "`", "``")+"`")
	}
	request.Query.Text = "SELECT " + strings.Join(names, ", ") + " FROM " + t.Path.Quoted()
	request.Limit, request.For = limit, patience
	run, err := cluster.Start(ctx, request)
	if err != nil {
		return nil, err
	}
	var lines []string
	for {
		events, err := run.Next(ctx)
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return lines, errors.Join(err, run.Close())
		}
		for _, e := range events {
			lines = append(lines, line(t, e))
		}
	}
}

// line writes a row of a preview as a row that a table gives.
func line(t *table, e preview.Event) string {
	var parts []string
	for i, name := range givable(t.Table) {
		v := plainValue(e.Fields[i])
		if n, err := normal(t.Field(name).Type, v); err == nil {
			v = n
		}
		if v != nil {
			parts = append(parts, yamlValue(name)+": "+yamlValue(v))
		}
	}
	row := "{" + strings.Join(parts, ", ") + "}"
	if e.Kind != preview.Insert {
		return "{" + e.Kind.String() + ": " + row + "}"
	}
	return row
}

// plainValue brings a value of a preview into the form of the wire.
func plainValue(v preview.Value) any {
	switch v := v.(type) {
	case preview.Bytes:
		return base64.StdEncoding.EncodeToString([]byte(v))
	case preview.List:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plainValue(item)
		}
		return list
	case preview.Record:
		object := map[string]any{}
		for _, entry := range v {
			object[entry.Name] = plainValue(entry.Value)
		}
		return object
	case preview.Map:
		var pairs []any
		for _, entry := range v {
			pairs = append(pairs, []any{entry.Name, plainValue(entry.Value)})
		}
		return pairs
	case preview.Null, nil:
		return nil
	case preview.Timestamp:
		return string(v)
	}
	return preview.String(v)
}
