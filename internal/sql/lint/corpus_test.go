package lint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

// row is one of a corpus, with what live Flink said.
type row struct {
	ID     string            `json:"id"`
	File   string            `json:"file"`
	Expect string            `json:"expect"`
	Setup  []json.RawMessage `json:"setup"`
	SQL    string            `json:"sql"`
	Batch  bool              `json:"batch"`
	Flink  map[string]any    `json:"flink"`
}

// accepted says whether a release accepts the statement.
func (r *row) accepted(release token.Release) bool {
	switch label := r.Flink[release.String()].(type) {
	case string:
		return label == "accept"
	case map[string]any:
		return label["outcome"] == "accept" || label["same_as"] != nil && label["outcome"] == nil && r.Expect == "accept"
	}
	return false
}

func (r *row) script() string {
	var b strings.Builder
	if r.Batch {
		b.WriteString("SET 'execution.runtime-mode' = 'batch';\n")
	}
	for _, raw := range r.Setup {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			var object struct{ SQL string }
			_ = json.Unmarshal(raw, &object)
			text = object.SQL
		}
		b.WriteString(strings.TrimRight(text, "; \n") + ";\n")
	}
	return b.String() + r.SQL
}

// corpora are the files of statements with labels.
var corpora = []string{"semantic", "lineage", "cookbook", "nexmark", "planner_queries", "sql_client", "dt_sql_parser", "sqlfluff", "parser_cases", "edge"}

// TestCorpora runs all rules over the statements that live Flink accepts: none may call one an error; where only Flink's parser
// was asked, none may call it a syntax error. What else they say is counted with -v, and printed in full for the rule that AUTOSTREAM_RULE names.
func TestCorpora(t *testing.T) {
	t.Parallel()
	dir := shared(t)
	wanted := os.Getenv("AUTOSTREAM_RULE")
	counts, scripts := map[string]int{}, 0
	for _, name := range corpora {
		for _, script := range scriptsOf(t, filepath.Join(dir, "corpus", name+".jsonl"), token.V2_2) {
			scripts++
			report := Script(source.New(script.name, script.text), Options{Release: token.V2_2, Rules: All()})
			for _, f := range report.Findings {
				own := slices.ContainsFunc(All(), func(r rule.Rule) bool { return r.ID == f.Rule })
				if f.Level == diag.Error && (script.bound || f.Category == diag.Syntax) {
					t.Errorf("%s: %s %s", script.name, f.Rule, f.Message)
				}
				if own {
					counts[f.Rule+" "+f.Name]++
				}
				if wanted == f.Rule || wanted == f.Name {
					t.Logf("%s: %s\n%s", script.name, f.Message, f.File.Excerpt(f.Span, ""))
				}
			}
		}
	}
	t.Logf("%d scripts", scripts)
	for _, r := range All() {
		t.Logf("%5d %s %s", counts[r.ID+" "+r.Name], r.ID, r.Name)
	}
}

type corpusScript struct {
	name, text string
	bound      bool // its tables are in it
}

// scriptsOf reads a corpus: a script for each accepted case with its setup, or for each file of a cookbook.
func scriptsOf(t *testing.T, path string, release token.Release) []corpusScript {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var scripts []corpusScript
	files := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var r row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if !r.accepted(release) {
			continue
		}
		if strings.Contains(path, "cookbook") {
			i, known := files[r.File]
			if !known {
				i = len(scripts)
				files[r.File] = i
				scripts = append(scripts, corpusScript{name: r.File})
			}
			scripts[i].text += strings.TrimRight(r.SQL, "; \n") + ";\n"
			continue
		}
		scripts = append(scripts, corpusScript{name: r.ID, text: r.script(), bound: len(r.Setup) > 0})
	}
	return scripts
}

// shared finds the folder of corpora, and skips the test where there is none.
func shared(t *testing.T) string {
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
		t.Skip("shared/corpus is not beside the checkout: the rules were not run over it")
	}
	return dir
}

// TestReleases runs all rules over the statements that other releases accept: no error there either.
func TestReleases(t *testing.T) {
	t.Parallel()
	dir := shared(t)
	for _, release := range otherReleases() {
		accepted, bound := 0, 0
		for _, name := range corpora {
			for _, script := range scriptsOf(t, filepath.Join(dir, "corpus", name+".jsonl"), release) {
				accepted++
				if script.bound {
					bound++
				}
				for _, f := range Script(source.New(script.name, script.text), Options{Release: release, Rules: All()}).Findings {
					if f.Level == diag.Error && (script.bound || f.Category == diag.Syntax) {
						t.Errorf("%s for %s: %s %s", script.name, release, f.Rule, f.Message)
					}
				}
			}
		}
		t.Logf("%s: %d scripts, %d of them with their tables", release, accepted, bound)
	}
}

// otherReleases are those that AUTOSTREAM_RELEASES names, parted by blanks; else the two that most run beside the default.
func otherReleases() []token.Release {
	releases := []token.Release{}
	for name := range strings.FieldsSeq(os.Getenv("AUTOSTREAM_RELEASES")) {
		if release, ok := token.ParseRelease(name); ok {
			releases = append(releases, release)
		}
	}
	if len(releases) == 0 {
		return []token.Release{token.V1_20, token.V2_3}
	}
	return releases
}

// TestFixesOverCorpora repairs everything that can be repaired in the corpora: what comes out parses and, where its tables are
// known, has no error that was not there before; and nothing is left to repair.
func TestFixesOverCorpora(t *testing.T) {
	t.Parallel()
	dir := shared(t)
	made := map[string]int{}
	for _, name := range []string{"semantic", "lineage", "cookbook", "nexmark", "planner_queries", "parser_cases"} {
		for _, script := range scriptsOf(t, filepath.Join(dir, "corpus", name+".jsonl"), token.V2_2) {
			text, before := script.text, -1
			for round := range 6 {
				report := Script(source.New(script.name, text), Options{Release: token.V2_2, Rules: All()})
				var fixes []diag.Fix
				errors := 0
				for _, f := range report.Findings {
					if f.Level == diag.Error && (script.bound || f.Category == diag.Syntax) {
						errors++
					}
					if len(f.Fixes) > 0 {
						fixes = append(fixes, f.Fixes[0])
						made[f.Name]++
					}
				}
				if before >= 0 && errors > before {
					t.Errorf("%s: repairing makes %d errors of %d:\n%s", script.name, errors, before, text)
				}
				before = errors
				if len(fixes) == 0 {
					break
				}
				if round == 5 {
					t.Errorf("%s: always something to repair", script.name)
				}
				text, _ = diag.Apply(text, fixes)
			}
		}
	}
	t.Log(made)
}
