// Package kafkastartunset is AS4101: a Kafka source that does not say where it begins.
package kafkastartunset

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4101", Name: "kafka-start-unset", Level: diag.Warning, Category: diag.Connector,
			Text: "Without scan.startup.mode the source begins at the offsets that its group has committed, and a group that is new has none: unless properties.auto.offset.reset says what to do then, the first start of the job fails with NoOffsetForPartitionException (KafkaDynamicSource: the reset strategy is none).",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for scan := range rule.Scans(p.Unit) {
		options := rule.Options(scan.Table, scan.Hints)
		if options["connector"] != "kafka" || options["scan.startup.mode"] != "" || options["properties.auto.offset.reset"] != "" {
			continue
		}
		p.Report(p.PlaceOf(scan), "%s does not say where it begins to read, and a new group has no offsets", scan.Table.Path.Name).
			Help = "set 'scan.startup.mode', or 'properties.auto.offset.reset' for the first start"
	}
}
