// Package statementset is AS5134: what does not belong between BEGIN STATEMENT SET and END.
package statementset

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

// Rule returns AS5134.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5134", Name: "statement-set", Category: diag.Streaming,
			Text: "Between BEGIN STATEMENT SET and END stand INSERTs and CREATE TABLE … AS, nothing else: the SQL client and the SQL gateway refuse SET, SELECT, EXPLAIN and declarations there, and an END without BEGIN.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	open := false
	for i, s := range p.Script.Statements {
		switch s := s.(type) {
		case *ast.BeginStatementSet:
			if open {
				p.Report(s.Loc, "a statement set cannot begin inside of another").Help = "write END; before it"
			}
			open = true
		case *ast.EndStatementSet:
			if !open {
				p.Report(s.Loc, "END without BEGIN STATEMENT SET")
			}
			open = false
		default:
			if open && !inserts(s) && !p.Broken[i+1] {
				at := s.Place()
				at.End = at.Start + int32(len(firstWord(p.Text(at))))
				p.Report(at, "a statement set takes INSERTs only").Help = "put it before BEGIN STATEMENT SET, or behind END"
			}
		}
	}
}

// inserts reports whether a statement writes rows, and so may be one of a set.
func inserts(s ast.Statement) bool {
	switch s := s.(type) {
	case *ast.Insert, *ast.Update, *ast.Delete:
		return true
	case *ast.Execute:
		return inserts(s.Statement)
	case *ast.CreateTable:
		return s.As != nil
	}
	return false
}

func firstWord(text string) string {
	for i, c := range text {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return text[:i]
		}
	}
	return text
}
