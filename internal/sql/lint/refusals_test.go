package lint

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
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/udf"
)

// refusal is a statement that live Flink of some releases was asked about: testdata/README.md says how.
type refusal struct {
	Family string
	Shared bool   // the tables of sql/bind/testdata/cases.sql stand before it
	Setup  string // in refusals-setups.json; "" for none
	Batch  bool
	SQL    string
	Flink  map[string]string
}

// TestRefusals holds all that lint finds to what live Flink said: what Flink plans or runs has no error, and lint agrees with
// it on 98 % of all.
func TestRefusals(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	shared := read("../bind/testdata/cases.sql")
	var setups map[string][]string
	if err := json.Unmarshal([]byte(read("testdata/refusals-setups.json")), &setups); err != nil {
		t.Fatal(err)
	}
	var rows []refusal
	for line := range strings.Lines(read("testdata/refusals.jsonl")) {
		var r refusal
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	jar := classfile.OpenJars("testdata/functions.jar")
	for _, release := range []token.Release{token.V1_20, token.V2_2, token.V2_3} {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			accepted, refused, found := 0, 0, 0
			for _, r := range rows {
				label, asked := r.Flink[release.String()]
				if !asked {
					continue
				}
				var text strings.Builder
				if r.Batch {
					text.WriteString("SET 'execution.runtime-mode' = 'batch';\n")
				}
				if r.Shared {
					text.WriteString(shared)
				}
				for _, s := range setups[r.Setup] {
					text.WriteString(s + ";\n")
				}
				session := bind.NewSession(release)
				session.Classes = func([]string) udf.Classes { return jar }
				findings := Script(source.New("a.sql", text.String()+r.SQL), Options{Release: release, Session: session, Rules: All()}).Findings
				i := slices.IndexFunc(findings, func(f diag.Finding) bool { return f.Level == diag.Error })
				switch {
				case label == "accept":
					accepted++
					if i >= 0 {
						t.Errorf("%s\n%s %s", r.SQL, findings[i].Rule, findings[i].Message)
					}
				case i >= 0:
					refused++
					found++
				default:
					refused++
					if testing.Verbose() {
						t.Logf("missed (%s) %s", label, r.SQL)
					}
				}
			}
			t.Logf("%d accepted, %d of %d refused are found", accepted, found, refused)
			if missed := refused - found; missed*100 > 2*(accepted+refused) {
				t.Errorf("%d of %d are missed: lint agrees with less than 98 %%", missed, accepted+refused)
			}
		})
	}
}
