package format_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/format"
	"github.com/autostream/autostream/internal/sql/token"
)

var update = flag.Bool("update", false, "rewrite the golden files of the tests that run")

// TestScript compares each testdata/NAME.sql, formatted, with testdata/NAME.golden.
func TestScript(t *testing.T) {
	t.Parallel()
	inputs, err := filepath.Glob("testdata/*.sql")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no inputs: %v", err)
	}
	for _, name := range inputs {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := format.Script(source.New(name, string(text)), format.Options{Release: token.Default})
			golden := strings.TrimSuffix(name, ".sql") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
			checkFormat(t, name, string(text))
		})
	}
}

func TestScriptEdges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"only blanks", " \n\t\n", ""},
		{"only a semicolon", ";;", ""},
		{"only a comment", "-- a\n\n\n-- b", "-- a\n\n-- b\n"},
		{"a byte order mark stays", "\ufeffselect 1", "\ufeffSELECT 1;\n"},
		{"line breaks of Windows", "select 1;\r\n-- a\r\nselect 2;\r\n", "SELECT 1;\n\n-- a\nSELECT 2;\n"},
		{"an unclosed string stays", "select 'a", "select 'a\n"},
		{"names keep their case", "select Count(x) as Total from `My Table`", "SELECT Count(x) AS Total FROM `My Table`;\n"},
		{"words that are names keep theirs", "select Type as Name from t", "SELECT Type AS Name FROM t;\n"},
		{"a broken column leaves the statement alone", "select a  , from  t; select 1", "select a  , from  t;\n\nSELECT 1;\n"},
		{"two signs make no comment", "select - - 1", "SELECT - -1;\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := format.Script(source.New("f", test.text), format.Options{Release: token.Default})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWidth checks that a narrow page is used as far as there are breaks.
func TestWidth(t *testing.T) {
	t.Parallel()
	got := format.Script(source.New("f", "select aaa, bbb from ttt where ccc = 1"), format.Options{Release: token.Default, Width: 20})
	want := "SELECT aaa, bbb\nFROM ttt\nWHERE ccc = 1;\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzScript(f *testing.F) {
	for _, name := range []string{"tables", "queries", "scripts"} {
		text, err := os.ReadFile("testdata/" + name + ".sql")
		if err != nil {
			f.Fatal(err)
		}
		for statement := range strings.SplitSeq(string(text), ";\n") {
			f.Add(statement)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) <= 10<<10 {
			checkFormat(t, "fuzz", text)
		}
	})
}
