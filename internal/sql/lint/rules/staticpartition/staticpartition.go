// Package staticpartition is AS3101: PARTITION of a column that the table is not partitioned by.
package staticpartition

import (
	_ "embed"
	"slices"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS3101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS3101", Name: "static-partition", Category: diag.Type,
			Text: "PARTITION (column = value) chooses the partition that an INSERT writes. The column has to be one of PARTITIONED BY.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for _, i := range s.Inserts {
			syntax, ok := i.Syntax.(*ast.Insert)
			if !ok || syntax.Partition == nil || i.Table == nil || i.Table.Open || i.Table.Syntax == nil {
				continue
			}
			for n := range syntax.Partition.Items {
				item := &syntax.Partition.Items[n]
				if !slices.Contains(i.Table.Partition, item.Column.Name) {
					p.Report(item.Loc, "%s is not partitioned by %s", i.Path.Name, item.Column.Name).Help = "add PARTITIONED BY (" + item.Column.Name + ") to the table"
				}
			}
		}
	}
}
