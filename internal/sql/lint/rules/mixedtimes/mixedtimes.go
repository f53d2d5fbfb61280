// Package mixedtimes is AS5137: event time and processing time in one column.
package mixedtimes

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/types"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5137.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5137", Name: "mixed-times", Level: diag.Warning, Category: diag.Streaming,
			Text: "One input of the set operation has a rowtime in this column, another one a proctime. The times of rows that happened and of rows that are read now stand in one column, which is no time attribute any more: no window and no temporal join can use it.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for r := range rule.Rels(s) {
			if set, ok := r.(*bind.SetOp); ok {
				compare(p, set)
			}
		}
	}
}

// compare reports the first column whose times are of two kinds.
func compare(p *rule.Pass, set *bind.SetOp) {
	left, right := set.Left.Columns(), set.Right.Columns()
	for i := range min(len(left), len(right)) {
		l, r := left[i].Attribute, right[i].Attribute
		if l != types.Regular && r != types.Regular && l != r {
			p.Report(set.Place(), "column %s of %s is event time on one side and processing time on the other", left[i].Name, set.Op).
				Help = "read the same kind of time on both sides"
			return
		}
	}
}
