package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// scripts makes scripts out of texts, with the variables given.
func scripts(t *testing.T, variables map[string]string, texts ...string) []plan.Script {
	t.Helper()
	p, err := project.Bare(t.TempDir(), project.Options{Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	var out []plan.Script
	for i, text := range texts {
		s, findings, err := p.ScriptOf(source.New(fmt.Sprintf("%d.sql", i+1), text))
		if err != nil || len(findings) > 0 {
			t.Fatal(err, findings)
		}
		tree, findings := parser.Parse(s.Recorded, parser.Options{Release: token.Default})
		if len(findings) > 0 {
			t.Fatalf("%s: %v", text, findings)
		}
		out = append(out, plan.Script{Script: s, Tree: tree})
	}
	return out
}

func planOf(t *testing.T, texts ...string) (plan.Plan, []diag.Finding) {
	t.Helper()
	return plan.Of(plan.Source{Job: project.Job{Name: "j", Kind: project.SQL}, Release: "2.2", Scripts: scripts(t, nil, texts...)})
}

func TestStatements(t *testing.T) {
	t.Parallel()
	const a, b = "INSERT INTO a SELECT 1", "INSERT INTO b SELECT 2"
	both := "EXECUTE STATEMENT SET\nBEGIN\n" + a + ";\n" + b + ";\nEND"
	for _, test := range []struct {
		name       string
		texts      []string
		statements []string
		options    map[string]string
		findings   []string // "line:column rule"
	}{
		{name: "one insert", texts: []string{"CREATE TABLE a (x INT); CREATE VIEW v AS SELECT 1;", a + ";"}, statements: []string{"CREATE TABLE a (x INT)", a}},
		{name: "inserts are put into one set", texts: []string{a + ";\n" + b}, statements: []string{both}},
		{name: "definitions go before the set", texts: []string{a + "; CREATE VIEW v AS SELECT 1; " + b}, statements: []string{"CREATE VIEW v AS SELECT 1", both}},
		{name: "a set of the script", texts: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END;"}, statements: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END"}},
		{name: "a set in the client's notation", texts: []string{"BEGIN STATEMENT SET;\n" + a + ";\n" + b + ";\nEND;"}, statements: []string{both}},
		{name: "EXECUTE before an insert", texts: []string{"EXECUTE " + a + ";" + b}, statements: []string{both}},
		{name: "CREATE TABLE AS", texts: []string{"CREATE TABLE c WITH ('connector' = 'print') AS SELECT 1"}, statements: []string{"CREATE TABLE c WITH ('connector' = 'print') AS SELECT 1"}},
		{
			name: "settings", texts: []string{"SET 'a.b' = '1'; SET 'c' = '2'; SET 'd' = '3'; RESET 'c'; SET 'a.b' = '4';" + a},
			statements: []string{a}, options: map[string]string{"a.b": "4", "d": "3"},
		},
		{name: "old names of options", texts: []string{"SET 'state.backend' = 'rocksdb';" + a}, statements: []string{a}, options: map[string]string{"state.backend.type": "rocksdb"}},
		{name: "queries are left out", texts: []string{"SELECT 1;\nSHOW TABLES;\n" + a}, statements: []string{a}, findings: []string{"1:1 AP3005", "2:1 AP3005"}},
		{name: "nothing to run", texts: []string{"CREATE VIEW v AS SELECT 1;\nSELECT 1;"}, statements: []string{"CREATE VIEW v AS SELECT 1"}, findings: []string{"2:1 AP3005", "2:10 AP3001"}},
		{name: "two sets", texts: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END;\nEXECUTE STATEMENT SET BEGIN " + b + "; END;"}, findings: []string{"2:1 AP3002"}, statements: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END"}},
		{name: "a set and an insert", texts: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END;\n" + b}, findings: []string{"2:1 AP3002"}, statements: []string{"EXECUTE STATEMENT SET BEGIN " + a + "; END"}},
		{name: "USE between inserts", texts: []string{a + ";\nUSE db2;\n" + b}, findings: []string{"2:1 AP3003"}, statements: []string{"USE db2", both}},
		{name: "USE before them", texts: []string{"USE db2;" + a}, statements: []string{"USE db2", a}},
		{name: "DROP behind an insert", texts: []string{a + ";\nDROP TABLE a;"}, statements: []string{a}, findings: []string{"2:1 AP3006"}},
		{name: "DROP before it", texts: []string{"DROP TABLE IF EXISTS a;" + a}, statements: []string{"DROP TABLE IF EXISTS a", a}},
		{name: "other jobs", texts: []string{"STOP JOB 'x';\n" + a}, statements: []string{a}, findings: []string{"1:1 AP3004"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p, findings := planOf(t, test.texts...)
			if diff := cmp.Diff(test.statements, p.Spec.Statements); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			for key, value := range test.options {
				if p.Spec.Options[key] != value {
					t.Errorf("option %s is %q, want %q", key, p.Spec.Options[key], value)
				}
			}
			var got []string
			for _, f := range findings {
				at := f.File.Position(f.Span.Start)
				got = append(got, fmt.Sprintf("%d:%d %s", at.Line, at.Column, f.Rule))
			}
			if diff := cmp.Diff(test.findings, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// What Flink says about a place in a statement is brought back to the user's file, through the statement set and through
// variables.
func TestPlace(t *testing.T) {
	t.Parallel()
	p, findings := plan.Of(plan.Source{
		Job: project.Job{Name: "j", Kind: project.SQL}, Release: "2.2",
		Scripts: scripts(t, map[string]string{"T": "a_long_name"}, "CREATE VIEW v AS SELECT 1;", "INSERT INTO ${T} SELECT 1;\n\nINSERT INTO b\nSELECT ${T}, nosuch FROM v;"),
	})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	for _, test := range []struct {
		statement, line, column int
		want                    string
	}{
		{0, 1, 13, "1.sql:1:13 v"},
		{0, 0, 0, "1.sql:1:1 CREATE"},
		{1, 3, 13, "2.sql:1:13 ${T}"},
		{1, 3, 25, "2.sql:1:18 SELECT"},
		{1, 5, 21, "2.sql:4:14 nosuch"},
		{1, 5, 8, "2.sql:4:8 ${T}"},
	} {
		place, ok := p.Place(test.statement, test.line, test.column)
		if !ok {
			t.Errorf("no place for %+v", test)
			continue
		}
		at := place.File.Position(place.Span.Start)
		if got := fmt.Sprintf("%s:%d:%d %s", place.File.Name, at.Line, at.Column, place.File.Slice(place.Span)); got != test.want {
			t.Errorf("%d:%d:%d is %q, want %q", test.statement, test.line, test.column, got, test.want)
		}
	}
	if _, ok := p.Place(7, 1, 1); ok {
		t.Error("a statement that is not there has a place")
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	base := plan.Spec{
		Job: "j", Release: "2.2", Statements: []string{"INSERT INTO a SELECT 'x  y'"}, Options: map[string]string{"a": "1", "b": "2"},
		Jars: []plan.Jar{{Name: "libs/a.jar", SHA256: "11"}, {Name: "libs/b.jar", SHA256: "22"}},
	}
	change := func(f func(*plan.Spec)) plan.Spec {
		s := base
		s.Options = map[string]string{"a": "1", "b": "2"}
		s.Jars = append([]plan.Jar{}, base.Jars...)
		f(&s)
		return s
	}
	for name, test := range map[string]struct {
		spec plan.Spec
		same bool
	}{
		"layout and comments": {change(func(s *plan.Spec) { s.Statements = []string{"INSERT INTO a -- why\n  SELECT 'x  y'"} }), true},
		"names of jar files":  {change(func(s *plan.Spec) { s.Jars[0].Name, s.Jars[1].Name = "z.jar", "a.jar" }), true},
		"order of jars":       {change(func(s *plan.Spec) { s.Jars[0], s.Jars[1] = s.Jars[1], s.Jars[0] }), true},
		"blanks in a literal": {change(func(s *plan.Spec) { s.Statements = []string{"INSERT INTO a SELECT 'x y'"} }), false},
		"a hint":              {change(func(s *plan.Spec) { s.Statements = []string{"INSERT INTO a /*+ OPTIONS('a'='b') */ SELECT 'x  y'"} }), false},
		"an option":           {change(func(s *plan.Spec) { s.Options["a"] = "2" }), false},
		"a jar":               {change(func(s *plan.Spec) { s.Jars[1].SHA256 = "33" }), false},
		"the release":         {change(func(s *plan.Spec) { s.Release = "1.20" }), false},
		"parallelism":         {change(func(s *plan.Spec) { s.Parallelism = 4 }), false},
		"a variable":          {change(func(s *plan.Spec) { s.Environment = map[string]string{"TZ": "UTC"} }), false},
		"a label":             {change(func(s *plan.Spec) { s.Labels = map[string]string{"team": "a"} }), false},
		"the pod template":    {change(func(s *plan.Spec) { s.PodTemplate = "kind: Pod" }), false},
		"high availability":   {change(func(s *plan.Spec) { s.HighAvailability = "s3://ha" }), false},
	} {
		if same := test.spec.Hash() == base.Hash(); same != test.same {
			t.Errorf("%s: same is %t, want %t", name, same, test.same)
		}
		if changes := plan.Changes(base, test.spec); (len(changes) == 0) != test.same && name != "names of jar files" {
			t.Errorf("%s: changes %+v", name, changes)
		}
	}
	text, err := base.JSON()
	if err != nil {
		t.Fatal(err)
	}
	back, err := plan.Read(text)
	if err != nil || back.Hash() != base.Hash() {
		t.Errorf("a recorded form reads back as %+v, %v", back, err)
	}
}

func TestUnified(t *testing.T) {
	t.Parallel()
	old := plan.Spec{Release: "2.2", Statements: []string{"CREATE VIEW v AS\nSELECT 1", "INSERT INTO a\nSELECT x\nFROM v"}, Options: map[string]string{"o": "1"}}
	next := old
	next.Statements = []string{old.Statements[0], "INSERT INTO a\nSELECT y\nFROM v\nWHERE y > 1"}
	next.Options = map[string]string{"o": "2"}
	const want = `--- old
+++ new
@@ -1,10 +1,11 @@
 flink: 2.2
-option o: 1
+option o: 2
 
 CREATE VIEW v AS
 SELECT 1;
 
 INSERT INTO a
-SELECT x
-FROM v;
+SELECT y
+FROM v
+WHERE y > 1;
 
`
	if diff := cmp.Diff(want, plan.Unified("old", "new", old, next)); diff != "" {
		t.Errorf("unified (-want +got):\n%s", diff)
	}
	if same := plan.Unified("old", "new", old, old); same != "" {
		t.Errorf("no difference prints %q", same)
	}
}

// Applying the difference to the old lines gives the new ones, whatever they are.
func FuzzUnified(f *testing.F) {
	f.Add("a\nb\nc", "a\nc\nd")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 10<<10 || strings.ContainsRune(before+after, '\r') {
			return
		}
		old, next := plan.Spec{Statements: []string{before}}, plan.Spec{Statements: []string{after}}
		var was, is []string
		header := 2
		for line := range strings.Lines(plan.Unified("", "", old, next)) {
			switch {
			case header > 0:
				header--
			case strings.HasPrefix(line, "@@ "):
			case line[0] == '-':
				was = append(was, line[1:])
			case line[0] == '+':
				is = append(is, line[1:])
			}
		}
		if before == after && len(was)+len(is) > 0 || before != after && len(was)+len(is) == 0 {
			t.Errorf("%q and %q differ by %q and %q", before, after, was, is)
		}
		for _, line := range was {
			if !strings.Contains(before+";\n", strings.TrimSuffix(line, "\n")) {
				t.Errorf("%q is said to be gone and was not there", line)
			}
		}
	})
}

// Shared tables that a job does not use are no part of it.
func TestSharedTablesThatAreUsed(t *testing.T) {
	t.Parallel()
	const tables = "CREATE TABLE a (x INT); CREATE TABLE `B c` (x INT); CREATE TABLE d LIKE a; CREATE VIEW v AS SELECT x FROM `B c`; CREATE TABLE e (x INT); CREATE FUNCTION f AS 'F'; ALTER TABLE e SET ('k' = 'v')"
	for own, want := range map[string]string{
		"INSERT INTO d SELECT 1":                         "a d f e",
		"INSERT INTO A SELECT x FROM v":                  "a B c v f e",
		"CREATE TABLE g (x INT); INSERT INTO g SELECT 1": "e f g",
		"EXECUTE PLAN 'a.json'":                          "a B c d v e f",
	} {
		p, findings := planOf(t, tables, own)
		if len(findings) > 0 {
			t.Fatal(findings)
		}
		for _, name := range []string{"a (", "`B c` (", "d LIKE", "v AS", "e (", "f AS", "g ("} {
			has := strings.Contains(strings.Join(p.Spec.Statements, "\n"), " "+name)
			word := strings.Trim(strings.TrimSuffix(strings.Fields(name)[0], "("), "`")
			if strings.Contains(" "+want+" ", " "+word+" ") != has {
				t.Errorf("%s: %s is there: %t\n%s", own, name, has, strings.Join(p.Spec.Statements, "\n"))
			}
		}
		if place, ok := p.Place(len(p.Spec.Statements)-1, 0, 0); !ok || place.File.Name != "2.sql" {
			t.Errorf("%s: what runs is at %v", own, place)
		}
	}
}
