package explain

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sqlfiles"
)

const script = `CREATE TABLE clicks (page STRING, user_id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE pages (page STRING, title STRING) WITH ('connector' = 'datagen');
CREATE TABLE visitors (title STRING, uv BIGINT, PRIMARY KEY (title) NOT ENFORCED) WITH ('connector' = 'blackhole');
SET 'table.exec.state.ttl' = '36 h';
INSERT INTO visitors
SELECT title, COUNT(DISTINCT user_id) FROM clicks LEFT JOIN pages ON clicks.page = pages.page GROUP BY title;
SELECT page FROM clicks ORDER BY user_id;
`

// TestPicture draws a script as a terminal of some width shows it.
func TestPicture(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		width int
		want  string
	}{
		{100, `visitors  job, a.sql:5, certain
rows are inserted, updated and deleted, by key (title)
Sink  visitors
└─GroupAggregate  +I +U -D  by title: COUNT(DISTINCT user_id)
  │ accumulators per key, and every distinct value, kept for 36 h after its last change (table.exec…
  └─Exchange  +I -U +U -D  by title
    └─Calc  +I -U +U -D  title, user_id
      └─Join  +I -U +U -D  left on page
        │ all rows of both sides, kept for 36 h after its last change (table.exec.state.ttl)
        ├─Exchange  +I  by page
        │ └─TableSourceScan  +I  clicks
        └─Exchange  +I  by page
          └─TableSourceScan  +I  pages

query  job, a.sql:7, certain
rows are only appended
Flink refuses it: ORDER BY user_id without LIMIT is no time attribute
Calc  +I  page
└─Sort  +I  by user_id
  └─Exchange  +I  all rows to one task
    │ everything above runs in a single task
    └─TableSourceScan  +I  clicks
`},
		{40, `visitors  job, a.sql:5, certain
rows are inserted, updated and deleted, by key (title)
Sink  visitors
└─GroupAggregate  +I +U -D  by title: C…
  │ accumulators per key, and every dis…
  └─Exchange  +I -U +U -D  by title
    └─Calc  +I -U +U -D  title, user_id
      └─Join  +I -U +U -D  left on page
        │ all rows of both sides, kept …
        ├─Exchange  +I  by page
        │ └─TableSourceScan  +I  clicks
        └─Exchange  +I  by page
          └─TableSourceScan  +I  pages

query  job, a.sql:7, certain
rows are only appended
Flink refuses it: ORDER BY user_id without LIMIT is no time attribute
Calc  +I  page
└─Sort  +I  by user_id
  └─Exchange  +I  all rows to one task
    │ everything above runs in a single…
    └─TableSourceScan  +I  clicks
`},
	} {
		var out bytes.Buffer
		if err := explained(t).Rows(&term.IO{Out: &out, Err: &out, OutTerminal: true, Width: tt.width}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, out.String()); diff != "" {
			t.Errorf("%d columns: %s", tt.width, diff)
		}
	}
}

// explained reads the script without a file system.
func explained(t *testing.T) *report {
	t.Helper()
	p, err := project.Bare(t.TempDir(), project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := p.ScriptOf(source.New("a.sql", script))
	if err != nil {
		t.Fatal(err)
	}
	judged := lint.Script(text.Recorded, lint.Options{Release: token.V2_2})
	r := &report{}
	r.add(&sqlfiles.Script{Source: sqlfiles.Source{Project: p, Job: "job"}, Text: text, Tree: judged.Script, Bound: judged.Bound, Judged: judged, Findings: judged.Findings})
	return r
}

// TestFlags hands what was written on the command line to the command.
func TestFlags(t *testing.T) {
	t.Parallel()
	var got *Options
	cmd := NewCommand(&deps.Deps{IO: &term.IO{}, Dir: "/here"}, func(_ context.Context, o *Options) error {
		got = o
		return nil
	})
	cmd.SetArgs([]string{"a.sql", "job", "--flink", "1.20", "--format", "json"})
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a.sql", "job"}, got.Args); diff != "" {
		t.Error(diff)
	}
	if got.Flink != "1.20" || got.Format != term.JSON || got.Dir != "/here" {
		t.Errorf("options are %+v", got)
	}
}
