// Package legacyconnectorkeys is AS6104: options of a table in the form of before 1.11.
package legacyconnectorkeys

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS6104.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS6104", Name: "legacy-connector-keys", Level: diag.Warning, Category: diag.Compatibility,
			Text: "Options such as connector.type and format.type are those of the first table connectors. Current releases have no factory that reads them; a table is declared with 'connector' = '…' and 'format' = '…'.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, t := range p.Syntax().Tables {
		if o := t.With.Get("connector.type"); o != nil && t.With.Get("connector") == nil {
			p.Report(o.Loc, "Flink %s has no connector that reads connector.type", p.Release).Help = "write 'connector' = '" + o.Value.Value + "' and the options of today"
		}
	}
}
