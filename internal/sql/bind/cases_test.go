package bind_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/token"
)

// planned is a statement that live Flink was asked about: what it said, by release. testdata/README.md has the words.
type planned struct {
	Shared bool // testdata/cases.sql stands before it
	Setup  []string
	SQL    string
	Batch  bool
	Flink  map[string]string
}

func (p *planned) script(shared string) string {
	text := ""
	if p.Batch {
		text = "SET 'execution.runtime-mode' = 'batch';\n"
	}
	if p.Shared {
		text += shared
	}
	for _, s := range p.Setup {
		text += s + ";\n"
	}
	return text + p.SQL
}

// TestPlannedCases binds statements of our own about connectors and about names and types. What live Flink plans must have
// no error; of what it refuses before it plans, most must have one.
func TestPlannedCases(t *testing.T) {
	t.Parallel()
	shared, err := os.ReadFile("testdata/cases.sql")
	if err != nil {
		t.Fatal(err)
	}
	for name, least := range map[string]int{"testdata/connectors.jsonl": 95, "testdata/cases.jsonl": 80} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range token.Releases() {
			t.Run(strings.TrimPrefix(name, "testdata/")+"/"+release.String(), func(t *testing.T) {
				t.Parallel()
				accepted, refused, found := 0, 0, 0
				for line := range strings.Lines(string(text)) {
					var p planned
					if err := json.Unmarshal([]byte(line), &p); err != nil {
						t.Fatal(err)
					}
					label, ok := p.Flink[release.String()]
					if !ok {
						continue
					}
					broken := firstError(bound("case.sql", p.script(string(shared)), release))
					switch {
					case label == "accept":
						accepted++
						if broken != nil {
							t.Errorf("%s\n%s %s", p.SQL, broken.Rule, broken.Message)
						}
					case label == "validate" || label == "setup":
						refused++
						if broken != nil {
							found++
						}
					}
				}
				t.Logf("%d accepted; %d of %d that are refused before they are planned have an error", accepted, found, refused)
				if found*100 < refused*least {
					t.Error("too little is found")
				}
			})
		}
	}
}

func firstError(findings []diag.Finding) *diag.Finding {
	for i := range findings {
		if findings[i].Level == diag.Error {
			return &findings[i]
		}
	}
	return nil
}
