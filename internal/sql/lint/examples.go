package lint

import (
	"embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

// examples are those of the rules that other rooms find: a file for each id, a bad script, then "-- good --" and a good one,
// then, where the findings have fixes, "-- fixed --" and what they make of the bad one.
//
//go:embed examples/*.sql
var examples embed.FS

// withExamples makes a rule of another room one with examples.
func withExamples(r diag.Rule) rule.Rule {
	text, err := examples.ReadFile("examples/" + r.ID + ".sql")
	if err != nil {
		return rule.Rule{Rule: r} // a test sees it
	}
	bad, good, _ := strings.Cut(string(text), "-- good --\n")
	good, fixed, _ := strings.Cut(good, "-- fixed --\n")
	return rule.Rule{Rule: r, Bad: bad, Good: good, Fixed: fixed}
}
