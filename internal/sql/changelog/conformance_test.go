package changelog_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/udf"
)

// labelled is a script, and what live Flink said to its last statement, by release.
type labelled struct {
	ID    string                     `json:"id"`
	Tags  []string                   `json:"tags"`
	Setup []json.RawMessage          `json:"setup"`
	SQL   string                     `json:"sql"`
	Batch bool                       `json:"batch"`
	Flink map[string]json.RawMessage `json:"flink"`
}

// label is the answer of one release.
type label struct {
	Outcome     string `json:"outcome"`
	SameAs      string `json:"same_as"`
	Stage       string `json:"stage"`
	Message     string `json:"message"`
	RootMessage string `json:"root_message"`
	Nodes       [][]any
	OutputMode  any `json:"output_mode"`
	Sinks       []struct {
		InputMode   any  `json:"input_mode"`
		Materialize bool `json:"upsert_materialize"`
	}
}

func (l *labelled) label(t *testing.T, release string) (label, bool) {
	t.Helper()
	var out label
	raw, ok := l.Flink[release]
	if !ok {
		return out, false
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", l.ID, err)
	}
	if out.SameAs != "" {
		out = label{}
		same, _ := l.Flink["2.2"]
		if err := json.Unmarshal(same, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out, true
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

// tree writes operators as the labels have them: depth, operator, kinds.
func tree(op *changelog.Operator, depth int, out *[]string) {
	kinds := strings.Join(op.Changes.Kinds(), ",")
	if op.Kind == changelog.Sink {
		kinds = "NONE"
	}
	*out = append(*out, fmt.Sprintf("%d %s %s", depth, op.Kind, kinds))
	for _, in := range op.Inputs {
		tree(in, depth+1, out)
	}
}

func wanted(l label) []string {
	var out []string
	for _, n := range l.Nodes {
		out = append(out, fmt.Sprintf("%v %v %s", n[0], n[1], mode(n[2])))
	}
	return out
}

func mode(v any) string {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, " ", "")
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = fmt.Sprint(p)
		}
		return strings.Join(parts, ",")
	}
	return ""
}

// TestLivePlans compares every plan with that of live Flink: whether it is accepted, what reaches the sink, and each operator
// with the changes that it emits.
func TestLivePlans(t *testing.T) {
	t.Parallel()
	rows := corpus(t, "semantic.jsonl")
	for _, release := range []token.Release{token.V1_20, token.V2_2, token.V2_3} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			compare(t, rows, release, figures{98, 98, 95})
		})
	}
}

