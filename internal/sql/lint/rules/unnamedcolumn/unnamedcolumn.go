// Package unnamedcolumn is AS7114: a column of a view that Flink names EXPR$0.
package unnamedcolumn

import (
	_ "embed"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7114.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7114", Name: "unnamed-column", Level: diag.Warning, Category: diag.Hygiene,
			Text: "A column of a view or of CREATE TABLE … AS is an expression without a name, and Flink calls it EXPR$ and a number. Readers have to quote that name, and it changes when a column is put before it.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		if s.Table == nil {
			continue
		}
		for i, c := range s.Table.Columns {
			if strings.HasPrefix(c.Name, "EXPR$") {
				p.Report(place(s, i), "column %d of %s has no name, Flink calls it %s", i+1, s.Table.Path.Name, c.Name).Help = "give it one: … AS name"
			}
		}
	}
}

// place is where a column is computed, or else the statement.
func place(s *bind.Statement, column int) ast.Loc {
	if s.Query != nil && column < len(s.Query.Columns()) {
		if x := s.Query.Columns()[column].Value; x != nil && x.Place().End > 0 && s.Syntax.Place().Contains(x.Place()) {
			return x.Place()
		}
	}
	return s.Syntax.Place()
}
