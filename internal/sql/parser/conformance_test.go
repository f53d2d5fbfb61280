package parser

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

var (
	differences = flag.Int("differences", 0, "how many differences from the live parser to print per release")
	positions   = flag.Int("positions", 0, "how many differences of error positions to print")
)

// corpusCase is a labelled statement of shared/corpus.
type corpusCase struct {
	ID         string
	SQL        string
	InDev      bool `json:"in_dev"`
	Flink      map[string]string
	Kind       string
	DDLCheck   *string `json:"ddl_check"`
	ParseError *struct {
		Line, Col int
		Message   string
	} `json:"parse_error"`
}

// corpora returns the judged cases of all parser corpora by file name. It skips the test when there is no corpus.
func corpora(t testing.TB) map[string][]corpusCase {
	t.Helper()
	dir := sharedDir()
	if dir == "" {
		t.Skip("no shared/corpus above the working directory: the statements of other projects are not part of this repository")
	}
	all := map[string][]corpusCase{}
	for _, name := range []string{"edge", "parser_cases", "planner_queries", "sql_client", "nexmark", "cookbook", "dt_sql_parser", "sqlfluff"} {
		f, err := os.Open(filepath.Join(dir, name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var c corpusCase
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if c.Flink != nil && c.DDLCheck == nil && !c.InDev && !emptyText.MatchString(notSQL.ReplaceAllString(c.SQL, "")) {
				all[name] = append(all[name], c)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var (
	notSQL    = regexp.MustCompile(`(?s)--[^\n]*|//[^\n]*|/\*.*?\*/|[\s;]`)
	emptyText = regexp.MustCompile(`^$`)
)

func sharedDir() string {
	if dir := os.Getenv("AUTOSTREAM_SHARED"); dir != "" {
		return filepath.Join(dir, "corpus")
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "shared", "corpus")); err == nil {
			return filepath.Join(dir, "shared", "corpus")
		}
	}
	return ""
}

func hasVariable(sql string) bool {
	for _, t := range token.All(sql) {
		if t.Kind == token.Variable {
			return true
		}
	}
	return false
}

func rejected(findings []diag.Finding) *diag.Finding {
	for i := range findings {
		if findings[i].Level == diag.Error && findings[i].Rule != invalidDefinition.ID {
			return &findings[i]
		}
	}
	return nil
}

// TestConformance compares with the labels of the live parsers of all releases.
func TestConformance(t *testing.T) {
	t.Parallel()
	all := corpora(t)
	for _, r := range token.Releases() {
		t.Run(r.String(), func(t *testing.T) {
			t.Parallel()
			shown := 0
			for name, cases := range all {
				good, n := 0, 0
				for _, c := range cases {
					_, findings := Parse(source.New(c.ID, c.SQL), Options{Release: r})
					f := rejected(findings)
					want := c.Flink[r.String()]
					if hasVariable(c.SQL) {
						continue // Flink has no variables; that one without a value is an error is for the linter to say
					}
					n++
					if (f == nil) == (want == "accept") {
						good++
						continue
					}
					if shown < *differences {
						shown++
						message := ""
						if f != nil {
							p := f.File.Position(f.Span.Start)
							message = fmt.Sprintf("%d:%d %s", p.Line, p.Column, f.Message)
						} else if c.ParseError != nil {
							message = strings.SplitN(c.ParseError.Message, "\n", 2)[0] + fmt.Sprintf(" %d:%d", c.ParseError.Line, c.ParseError.Col)
						}
						t.Logf("%s: Flink %ss; %s\n    %.300q", c.ID, want, message, c.SQL)
					}
				}
				percent := 100 * float64(good) / float64(n)
				t.Logf("%-16s %4d/%-4d %6.2f %%", name, good, n, percent)
				if percent < 99.5 {
					t.Errorf("%s agrees with Flink %s on %.2f %% only", name, r, percent)
				}
			}
		})
	}
}

// TestPositions compares where errors stand with the live parser of 2.2.
func TestPositions(t *testing.T) {
	t.Parallel()
	n, lines, columns, shown := 0, 0, 0, 0
	for _, cases := range corpora(t) {
		for _, c := range cases {
			if c.ParseError == nil || c.ParseError.Line == 0 || c.Flink["2.2"] != "reject" {
				continue
			}
			_, findings := Parse(source.New(c.ID, c.SQL), Options{Release: token.V2_2})
			f := rejected(findings)
			if f == nil {
				continue
			}
			n++
			p := f.File.Position(f.Span.Start)
			if p.Line == c.ParseError.Line {
				lines++
			}
			if p.Line == c.ParseError.Line && p.Column == c.ParseError.Col {
				columns++
			} else if shown < *positions {
				shown++
				t.Logf("%s: %d:%d %s\n    Flink %d:%d %.120q\n    %.300q", c.ID, p.Line, p.Column, f.Message, c.ParseError.Line, c.ParseError.Col, c.ParseError.Message, c.SQL)
			}
		}
	}
	t.Logf("%d errors: same line %d, same column %d", n, lines, columns)
	if float64(lines) < 0.98*float64(n) || float64(columns) < 0.90*float64(n) {
		t.Errorf("error positions: line %d/%d, column %d/%d", lines, n, columns, n)
	}
}