// TestOwnPlans does the same for scripts of our own.
func TestOwnPlans(t *testing.T) {
	t.Parallel()
	for file, releases := range map[string][]token.Release{
		"plans":     {token.V1_20, token.V2_0, token.V2_1, token.V2_2, token.V2_3},
		"functions": {token.V1_20, token.V2_2, token.V2_3},
		"families":  {token.V1_20, token.V2_0, token.V2_1, token.V2_2, token.V2_3},
		"jobs":      {token.V1_20, token.V2_2, token.V2_3},
	} {
		text, err := os.ReadFile("testdata/" + file + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range releases {
			t.Run(file+"/"+release.String(), func(t *testing.T) {
				t.Parallel()
				compare(t, parse(t, string(text)), release, figures{98, 98, 95})
			})
		}
	}
}

// figures are the percentages below which the test fails.
type figures struct{ agreement, changelog, operators int }

func compare(t *testing.T, rows []*labelled, release token.Release, least figures) {
	t.Helper()
	var cases, agree, accepted, falseErrors, plans, whole, nodes, right, modes, modesRight int
	for _, row := range rows {
		want, ok := row.label(t, release.String())
		if !ok {
			continue
		}
		cases++
		refused, why, all := planned(row, release)
		if (want.Outcome == "accept") == !refused {
			agree++
		} else {
			t.Logf("%s %v %s: Flink %ss: %.140s %s", row.ID, row.Tags, row.SQL, want.Outcome, want.RootMessage+" "+want.Message, why)
		}
		if want.Outcome != "accept" {
			continue
		}
		accepted++
		if refused {
			falseErrors++
			t.Errorf("%s: a false error: %s", row.ID, why)
		}
		if len(want.Nodes) == 0 || len(all) == 0 {
			continue
		}
		var got []string
		for _, p := range all {
			if root := p.Graph(); root != nil {
				tree(root, 0, &got)
			}
		}
		plans++
		expected := wanted(want)
		modes++
		if sinkMode(want) == strings.Join(all[len(all)-1].Changes().Kinds(), ",") {
			modesRight++
		} else {
			t.Logf("%s %v: changelog %s, Flink %s", row.ID, row.Tags, all[len(all)-1].Changes(), sinkMode(want))
		}
		nodes += len(expected)
		if slices.Equal(got, expected) {
			whole++
			right += len(expected)
			continue
		}
		right += common(got, expected)
		t.Logf("%s %v %s\n  got  %s\n  want %s", row.ID, row.Tags, row.SQL, strings.Join(got, " | "), strings.Join(expected, " | "))
	}
	t.Logf("%d cases, %d agree (%.1f %%); %d accepted, %d false errors; changelog %d/%d (%.1f %%); plans %d/%d (%.1f %%); operators %d/%d (%.1f %%)", cases, agree, percent(agree, cases), accepted, falseErrors,
		modesRight, modes, percent(modesRight, modes), whole, plans, percent(whole, plans), right, nodes, percent(right, nodes))
	for _, figure := range []struct {
		name           string
		have, of, less int
	}{{"agreement", agree, cases, least.agreement}, {"changelog at the sink", modesRight, modes, least.changelog}, {"operators", right, nodes, least.operators}} {
		if percent(figure.have, figure.of) < float64(figure.less) {
			t.Errorf("%s: %.1f %%, at least %d %% are wanted", figure.name, percent(figure.have, figure.of), figure.less)
		}
	}
}

func percent(a, b int) float64 { return 100 * float64(a) / float64(max(b, 1)) }

func sinkMode(l label) string {
	if len(l.Sinks) > 0 {
		return mode(l.Sinks[len(l.Sinks)-1].InputMode)
	}
	return mode(l.OutputMode)
}

// common is the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		before := 0
		for j, y := range b {
			at := row[j+1]
			if x == y {
				row[j+1] = before + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			before = at
		}
	}
	return row[len(b)]
}

// jar is the functions of users that functions.jsonl calls.
var jar = sync.OnceValue(func() *classfile.Jars { return classfile.OpenJars("../udf/testdata/shop.jar") })

// planned judges a case as lint does, and plans its last statement.
func planned(row *labelled, release token.Release) (refused bool, why string, plans []*changelog.Plan) {
	session := bind.NewSession(release)
	session.Classes = func([]string) udf.Classes { return jar() }
	report := lint.Script(source.New(row.ID+".sql", row.script()), lint.Options{Release: release, Session: session, Rules: lint.All()})
	for _, p := range report.Plans {
		if p.Statement == len(report.Bound.Statements) {
			plans = append(plans, p)
		}
	}
	findings := slices.DeleteFunc(report.Findings, func(f diag.Finding) bool { return f.Level != diag.Error })
	if len(findings) == 0 {
		return false, "", plans
	}
	return true, findings[0].Rule + " " + findings[0].Message, plans
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
		t.Skipf("shared/corpus is not beside the checkout: %s was not planned", name)
	}
	text, err := os.ReadFile(filepath.Join(dir, "corpus", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(text))
}

func parse(t testing.TB, text string) []*labelled {
	t.Helper()
	var rows []*labelled
	for line := range strings.Lines(text) {
		row := &labelled{}
		if err := json.Unmarshal([]byte(line), row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}
