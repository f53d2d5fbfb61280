package lineage

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sqlfiles"
)

const script = `CREATE TABLE clicks (page STRING, user_id BIGINT, secs INT) WITH ('connector' = 'kafka', 'topic' = 'clicks', 'properties.bootstrap.servers' = 'broker:9092', 'scan.startup.mode' = 'earliest-offset', 'format' = 'json');
CREATE TABLE visitors (page STRING, uv BIGINT, note STRING) WITH ('connector' = 'print');
INSERT INTO visitors
SELECT page, COUNT(DISTINCT user_id), 'a long constant that has to be cut somewhere near the edge of the terminal'
FROM clicks WHERE secs > 3 GROUP BY page;
`

// TestPicture draws a script as a terminal of some width shows it.
func TestPicture(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		width int
		want  string
	}{
		{100, `visitors  job, a.sql:3
├─ page ← clicks.page
├─ uv   ← clicks.user_id  COUNT(DISTINCT ¶user_id¶)
├─ note ← 'a long constant that has to be cut somewhere near the edge of the terminal'
├─ rows chosen by clicks.secs
└─ rows grouped by clicks.page
`},
		{40, `visitors  job, a.sql:3
├─ page ← clicks.page
├─ uv   ← clicks.user_id  COUNT(DISTIN…
├─ note ← 'a long constant that has to…
├─ rows chosen by clicks.secs
└─ rows grouped by clicks.page
`},
	} {
		var out bytes.Buffer
		if err := edgesOf(t).Rows(&term.IO{Out: &out, Err: &out, OutTerminal: true, Width: tt.width}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.ReplaceAll(tt.want, "¶", "`"), out.String()); diff != "" {
			t.Errorf("%d columns: %s", tt.width, diff)
		}
	}
}

// edgesOf reads the script without a file system.
func edgesOf(t *testing.T) *report {
	t.Helper()
	p, err := project.Bare(t.TempDir(), project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := p.ScriptOf(source.New("a.sql", script))
	if err != nil {
		t.Fatal(err)
	}
	tree, findings := parser.Parse(text.Recorded, parser.Options{Release: token.V2_2})
	bound := bind.NewSession(token.V2_2).Script(tree)
	if findings = append(findings, bound.Findings()...); len(findings) > 0 {
		t.Fatal(findings[0].Message)
	}
	r := &report{}
	r.read(&sqlfiles.Script{Source: sqlfiles.Source{Project: p, Job: "job"}, Text: text, Tree: tree, Bound: bound})
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
	cmd.SetArgs([]string{"a.sql", "job", "--flink", "1.20", "--upstream", "t.c", "--downstream", "u", "--format", "dot"})
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a.sql", "job"}, got.Args); diff != "" {
		t.Error(diff)
	}
	if got.Flink != "1.20" || got.Upstream != "t.c" || got.Downstream != "u" || got.Format != dot || got.Dir != "/here" {
		t.Errorf("options are %+v", got)
	}
}
