package rules

import (
	"embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

// examples are small projects, a file for each rule about projects and plans: the files of a bad one, then "-- good --" and
// those of a good one.
//
//go:embed examples/*.txt
var examples embed.FS

// withExamples makes a rule about projects one with examples.
func withExamples(r diag.Rule) rule.Rule {
	text, err := examples.ReadFile("examples/" + r.ID + ".txt")
	if err != nil {
		return rule.Rule{Rule: r} // no text shows it; a test knows which
	}
	bad, good, _ := strings.Cut(string(text), "-- good --\n")
	return rule.Rule{Rule: r, Bad: bad, Good: good}
}
