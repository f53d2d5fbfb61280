// Package unknownsetting is AS7109: an option of the session that no release has.
package unknownsetting

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

//go:embed fixed.sql
var fixed string

// Rule returns AS7109.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7109", Name: "unknown-setting", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Flink takes SET with any key and ignores what it does not know, without a word. The key is near that of an option, which keeps its default. Keys that are not near any of Flink's own are left alone: connectors, file systems and users have options too.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	line, err := release.Parse(p.Release.String())
	if err != nil {
		return
	}
	for _, s := range p.Script.Statements {
		set, ok := s.(*ast.Set)
		if !ok || set.KeyText == nil {
			continue
		}
		if _, known := release.OptionNamed(set.Key); known {
			continue
		}
		meant, near := line.Line.Meant(set.Key)
		if !near {
			continue
		}
		f := p.Report(set.KeyText.Loc, "Flink has no option %s", set.Key)
		f.Help = "did you mean " + meant + "?"
		text := meant
		if p.Text(set.KeyText.Loc) != set.Key {
			text = "'" + meant + "'"
		}
		f.Fixes = []diag.Fix{{Title: "write " + meant, Edits: []diag.Edit{{Span: set.KeyText.Span(), Text: text}}}}
	}
}
