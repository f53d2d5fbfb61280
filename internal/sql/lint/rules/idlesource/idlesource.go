// Package idlesource is AS5105: windows that wait for a partition without data.
package idlesource

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5105.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5105", Name: "idle-source", Level: diag.Note, Category: diag.Streaming,
			Text: "The watermark of a source is that of its slowest partition. A Kafka partition that gets no data holds it back, and every window, interval join and sort by time behind it waits for as long. With an idle timeout such a partition is left out: table.exec.source.idle-timeout for the job, scan.watermark.idle-timeout for the table.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	if timeout, set := p.Final("table.exec.source.idle-timeout"); set && !strings.HasPrefix(timeout, "0") {
		return
	}
	said := map[*bind.Table]bool{}
	for plan := range p.Streaming() {
		if plan.Insert != nil {
			waits(plan.Root, func(scan *changelog.Scan) {
				if scan.Options["connector"] != "kafka" || scan.Table.Watermark == nil || scan.Options["scan.watermark.idle-timeout"] != "" || said[scan.Table] {
					return
				}
				said[scan.Table] = true
				at := rule.TargetOf(p.Bound.Statements[plan.Statement-1], plan)
				if scan.Table.File == p.Script.File {
					at = scan.Table.Syntax.(*ast.CreateTable).Name.Loc
				}
				p.Report(at, "a partition of %s without data holds up every window", scan.Table.Path.Name).
					Help = "set 'scan.watermark.idle-timeout' of the table, or table.exec.source.idle-timeout of the job"
			})
		}
	}
}

// waits calls found for the scans below operators that wait for the watermark.
func waits(op *changelog.Operator, found func(*changelog.Scan)) {
	switch op.Kind {
	case changelog.WindowAggregate, changelog.GlobalWindowAggregate, changelog.WindowJoin, changelog.WindowRank, changelog.WindowDeduplicate,
		changelog.IntervalJoin, changelog.TemporalJoin, changelog.TemporalSort, changelog.GroupWindowAggregate, changelog.Match:
		op.Walk(func(below *changelog.Operator) bool {
			if scan, ok := below.Detail.(*changelog.Scan); ok {
				found(scan)
			}
			return true
		})
		return
	}
	for _, in := range op.Inputs {
		waits(in, found)
	}
}
