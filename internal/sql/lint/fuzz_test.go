package lint

import (
	"testing"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

// FuzzScript judges any text: no rule panics, every finding lies in the text, and repairs can be made in it.
func FuzzScript(f *testing.F) {
	for _, r := range All() {
		for _, file := range append(rule.Files(r.Bad), rule.Files(r.Good)...) {
			f.Add(file.Text)
		}
	}
	rules := All()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		file := source.New("a.sql", text)
		report := Script(file, Options{Release: token.V2_2, Rules: rules})
		findings := append(report.Findings, Project([]*rule.Facts{report.Facts}, rules)...)
		findings = Settle(findings, report.Ignores, nil, func(string) bool { return true })
		var fixes []diag.Fix
		for _, found := range findings {
			if found.Span.Start < 0 || found.Span.End < found.Span.Start || found.Span.End > len(text) {
				t.Fatalf("%s stands at %v of %d bytes", found.Rule, found.Span, len(text))
			}
			fixes = append(fixes, found.Fixes...)
		}
		diag.Apply(text, fixes)
	})
}
