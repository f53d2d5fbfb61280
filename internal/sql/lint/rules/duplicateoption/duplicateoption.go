// Package duplicateoption is AS7104: an option that is given twice.
package duplicateoption

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

//go:embed fixed.sql
var fixed string

// Rule returns AS7104.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7104", Name: "duplicate-option", Level: diag.Warning, Category: diag.Hygiene,
			Text: "The same key stands twice in one list of options. Flink takes the last value and says nothing about the first.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, o := range p.Syntax().Options {
		last := map[string]int{}
		for i := range o.Items {
			last[o.Items[i].Key.Value] = i
		}
		for i := range o.Items {
			item := &o.Items[i]
			if last[item.Key.Value] == i {
				continue
			}
			f := p.Report(item.Loc, "option %s is given again below", item.Key.Value)
			f.Help = "Flink takes the last value"
			away := ast.Loc{Start: item.Start, End: o.Items[i+1].Start}
			f.Fixes = []diag.Fix{{Title: "remove the first", Safe: true, Edits: []diag.Edit{{Span: away.Span()}}}}
		}
	}
}
