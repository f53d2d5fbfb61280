package parser_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/unparse"
)

// largestInput bounds what the fuzzers try: more finds nothing that less would not.
const largestInput = 10 << 10

func seeds(f *testing.F) {
	for _, s := range []string{
		"SELECT a, b FROM t WHERE c = 'x' -- why\n;", "CREATE TABLE t (a INT, WATERMARK FOR a AS a) WITH ('k' = 'v')",
		"EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END", "SET a = b; RESET a; HELP;", "SELECT ${A}, 'b' 'c', `d``e`, U&'\\00e9', E'\\n'",
		"SELECT * FROM t MATCH_RECOGNIZE (PATTERN (A {2,3}?) DEFINE A AS TRUE)", "BEGIN STATEMENT SET; INSERT INTO t VALUES (1); END;", "/* ", "'", "`", "${", "((", "SELECT",
	} {
		f.Add(s)
	}
}

// FuzzParse looks for panics, endless loops and places outside of the text.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > largestInput {
			return
		}
		file := source.New("fuzz.sql", text)
		for _, r := range []token.Release{token.V1_17, token.Default, token.Latest} {
			script, findings := parser.Parse(file, parser.Options{Release: r})
			for _, x := range findings {
				if x.Span.Start < 0 || x.Span.End > len(text) || x.Span.Start > x.Span.End {
					t.Fatalf("finding at %v: %s", x.Span, x.Message)
				}
			}
			end := int32(0)
			for _, s := range script.Statements {
				if p := s.Place(); p.Start < end || p.End < p.Start || int(p.End) > len(text) {
					t.Fatalf("statement at %v behind %d", p, end)
				} else {
					end = p.End
				}
				ast.Inspect(s, func(ast.Node) bool { return true })
			}
		}
		parser.Split(file)
	})
}

// FuzzRoundTrip looks for texts that are written as something else: what parses without findings is written as a text
// that parses without findings and is then written the same.
func FuzzRoundTrip(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > largestInput {
			return
		}
		script, findings := parser.Parse(source.New("fuzz.sql", text), parser.Options{Release: token.Latest})
		if len(findings) > 0 {
			return
		}
		once := unparse.Script(script, unparse.Options{})
		again, findings := parser.Parse(source.New("once.sql", once), parser.Options{Release: token.Latest})
		if len(findings) > 0 {
			t.Fatalf("%q was written as %q, which does not parse: %s", text, once, findings[0].Message)
		}
		if twice := unparse.Script(again, unparse.Options{}); twice != once {
			t.Fatalf("%q was written as %q and then as %q", text, once, twice)
		}
	})
}
