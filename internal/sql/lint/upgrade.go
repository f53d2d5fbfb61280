package lint

// What a later release would refuse, by judging a script twice.

import (
	"fmt"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/token"
)

// refusedAfterUpgrade is the rule about what a later release makes of a script.
var refusedAfterUpgrade = diag.Rule{ID: "AS6001", Name: "refused-after-upgrade", Level: diag.Warning, Category: diag.Compatibility,
	Text: "The statement is accepted today and will not be, or an option will be ignored, by the release that --upgrade-to names. It is found by judging the script for both releases, so that it holds for grammar, names, types, connectors and changes alike."}

// AfterUpgrade compares what is found in a file today with the judgement for a later release, and returns what only that one
// refuses or does not know. Statements that are refused today are left alone.
func AfterUpgrade(file *source.File, now []diag.Finding, later Report, to token.Release) []diag.Finding {
	bad := broken(now)
	var found []diag.Finding
	for _, f := range later.Findings {
		compatible := f.Category == diag.Compatibility && f.Level == diag.Warning
		if f.Level != diag.Error && !compatible || bad[f.Statement] {
			continue
		}
		said := func(g diag.Finding) bool { return g.Rule == f.Rule && g.Span == f.Span }
		if slices.ContainsFunc(now, said) {
			continue
		}
		message := f.Message
		if f.Level == diag.Error {
			message = fmt.Sprintf("Flink %s refuses this: %s", to, f.Message)
		}
		own := refusedAfterUpgrade.At(file, f.Span, message, f.Help)
		own.Statement = f.Statement
		found = append(found, own)
	}
	return found
}
