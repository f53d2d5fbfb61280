package unparse_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/unparse"
)

// sameTree compares trees but for places, and for whether a text was one plain string: it is written as one.
var sameTree = cmp.Options{
	cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().Type() == reflect.TypeFor[ast.Loc]()
	}, cmp.Ignore()),
	cmp.FilterPath(func(p cmp.Path) bool {
		field, ok := p.Last().(cmp.StructField)
		return ok && field.Name() == "Kind" && p.Index(-2).Type() == reflect.TypeFor[ast.Text]()
	}, cmp.Ignore()),
}

func parse(t *testing.T, sql string) (*ast.Script, bool) {
	t.Helper()
	script, findings := parser.Parse(source.New("test.sql", sql), parser.Options{Release: token.Latest})
	for _, f := range findings {
		if f.Rule == "AS1001" || f.Rule == "AS1003" {
			return script, false
		}
	}
	return script, true
}

// checkRoundTrip writes a text and parses what was written: the trees are the same, and so is the text when written again.
func checkRoundTrip(t *testing.T, id, sql string) {
	t.Helper()
	script, ok := parse(t, sql)
	if !ok {
		return
	}
	text := unparse.Script(script, unparse.Options{})
	again, ok := parse(t, text)
	if !ok {
		t.Errorf("%s: what was written does not parse\n%s\n%s", id, sql, text)
		return
	}
	if diff := cmp.Diff(script.Statements, again.Statements, sameTree); diff != "" {
		t.Errorf("%s: another tree\n%s\n%s\n%.2000s", id, sql, text, diff)
		return
	}
	if twice := unparse.Script(again, unparse.Options{}); twice != text {
		t.Errorf("%s: written twice\n%s\n%s", id, text, twice)
	}
	full := unparse.Script(script, unparse.Options{Parens: true})
	if _, ok := parse(t, full); !ok && !strings.Contains(full, "MATCH_RECOGNIZE") && !strings.Contains(sql, "FRESHNESS") {
		t.Errorf("%s: with all parentheses it does not parse\n%s\n%s", id, sql, full)
	}
}

// TestCorpus writes and reads every statement of the shared corpora that parses.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("AUTOSTREAM_SHARED")
	if dir == "" {
		at, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for ; at != filepath.Dir(at); at = filepath.Dir(at) {
			if _, err := os.Stat(filepath.Join(at, "shared", "corpus")); err == nil {
				dir = filepath.Join(at, "shared")
			}
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "corpus", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Skip("no shared/corpus above the working directory: the statements of other projects are not part of this repository")
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var c struct {
				ID, SQL string
				Setup   []json.RawMessage
			}
			if err := json.Unmarshal(lines.Bytes(), &c); err == nil && c.SQL != "" {
				checkRoundTrip(t, c.ID, c.SQL)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
