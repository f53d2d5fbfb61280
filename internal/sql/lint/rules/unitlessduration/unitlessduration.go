// Package unitlessduration is AS7110: a duration without a unit.
package unitlessduration

import (
	_ "embed"
	"slices"
	"strconv"
	"time"

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

// Rule returns AS7110.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7110", Name: "unitless-duration", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Flink reads a duration without a unit as milliseconds: a state TTL of 36000 is 36 seconds and not ten hours.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

// durations are options of jobs whose values are durations (ExecutionConfigOptions, CheckpointingOptions and their kin).
var durations = [...]string{
	"table.exec.state.ttl", "table.exec.source.idle-timeout", "table.exec.mini-batch.allow-latency", "table.exec.async-lookup.timeout",
	"table.exec.async-scalar.timeout", "table.exec.interval-join.min-cleanup-interval",
	"execution.checkpointing.interval", "execution.checkpointing.interval-during-backlog", "execution.checkpointing.timeout",
	"execution.checkpointing.min-pause", "execution.checkpointing.aligned-checkpoint-timeout",
	"restart-strategy.fixed-delay.delay", "restart-strategy.failure-rate.delay", "restart-strategy.failure-rate.failure-rate-interval",
	"restart-strategy.exponential-delay.initial-backoff", "restart-strategy.exponential-delay.max-backoff", "pipeline.auto-watermark-interval",
}

func find(p *rule.Pass) {
	for _, s := range p.Script.Statements {
		set, ok := s.(*ast.Set)
		if !ok || set.ValueText == nil || !slices.Contains(durations[:], set.Key) {
			continue
		}
		n, err := strconv.ParseInt(set.Value, 10, 64)
		if err != nil || n == 0 {
			continue
		}
		f := p.Report(set.ValueText.Loc, "%s is read as %s", set.Value, time.Duration(n)*time.Millisecond)
		f.Help = "write the unit: " + set.Value + " ms"
		text := "'" + set.Value + " ms'"
		if p.Text(set.ValueText.Loc) == set.Value {
			text = set.Value + "ms"
		}
		f.Fixes = []diag.Fix{{Title: "write the unit that it is read in", Safe: true, Edits: []diag.Edit{{Span: set.ValueText.Span(), Text: text}}}}
	}
}
