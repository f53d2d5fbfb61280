// Package minibatchincomplete is AS5112: mini-batches without a latency and a size.
package minibatchincomplete

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5112.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5112", Name: "mini-batch-incomplete", Category: diag.Streaming,
			Text: "table.exec.mini-batch.enabled gathers rows before an aggregation, for as long as table.exec.mini-batch.allow-latency says and for as many rows as table.exec.mini-batch.size. Both have no useful default, and the planner refuses an aggregation as long as one of them is missing.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		settings := p.Bound.Statements[plan.Statement-1].Settings
		missing := missing(settings)
		if !strings.EqualFold(settings["table.exec.mini-batch.enabled"], "true") || missing == "" {
			continue
		}
		var first *changelog.Operator
		plan.Root.Walk(func(op *changelog.Operator) bool {
			switch op.Kind {
			case changelog.GroupAggregate, changelog.GlobalGroupAggregate:
				first = op
			}
			return first == nil
		})
		if first != nil {
			p.Report(p.PlaceIn(plan, first), "mini-batches are on, and %s is not set", missing).Help = "SET '" + missing + "' before the statement"
		}
	}
}

// missing names the option that is missing, "" when both are there.
func missing(settings map[string]string) string {
	for _, key := range []string{"table.exec.mini-batch.allow-latency", "table.exec.mini-batch.size"} {
		value := strings.TrimSpace(settings[key])
		if value == "" || strings.HasPrefix(value, "-") || strings.Trim(strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz "), "0") == "" {
			return key
		}
	}
	return ""
}
