package bind_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/classfile"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/udf"
)

// TestFunctionsOfUsers binds calls of functions whose classes are in a jar, and compares the columns with those that live
// Flink gives, with the same jar on its class path: names and types, NOT NULL included.
func TestFunctionsOfUsers(t *testing.T) {
	t.Parallel()
	before, err := os.ReadFile("testdata/functions.sql")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/functions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	jar := classfile.OpenJars("../udf/testdata/shop.jar")
	for _, release := range []token.Release{token.V1_20, token.V2_2} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			var accepted, same, refused, found int
			for line := range strings.Lines(string(text)) {
				var row struct {
					SQL   string
					Flink map[string]any
				}
				if err := json.Unmarshal([]byte(line), &row); err != nil {
					t.Fatal(err)
				}
				columns, problem := columnsOf(string(before)+row.SQL, release, jar)
				want, ok := row.Flink[release.String()].([]any)
				switch {
				case !ok && problem != nil:
					refused++
					found++
				case !ok:
					refused++
					t.Logf("missed: %s", row.SQL)
				case problem != nil:
					t.Errorf("%s: %s %s", row.SQL, problem.Rule, problem.Message)
				default:
					accepted++
					if slices.Equal(columns, strs(want)) {
						same++
					} else {
						t.Logf("%s is %v, Flink says %v", row.SQL, columns, want)
					}
				}
			}
			t.Logf("%d accepted, %d of them with the same columns; %d of %d refused are refused", accepted, same, found, refused)
			if same*100 < accepted*90 || found*100 < refused*80 {
				t.Error("too little is known")
			}
		})
	}
}

func strs(list []any) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i], _ = v.(string)
	}
	return out
}

// columnsOf binds a script and returns the columns of its last query, and the first error.
func columnsOf(text string, release token.Release, classes udf.Classes) ([]string, *diag.Finding) {
	script, findings := parser.Parse(source.New("case.sql", text), parser.Options{Release: release})
	session := bind.NewSession(release)
	session.Classes = func([]string) udf.Classes { return classes }
	bound := session.Script(script)
	findings = append(findings, bound.Findings()...)
	var columns []string
	if query := bound.Statements[len(bound.Statements)-1].Query; query != nil {
		for _, c := range query.Columns() {
			columns = append(columns, c.Name+" "+c.Type.String())
		}
	}
	return columns, firstError(findings)
}
