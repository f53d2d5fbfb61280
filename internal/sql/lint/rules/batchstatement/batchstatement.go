// Package batchstatement is AS5131: a statement of batch mode in a streaming job.
package batchstatement

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5131.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5131", Name: "batch-statement", Category: diag.Streaming,
			Text: "UPDATE, DELETE, TRUNCATE and INSERT OVERWRITE change what is stored as a whole, ANALYZE reads all of it: they run in batch mode only: SET 'execution.runtime-mode' = 'batch'. In streaming mode Flink refuses them.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		if s.Batch {
			continue
		}
		for _, i := range s.Inserts {
			if syntax, ok := i.Syntax.(*ast.Insert); ok && syntax.Overwrite && described(i.Table) {
				report(p, syntax.Loc, "INSERT OVERWRITE")
			}
		}
		switch syntax := s.Syntax.(type) {
		case *ast.Update:
			report(p, syntax.Loc, "UPDATE")
		case *ast.Delete:
			report(p, syntax.Loc, "DELETE")
		case *ast.Truncate:
			report(p, syntax.Loc, "TRUNCATE")
		case *ast.Analyze:
			report(p, syntax.Loc, "ANALYZE")
		}
	}
}

// described says whether the table was declared here: one of a catalog that is not at hand may be of a kind that can.
func described(t *bind.Table) bool {
	return t != nil && t.Syntax != nil && t.Options["connector"] != ""
}

func report(p *rule.Pass, at ast.Loc, what string) {
	first := ast.Loc{Start: at.Start, End: at.Start + int32(len(what))}
	p.Report(first, "%s needs batch mode", what).Help = "SET 'execution.runtime-mode' = 'batch'; before it"
}
