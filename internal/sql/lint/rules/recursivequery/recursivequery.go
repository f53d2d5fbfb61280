// Package recursivequery is AS5135: a query that reads itself.
package recursivequery

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5135.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5135", Name: "recursive-query", Category: diag.Streaming,
			Text: "Since 2.2 Flink parses WITH RECURSIVE, and its planner has no rule for a query that reads itself, neither in streaming nor in batch mode: it ends with \"There are not enough rules to produce a node with desired properties\". A query of WITH RECURSIVE that does not read itself is an ordinary one.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		if s.Table != nil && s.Table.Kind == bind.View { // Flink plans it where it is read
			continue
		}
		for _, at := range s.SelfRead {
			p.Report(at, "Flink cannot plan a query that reads itself").Help = "write as many joins as there are levels, or walk the levels before Flink"
		}
	}
}
