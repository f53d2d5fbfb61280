package changelog

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// FuzzPlan plans whatever parses, in every release: it ends without a panic, and every column of a detail is one of the
// input's row.
func FuzzPlan(f *testing.F) {
	text, err := os.ReadFile("testdata/plans.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	tables := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		var row struct {
			Setup []string
			SQL   string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			f.Fatal(err)
		}
		for _, s := range row.Setup {
			if strings.HasPrefix(s, "CREATE") && !strings.Contains(s, " u AS") {
				tables[s] = true
			}
		}
		f.Add(row.SQL)
	}
	var setup []string
	for s := range tables {
		setup = append(setup, s)
	}
	slices.Sort(setup)
	before, _ := parser.Parse(source.New("tables.sql", strings.Join(setup, ";\n")), parser.Options{Release: token.V2_2})
	f.Fuzz(func(t *testing.T, sql string) {
		if len(sql) > 2000 {
			return
		}
		for _, release := range []token.Release{token.V1_20, token.V2_2, token.V2_3} {
			session := bind.NewSession(release)
			session.Script(before)
			script, findings := parser.Parse(source.New("a.sql", sql), parser.Options{Release: release})
			if len(findings) > 0 {
				return
			}
			bound := session.Script(script)
			for _, s := range bound.Statements {
				if slices.ContainsFunc(s.Findings, func(f diag.Finding) bool { return f.Level == diag.Error }) {
					continue
				}
				o := options{Release: release, Batch: s.Batch, settings: s.Settings, session: session, file: script.File, whole: s.Syntax.Place()}
				for _, p := range Unplanned(s) {
					sound(t, sql, o.planned(p).Root)
				}
			}
		}
	})
}

// sound checks the numbers of columns.
func sound(t *testing.T, sql string, root *Operator) {
	t.Helper()
	root.Walk(func(op *Operator) bool {
		width := 0
		for _, in := range op.Inputs {
			width += len(in.Row)
		}
		var columns []int
		switch d := op.Detail.(type) {
		case *Program:
			columns = usesOf(d.Values, d.Conditions)
			if len(d.Values) != len(op.Row) {
				t.Fatalf("%s\n%d values, %d columns", sql, len(d.Values), len(op.Row))
			}
		case *Grouping:
			columns = d.Keys
		case *Distribution:
			columns = d.Keys
		case *Ranking:
			columns = d.Partition
		}
		for _, c := range columns {
			if c >= width {
				t.Fatalf("%s\n%s reads column %d of %d", sql, op.Kind, c, width)
			}
		}
		return true
	})
}
