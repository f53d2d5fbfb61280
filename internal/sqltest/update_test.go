package sqltest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/project"
)

func TestUpdateKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"autostream.yaml": "version: 1\nname: x\njobs: {j: {sql: j.sql}}\n",
		"j.sql": "CREATE TABLE s (a INT, b STRING) WITH ('connector' = 'datagen');\nCREATE TABLE d (a INT, b STRING) WITH ('connector' = 'print');\n" +
			"INSERT INTO d SELECT * FROM s;\n",
		"j_test.yaml": `# head
cases:
  - name: below   # why
    expect:
      d:          # kept
        - {a: 1}
        # gone with the rows
        - a: 2
          b: x

      v:
        query: SELECT a FROM s
        rows: [{a: 1}, {a: "]"}]   # kept too
        ordered: true
  - name: same indent
    given: {}
    expect:
      d:
      - {a: 9}
  # tail
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, _, err := project.Load(dir, project.Options{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(p, filepath.Join(dir, "j_test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	differ := func(e *Expectation, rows ...string) *Difference {
		return &Difference{Expectation: e, got: rowsOf(rows...)}
	}
	first, second := s.Cases[0], s.Cases[1]
	changed, err := s.Update([]Result{
		{Case: first, Differences: []*Difference{differ(first.Expect[0], "+I 5 a:b"), differ(first.Expect[1])}},
		{Case: second, Differences: []*Difference{differ(second.Expect[0], "+I 7 y")}},
	})
	if err != nil || changed != 3 {
		t.Fatal(changed, err)
	}
	text, err := os.ReadFile(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	want := `# head
cases:
  - name: below   # why
    expect:
      d:
        - {a: 5, b: "a:b"}

      v:
        query: SELECT a FROM s
        rows: []   # kept too
        ordered: true
  - name: same indent
    given: {}
    expect:
      d:
        - {a: 7}
  # tail
`
	if string(text) != want {
		t.Errorf("got:\n%s", text)
	}
	if _, err := s.Update([]Result{{Case: second, Differences: []*Difference{differ(second.Expect[0])}}}); err == nil || !strings.Contains(err.Error(), "was changed while") {
		t.Errorf("a changed file: %v", err)
	}
}
