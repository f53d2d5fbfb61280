// Package casetwins is AS7106: two columns whose names differ only in case.
package casetwins

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7106.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7106", Name: "case-twins", Level: diag.Warning, Category: diag.Hygiene,
			Text: "Flink tells names of columns apart by case, most databases, formats and people do not: userId and userid end in the same column of the sink, or in the wrong one.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, t := range p.Syntax().Tables {
		first := map[string]string{}
		for _, e := range t.Elements {
			c, ok := e.(*ast.Column)
			if !ok {
				continue
			}
			name := c.Name.Text()
			folded := strings.ToLower(name)
			if twin, ok := first[folded]; ok && twin != name {
				p.Report(c.Name.Loc, "columns %s and %s differ only in case", twin, name)
			}
			first[folded] = name
		}
	}
}
