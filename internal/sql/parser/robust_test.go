package parser

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

var large = flag.Bool("large", false, "parse 50 MB in TestLargeScript instead of 2 MB")

// tourText is the text of all our own statements.
func tourText(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../../testdata/sql/tour/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tour: %v", err)
	}
	all := map[string]string{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = string(text)
	}
	return all
}

// TestSpans checks that places nest, that those of neighbours follow each other, and that none lies outside the file.
func TestSpans(t *testing.T) {
	t.Parallel()
	texts := tourText(t)
	for name, text := range texts {
		checkSpans(t, name, text)
	}
	if sharedDir() != "" {
		for _, cases := range corpora(t) {
			for _, c := range cases {
				checkSpans(t, c.ID, c.SQL)
			}
		}
	}
}

func checkSpans(t *testing.T, id, text string) {
	t.Helper()
	script, findings := Parse(source.New(id, text), Options{Release: token.Latest})
	broken := map[int]bool{}
	for _, f := range findings {
		broken[f.Statement] = true
	}
	for i, s := range script.Statements {
		if broken[i+1] {
			continue
		}
		if p := s.Place(); p.Start < 0 || p.End > int32(len(text)) || p.Start >= p.End {
			t.Errorf("%s: statement %d at %v", id, i+1, p)
		}
		ast.Inspect(s, func(n ast.Node) bool {
			last := n.Place().Start
			ast.Children(n, func(child ast.Node) {
				p := child.Place()
				if p == (ast.Loc{}) {
					return // an empty name
				}
				if !n.Place().Contains(p) {
					t.Errorf("%s: %T at %v is outside of %T at %v: %.100q", id, child, p, n, n.Place(), script.Text(s))
				}
				if p.Start < last {
					t.Errorf("%s: %T at %v stands before its neighbour in %T: %.100q", id, child, p, n, script.Text(s))
				}
				last = p.Start
			})
			return true
		})
	}
}

// TestTruncated parses statements cut off behind every byte: it ends, and says something about every cut text.
func TestTruncated(t *testing.T) {
	t.Parallel()
	for name, text := range tourText(t) {
		if name == "errors.sql" {
			continue
		}
		for _, place := range Split(source.New(name, text)) {
			s := text[place.Start:place.End]
			for i := range len(s) {
				script, _ := Parse(source.New(name, s[:i]), Options{Release: token.Default})
				for _, st := range script.Statements {
					if p := st.Place(); p.Start > p.End || int(p.End) > i {
						t.Fatalf("%q: place %v", s[:i], p)
					}
				}
			}
		}
	}
}

// TestLongNames makes each word of the tour too long for Flink, one after the other: a statement stops there and nothing
// worse happens.
func TestLongNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 300)
	for name, text := range tourText(t) {
		for _, place := range Split(source.New(name, text)) {
			statement := text[place.Start:place.End]
			for _, tok := range token.All(statement) {
				if tok.Kind.IsWord() || tok.Kind == token.Identifier {
					broken := statement[:tok.Start] + long + statement[tok.End:]
					Parse(source.New(name, broken), Options{Release: token.Latest})
				}
			}
		}
	}
}

// TestNesting parses texts that lie inside each other a million times: a finding, and no overflow of the stack.
func TestNesting(t *testing.T) {
	t.Parallel()
	const n = 1_000_000
	bombs := map[string]string{
		"parentheses": "SELECT " + strings.Repeat("(", n),
		"closed":      "SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"queries":     strings.Repeat("SELECT * FROM (", n),
		"not":         "SELECT " + strings.Repeat("NOT ", n) + "a",
		"minus":       "SELECT " + strings.Repeat("- ", n) + "1",
		"calls":       "SELECT " + strings.Repeat("f(", n),
		"case":        "SELECT " + strings.Repeat("CASE WHEN ", n),
		"types":       "CREATE TABLE t (a " + strings.Repeat("ARRAY<", n),
		"rows":        "CREATE TABLE t (a " + strings.Repeat("ROW<a ", n),
		"patterns":    "SELECT * FROM t MATCH_RECOGNIZE (PATTERN (" + strings.Repeat("(", n),
		"joins":       "SELECT * FROM " + strings.Repeat("(a JOIN ", n),
		"brackets":    "SELECT a" + strings.Repeat("[", n),
		"sum":         "SELECT 1" + strings.Repeat(" + 1", n),
		"unions":      "SELECT 1" + strings.Repeat(" UNION SELECT 1", n),
		"between":     "SELECT a" + strings.Repeat(" BETWEEN 1", n),
		"with":        strings.Repeat("WITH a AS (", n),
		"explain":     strings.Repeat("EXPLAIN ", n),
		"execute":     strings.Repeat("EXPLAIN EXECUTE ", n),
	}
	for name, text := range bombs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, findings := Parse(source.New(name, text), Options{Release: token.Default}); len(findings) == 0 {
				t.Error("no finding")
			}
		})
	}
	deep := "SELECT " + strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000)
	if _, findings := Parse(source.New("deep", deep), Options{Release: token.Default}); len(findings) > 0 {
		t.Errorf("a thousand parentheses: %s", findings[0].Message)
	}
}

