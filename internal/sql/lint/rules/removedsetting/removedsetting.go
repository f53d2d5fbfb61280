// Package removedsetting is AS6101: an option of the session that this release does not read.
package removedsetting

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

// Rule returns AS6101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6101", Name: "removed-setting", Level: diag.Warning, Category: diag.Compatibility,
			Text: "Flink takes SET with any key, and ignores what it does not know. The option is one of another release: it was removed, renamed, or came later, so that the job runs with the default instead. The table behind this rule is read out of the classes of each release.",
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
		option, known := release.OptionNamed(set.Key)
		if !known || option.In(line.Line) {
			continue
		}
		if option.First > line.Line {
			p.Report(set.KeyText.Loc, "Flink %s does not know %s: it came with %s", p.Release, set.Key, option.First)
			continue
		}
		f := p.Report(set.KeyText.Loc, "Flink %s does not know %s: %s was the last that did", p.Release, set.Key, option.Last)
		if renamed := line.Line.Key(set.Key); renamed != set.Key {
			f.Help = "it is called " + renamed + " now"
		}
	}
}
