// Package sinkparallelism is AS4105: changes that go to a sink with a parallelism of its own, in no order.
package sinkparallelism

import (
	_ "embed"
	"strconv"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS4105.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS4105", Name: "sink-parallelism", Category: diag.Connector,
			Text: "Rows come to a sink with a parallelism of its own in no order, unless they are sent by the primary key of its table. Without a key Flink refuses updates and deletes there, whatever the parallelism of the job (CommonExecSink compares it before it is known).",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		if plan.Insert == nil || len(plan.Insert.Table.PrimaryKey) > 0 || len(plan.Root.Inputs) == 0 || rule.Appends(plan.Root.Inputs[0]) {
			continue
		}
		n, err := strconv.Atoi(rule.Options(plan.Insert.Table, hints(plan.Insert))["sink.parallelism"])
		if err != nil || n <= 1 { // a sink of one task may stand behind an operator of one task
			continue
		}
		p.Report(rule.TargetOf(p.Bound.Statements[plan.Statement-1], plan), "%s has a parallelism of its own, %d, and no primary key to send changes by", plan.Insert.Table.Path.Name, n).
			Help = "declare a PRIMARY KEY, or leave out sink.parallelism"
	}
}

func hints(i *bind.Insert) *ast.Hints {
	if s, ok := i.Syntax.(*ast.Insert); ok && s.Table != nil {
		return s.Table.Hints
	}
	return nil
}