// TestLargeScript parses a large script in memory of at most 12 times its size, and needs as many allocations for each
// byte of it as for each byte of a small one: effort grows with the text and not faster.
func TestLargeScript(t *testing.T) {
	size := 2 << 20
	if *large {
		size = 50 << 20
	}
	small, _ := effort(t, size/100)
	big, memory := effort(t, size)
	if big > 1.2*small {
		t.Errorf("%.2f allocations for 100 bytes of a large script, %.2f of a small one", big, small)
	}
	if memory > 12 {
		t.Errorf("a script takes %.1f times its size in memory", memory)
	}
	t.Logf("%d MB: %.1f times its size, %.2f allocations for 100 bytes", size>>20, memory, big)
}

// effort parses a script of a size and returns allocations for 100 bytes, and memory held as a multiple of the text.
func effort(t *testing.T, size int) (allocations, memory float64) {
	t.Helper()
	text := strings.Repeat(analyticQuery, size/len(analyticQuery)+1)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	script, findings := Parse(source.New("large.sql", text), Options{Release: token.Default})
	runtime.ReadMemStats(&after)
	if len(findings) > 0 {
		t.Fatal(findings[0].Message)
	}
	allocations = 100 * float64(after.Mallocs-before.Mallocs) / float64(len(text))
	memory = float64(after.TotalAlloc-before.TotalAlloc) / float64(len(text))
	runtime.KeepAlive(script)
	return allocations, memory
}

// One run reports every error: in each statement, each broken column and each broken item of a SELECT list.
func TestRecovery(t *testing.T) {
	t.Parallel()
	const text = `SELECT a, b c d, e, FROM t;
CREATE TABLE t (a INT, b, c STRING NOT, d BIGINT x, PRIMARY KEY (a) NOT ENFORCED);
SELECT 1;
INSERT INTO t SELECT * FROM;
EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT b SELECT 2; END;
SELECT 2 FROM u WHERE`
	script, findings := Parse(source.New("a.sql", text), Options{Release: token.Default})
	var got []string
	for _, f := range findings {
		p := f.File.Position(f.Span.Start)
		got = append(got, fmt.Sprintf("%d:%d", p.Line, p.Column))
	}
	want := "1:15 1:21 2:25 2:39 2:50 4:28 5:60 6:21"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("found %s, want %s", s, want)
	}
	if n := len(script.Statements); n != 6 {
		t.Errorf("%d statements, want 6", n)
	}
}

// Split finds the same statements as Parse.
func TestSplit(t *testing.T) {
	t.Parallel()
	for name, text := range tourText(t) {
		file := source.New(name, text)
		script, _ := Parse(file, Options{Release: token.Default})
		places := Split(file)
		if len(places) != len(script.Statements) {
			t.Errorf("%s: %d statements, Split finds %d", name, len(script.Statements), len(places))
			for i := range min(len(places), len(script.Statements)) {
				if s := script.Statements[i]; s.Place() != places[i] {
					t.Errorf("first at %q %q", script.Text(s), text[places[i].Start:places[i].End])
					break
				}
			}
			continue
		}
		for i, s := range script.Statements {
			if s.Place() != places[i] {
				t.Errorf("%s: statement %d at %v, Split says %v: %q %q", name, i+1, s.Place(), places[i], script.Text(s), text[places[i].Start:places[i].End])
			}
		}
	}
}
