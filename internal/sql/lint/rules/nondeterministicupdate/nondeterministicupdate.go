// Package nondeterministicupdate is AS5104: a value that differs between a row and its retraction.
package nondeterministicupdate

import (
	_ "embed"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5104.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5104", Name: "non-deterministic-update", Level: diag.Warning, Category: diag.Streaming,
			Text: "The query computes a value that is another one each time (the current time, a random number) over rows that are updated or deleted later, and something below needs the same value again to find the row: a sink without a key, a group, a join. The retraction then matches nothing, and rows stay that should be gone. Flink's planner says the same with table.optimizer.non-deterministic-update.strategy = TRY_RESOLVE (StreamNonDeterministicUpdatePlanVisitor).",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for plan := range p.Streaming() {
		d := determinism{pass: p, plan: plan}
		d.sink(plan.Root)
	}
}

// determinism follows down a plan which columns have to be the same whenever a row is computed again.
type determinism struct {
	pass *rule.Pass
	plan *changelog.Plan
	said bool
}

func (d *determinism) sink(root *changelog.Operator) {
	target, ok := root.Detail.(*changelog.Target)
	if !ok || len(root.Inputs) != 1 {
		return
	}
	in := root.Inputs[0]
	keyed := len(target.Keys) > 0 && slices.ContainsFunc(in.UpsertKeys, func(k changelog.Key) bool { return slices.Equal([]int(k), sorted(target.Keys)) })
	if !keyed {
		d.require(in, all(in))
	}
}

func sorted(columns []int) []int { return slices.Sorted(slices.Values(columns)) }

func all(op *changelog.Operator) []int {
	columns := make([]int, len(op.Row))
	for i := range columns {
		columns[i] = i
	}
	return columns
}

// require holds for an operator whose output has to be the same in some columns. Of rows that are never taken back nothing is
// asked.
func (d *determinism) require(op *changelog.Operator, columns []int) {
	if rule.Appends(op) || len(op.Inputs) == 0 || d.said {
		return
	}
	switch detail := op.Detail.(type) {
	case *changelog.Program:
		d.program(op, detail, columns)
	case *changelog.Grouping:
		needs := slices.Clone(detail.Keys)
		for _, c := range detail.Calls {
			needs = append(needs, c.Args...)
		}
		d.require(op.Inputs[0], needs)
	case *changelog.Joining:
		d.join(op, detail, columns)
	case *changelog.Ranking:
		needs := slices.Concat(columns, detail.Partition)
		for _, o := range detail.Order {
			needs = append(needs, o.Column)
		}
		d.require(op.Inputs[0], within(needs, op.Inputs[0]))
	default:
		for _, in := range op.Inputs {
			if len(in.Row) == len(op.Row) {
				d.require(in, columns)
			}
		}
	}
}

func (d *determinism) program(op *changelog.Operator, program *changelog.Program, columns []int) {
	in := op.Inputs[0]
	if rule.Appends(in) {
		return
	}
	var needs []int
	for _, c := range within(columns, op) {
		v := &program.Values[c]
		if v.Unstable {
			d.report(op, v)
			return
		}
		needs = append(needs, v.Uses...)
	}
	for i := range program.Conditions {
		c := &program.Conditions[i]
		if c.Unstable {
			d.report(op, c)
			return
		}
		needs = append(needs, c.Uses...)
	}
	d.require(in, within(needs, in))
}

func (d *determinism) join(op *changelog.Operator, j *changelog.Joining, columns []int) {
	if op.Kind != changelog.Join || len(op.Inputs) != 2 {
		return
	}
	left, right := op.Inputs[0], op.Inputs[1]
	width := len(left.Row)
	leftNeeds, rightNeeds := slices.Clone(j.Left), slices.Clone(j.Right)
	for _, c := range columns {
		if c < width {
			leftNeeds = append(leftNeeds, c)
		} else {
			rightNeeds = append(rightNeeds, c-width)
		}
	}
	d.require(left, within(leftNeeds, left))
	d.require(right, within(rightNeeds, right))
}

// within drops numbers that are no columns of an operator: those of an enclosing query.
func within(columns []int, op *changelog.Operator) []int {
	return slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return c < 0 || c >= len(op.Row) })
}

func (d *determinism) report(op *changelog.Operator, v *changelog.Value) {
	d.said = true
	name := "a value"
	at := d.pass.PlaceIn(d.plan, op)
	if v.Expr != nil {
		if own := v.Expr.Place(); own.End > own.Start && at.Contains(own) {
			at = own
		}
		bind.Walk(v.Expr, func(x bind.Expr) bool {
			if c, ok := x.(*bind.Call); ok && len(c.Args) == 0 {
				name = c.Name
			}
			return true
		})
	}
	d.pass.Report(at, "%s is another value when the row is taken back", name).
		Help = "compute it before the rows change, or write to a sink whose primary key is the key of the query"
}
