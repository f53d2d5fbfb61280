// Package renamedsetting is AS6105: an option of the session by a name that it had before.
package renamedsetting

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

// Rule returns AS6105.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6105", Name: "renamed-setting", Level: diag.Note, Category: diag.Compatibility,
			Text: "The option has another name since an earlier release. Flink reads the old one still, and stops doing so in some release to come: then the job runs with the default, without a word. Where both names are set, the new one counts.",
		},
		Bad: bad, Good: good, Script: find,
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
		if option, known := release.OptionNamed(set.Key); known && !option.In(line.Line) {
			continue // AS6101 says so
		}
		if now := line.Line.Key(set.Key); now != set.Key {
			p.Report(set.KeyText.Loc, "%s is the old name of %s", set.Key, now).Help = "use " + now
		}
	}
}
