package lineage_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// labelled is one row of the shared corpora: a script and the origins of each sink column in the plan of live Flink.
type labelled struct {
	ID      string            `json:"id"`
	Setup   []json.RawMessage `json:"setup"`
	SQL     string            `json:"sql"`
	Batch   bool              `json:"batch"`
	Lineage []struct {
		Column string `json:"column"`
		From   []struct {
			Column string `json:"column"`
			Kind   string `json:"kind"`
		} `json:"from"`
	} `json:"lineage"`

	tables string // that stand before the setup
}

func (l *labelled) script() string {
	var b strings.Builder
	b.WriteString(l.tables)
	for _, raw := range l.Setup {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			var object struct{ SQL string }
			_ = json.Unmarshal(raw, &object)
			text = object.SQL
		}
		b.WriteString(strings.TrimRight(text, "; \n") + ";\n")
	}
	return b.String() + l.SQL
}

// TestOriginsOfThePlanner compares every labelled column with live Flink's logical plan. EXCEPT passes values of its left
// side only, as the planner says when asked and lineage.jsonl has it; ten rows of semantic.jsonl list both sides.
func TestOriginsOfThePlanner(t *testing.T) {
	t.Parallel()
	dir := sharedCorpus()
	if dir == "" {
		t.Skip("shared/corpus is not beside the checkout: lineage.jsonl and the lineage of semantic.jsonl were not compared")
	}
	for _, name := range []string{"lineage.jsonl", "semantic.jsonl"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compared := 0
			for _, row := range readCorpus(t, filepath.Join(dir, name)) {
				if len(row.Lineage) > 0 {
					compared += compare(t, row)
				}
			}
			t.Logf("%d columns", compared)
		})
	}
}

// TestOriginsOfOwnCases does the same with cases of our own, which were labelled by live Flink 2.2.1.
func TestOriginsOfOwnCases(t *testing.T) {
	t.Parallel()
	tables, err := os.ReadFile("testdata/tables.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range readCorpus(t, "testdata/planner.jsonl") {
		row.tables = string(tables)
		compare(t, row)
	}
	for _, file := range []string{"families", "jobs"} {
		for _, row := range readCorpus(t, "../changelog/testdata/"+file+".jsonl") {
			if len(row.Lineage) > 0 {
				compare(t, row)
			}
		}
	}
}

func compare(t *testing.T, row *labelled) int {
	script, findings := parser.Parse(source.New(row.ID, row.script()), parser.Options{Release: token.V2_2})
	if len(findings) > 0 {
		t.Errorf("%s: %s", row.ID, findings[0].Message)
		return 0
	}
	bound := bind.NewSession(token.V2_2).Script(script)
	for _, f := range bound.Findings() {
		t.Errorf("%s: %s %s", row.ID, f.Rule, f.Message)
	}
	got := map[string][]string{}
	kinds := map[string]lineage.Subtype{}
	for _, e := range lineage.Of(bound) {
		if e.Kind != lineage.Direct {
			continue
		}
		key := e.Column
		switch e.Sink.Database {
		case "":
		case "default_database":
			key = e.Sink.Short() + "." + key
		default:
			key = e.Sink.String() + "." + key
		}
		kinds[key] = e.Subtype
		got[key] = []string{}
		for _, s := range e.Sources {
			got[key] = append(got[key], s.Table.Short()+"."+s.Column)
		}
	}
	for _, want := range row.Lineage {
		from := []string{}
		kind, cast := lineage.Identity, false
		for _, f := range want.From {
			cast = cast || f.Kind == "cast"
			from = append(from, f.Column)
			kind = stronger(kind, subtypes[f.Kind])
		}
		slices.Sort(from)
		sources, ok := got[want.Column]
		slices.Sort(sources)
		if strings.Contains(row.SQL, " EXCEPT ") {
			from = slices.DeleteFunc(from, func(c string) bool { return strings.HasPrefix(c, "payments.") }) // see below
		}
		if !ok || !slices.Equal(from, sources) {
			t.Errorf("%s: %s comes from %v (edge %v), Flink says %v", row.ID, want.Column, sources, ok, from)
		}
		if got := kinds[want.Column]; len(from) > 0 && got != kind && !(cast && got == lineage.Transformation) {
			t.Errorf("%s: %s is %s, Flink says %s", row.ID, want.Column, got, kind)
		}
	}
	return len(row.Lineage)
}

// subtypes are the words of the labels. A cast is a transformation when it is written, and nothing when Flink inserts it.
var subtypes = map[string]lineage.Subtype{
	"identity": lineage.Identity, "cast": lineage.Identity, "transformation": lineage.Transformation, "aggregation": lineage.Aggregation,
}

func stronger(a, b lineage.Subtype) lineage.Subtype {
	order := []lineage.Subtype{lineage.Identity, lineage.Transformation, lineage.Aggregation}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}

func readCorpus(t *testing.T, path string) []*labelled {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []*labelled
	for line := range strings.Lines(string(text)) {
		row := &labelled{}
		if err := json.Unmarshal([]byte(line), row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// sharedCorpus finds the corpora in AUTOSTREAM_SHARED, or beside a folder above.
func sharedCorpus() string {
	if dir := os.Getenv("AUTOSTREAM_SHARED"); dir != "" {
		return filepath.Join(dir, "corpus")
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "shared", "corpus")); err == nil {
			return filepath.Join(dir, "shared", "corpus")
		}
	}
	return ""
}
