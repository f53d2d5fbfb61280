package bind_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// labelled is a row of semantic.jsonl: a script, and what live Flink said to its last statement, by release.
type labelled struct {
	ID    string            `json:"id"`
	Tags  []string          `json:"tags"`
	Setup []json.RawMessage `json:"setup"`
	SQL   string            `json:"sql"`
	Batch bool              `json:"batch"`
	Flink map[string]struct {
		Outcome     string `json:"outcome"`
		SameAs      string `json:"same_as"`
		Stage       string `json:"stage"`
		Message     string `json:"message"`
		RootMessage string `json:"root_message"`
	} `json:"flink"`
}

func (l *labelled) script() string {
	var b strings.Builder
	if l.Batch {
		b.WriteString("SET 'execution.runtime-mode' = 'batch';\n")
	}
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

// TestAcceptedStatements binds every statement that live Flink plans: none may have a finding.
func TestAcceptedStatements(t *testing.T) {
	t.Parallel()
	rows := corpus(t, "semantic.jsonl")
	for _, release := range []token.Release{token.V1_20, token.V2_2, token.V2_3} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			accepted, refused, found := 0, 0, 0
			for _, row := range rows {
				label, ok := row.Flink[release.String()]
				if !ok {
					continue
				}
				findings := bound(row.ID, row.script(), release)
				switch {
				case label.Outcome == "accept":
					accepted++
					for _, f := range findings {
						t.Errorf("%s: %s %s", row.ID, f.Rule, f.Message)
					}
				case len(findings) > 0:
					found++
					refused++
				default:
					refused++
					if testing.Verbose() {
						t.Logf("missed %s %v %s: %.150s", row.ID, row.Tags, label.Stage, label.RootMessage+label.Message)
					}
				}
			}
			t.Logf("%d accepted, %d of %d refused are found here; the others are for the rules of connectors and changelogs", accepted, found, refused)
		})
	}
}

// TestOwnStatements binds statements of our own, which live Flink planned or refused: what it plans must have no finding,
// and of what it refuses, most must have one.
func TestOwnStatements(t *testing.T) {
	t.Parallel()
	tables, err := os.ReadFile("testdata/tables.sql")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/statements.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range []token.Release{token.V1_20, token.V2_2} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			refused, found := 0, 0
			for line := range strings.Lines(string(text)) {
				row := map[string]string{}
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					t.Fatal(err)
				}
				findings := bound("case.sql", string(tables)+row["sql"], release)
				switch {
				case row[release.String()] == "reject":
					refused++
					found += min(len(findings), 1)
				case len(findings) > 0:
					t.Errorf("%s\n%s %s", row["sql"], findings[0].Rule, findings[0].Message)
				}
			}
			t.Logf("%d of %d refused statements have a finding", found, refused)
			if found*100 < refused*70 {
				t.Error("too little is found")
			}
		})
	}
}

func bound(name, text string, release token.Release) []diag.Finding {
	script, findings := parser.Parse(source.New(name, text), parser.Options{Release: release})
	return append(findings, bind.NewSession(release).Script(script).Findings()...)
}

// corpus reads a shared corpus, and skips the test where there is none.
func corpus(t *testing.T, name string) []*labelled {
	t.Helper()
	dir := os.Getenv("AUTOSTREAM_SHARED")
	if here, err := os.Getwd(); dir == "" && err == nil {
		for ; here != filepath.Dir(here); here = filepath.Dir(here) {
			if _, err := os.Stat(filepath.Join(here, "shared", "corpus")); err == nil {
				dir = filepath.Join(here, "shared")
			}
		}
	}
	if dir == "" {
		t.Skipf("shared/corpus is not beside the checkout: %s was not bound", name)
	}
	text, err := os.ReadFile(filepath.Join(dir, "corpus", name))
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
