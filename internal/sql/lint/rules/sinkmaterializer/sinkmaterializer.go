// Package sinkmaterializer is AS5111: a sink that has to put changes in order first.
package sinkmaterializer

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5111.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5111", Name: "sink-materializer", Level: diag.Warning, Category: diag.Streaming,
			Text: "The primary key of the sink is not the key by which the query updates its rows, so that changes of one key may arrive out of order. Flink puts an operator before the sink (SinkUpsertMaterializer) that keeps every row of every key, which is often the largest state of the job. From 2.3 on it refuses such an INSERT unless ON CONFLICT says what is meant.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	if p.Release >= token.V2_3 { // there ON CONFLICT has asked for it
		return
	}
	for plan := range p.Streaming() {
		target, ok := plan.Root.Detail.(*changelog.Target)
		if !ok || !target.Materialize {
			continue
		}
		key := "no key"
		if keys := plan.Keys(); len(keys) > 0 {
			key = "(" + strings.Join(keys[0], ", ") + ")"
		}
		p.Report(rule.TargetOf(p.Bound.Statements[plan.Statement-1], plan), "the sink has the key (%s), the query %s: every row of every key is kept to put changes in order",
			strings.Join(plan.Insert.Table.PrimaryKey, ", "), key).Help = "make the keys equal; Flink 2.3 refuses this without ON CONFLICT"
	}
}
