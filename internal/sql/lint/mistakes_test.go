package lint

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// TestMistakes holds the list of testdata/mistakes.sql: for each kind of mistake the rule that it names says so.
func TestMistakes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/mistakes.sql")
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^-- ([EW]\d\d[a-z]?): (AS\d{4})(?: on (\S+))?, (.*)\n`)
	headings := heading.FindAllStringSubmatchIndex(string(text), -1)
	if len(headings) < 100 {
		t.Fatalf("%d mistakes", len(headings))
	}
	tables := string(text[:headings[0][0]])
	reported := func(rule, script string, release token.Release) int {
		n := 0
		for _, f := range Script(source.New("mistake.sql", script), Options{Release: release, Rules: All()}).Findings {
			if f.Rule == rule {
				n++
			}
		}
		return n
	}
	for i, h := range headings {
		end := len(text)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		part := func(group int) string {
			if h[2*group] < 0 {
				return ""
			}
			return string(text[h[2*group]:h[2*group+1]])
		}
		name, rule, statements := part(1)+" "+part(4), part(2), string(text[h[1]:end])
		release := token.Default
		if part(3) != "" {
			release, _ = token.ParseRelease(part(3))
		}
		if reported(rule, tables+statements, release) <= reported(rule, tables, release) {
			t.Errorf("%s: %s does not report\n%s", name, rule, strings.TrimSpace(statements))
		}
	}
}
