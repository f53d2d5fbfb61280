// Package hintwithouteffect is AS5117: a join hint of batch mode in a streaming job.
package hintwithouteffect

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5117.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5117", Name: "hint-without-effect", Level: diag.Warning, Category: diag.Streaming,
			Text: "BROADCAST, SHUFFLE_HASH, SHUFFLE_MERGE and NEST_LOOP choose how a batch job joins. Flink accepts them in streaming mode and does nothing with them.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, q := range p.Syntax().Selects {
		if q.Hints == nil {
			continue
		}
		n := p.StatementAt(q.Loc)
		if n == 0 || p.Bound.Statements[n-1].Batch {
			continue
		}
		for i := range q.Hints.Items {
			hint := &q.Hints.Items[i]
			switch name := strings.ToUpper(hint.Name.Name); name {
			case "BROADCAST", "SHUFFLE_HASH", "SHUFFLE_MERGE", "NEST_LOOP":
				p.Report(hint.Loc, "%s does nothing in streaming mode", name)
			}
		}
	}
}
