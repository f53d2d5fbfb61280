// Package upsertinto is AS3102: UPSERT INTO.
package upsertinto

import (
	_ "embed"

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

// Rule returns AS3102.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS3102", Name: "upsert-into", Category: diag.Type,
			Text: "The grammar has UPSERT INTO and Flink refuses it. INSERT INTO a table with a primary key updates the rows of that key.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, i := range p.Syntax().Inserts {
		if !i.Upsert {
			continue
		}
		at := ast.Loc{Start: i.Start, End: i.Start + int32(len("UPSERT"))}
		f := p.Report(at, "Flink has no UPSERT INTO")
		f.Help = "INSERT INTO a table with a primary key updates its rows"
		f.Fixes = []diag.Fix{{Title: "write INSERT", Safe: true, Edits: []diag.Edit{{Span: at.Span(), Text: "INSERT"}}}}
	}
}
