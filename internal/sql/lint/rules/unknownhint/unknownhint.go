// Package unknownhint is AS2101: a hint that Flink does not have.
package unknownhint

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS2101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS2101", Name: "unknown-hint", Category: diag.Name,
			Text: "Flink refuses a statement with a hint that it does not know, in a SELECT as behind a table. Names of hints may be written in any case.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

// known are the hints by the release that has them first (FlinkHintStrategies, asked of the planners of 1.20 and 2.2).
var known = map[string]token.Release{
	"OPTIONS": token.V1_17, "BROADCAST": token.V1_17, "SHUFFLE_HASH": token.V1_17, "SHUFFLE_MERGE": token.V1_17, "NEST_LOOP": token.V1_17,
	"LOOKUP": token.V1_17, "ALIAS": token.V1_17, "STATE_TTL": token.V1_18, "MULTI_JOIN": token.V2_3,
}

func find(p *rule.Pass) {
	for _, hints := range p.Syntax().Hints {
		for i := range hints.Items {
			hint := &hints.Items[i]
			since, ok := known[strings.ToUpper(hint.Name.Name)]
			if ok && since <= p.Release {
				continue
			}
			f := p.Report(hint.Name.Loc, "Flink %s has no hint %s", p.Release, hint.Name.Name)
			if ok {
				f.Help = "it came with " + since.String()
			} else if near, ok := diag.Nearest(hint.Name.Name, slices.Sorted(maps.Keys(known))); ok {
				f.Help = "did you mean " + near + "?"
			}
		}
	}
}
