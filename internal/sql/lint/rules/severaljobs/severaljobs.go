// Package severaljobs is AS7118: INSERTs of a script that read the same table in jobs of their own.
package severaljobs

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

// Rule returns AS7118.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7118", Name: "several-jobs", Level: diag.Note, Category: diag.Hygiene,
			Text: "Each INSERT that stands by itself is a job of its own when a SQL client runs the script: what both read is read twice, with two groups, two sets of state and two deployments. A statement set runs them as one job. Jobs of a project are put into one by AutoStream.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	if p.Job != "" {
		return
	}
	first := map[*bind.Table]bool{}
	open := false
	for s := range p.Sound() {
		switch s.Syntax.(type) {
		case *ast.BeginStatementSet:
			open = true
		case *ast.EndStatementSet:
			open = false
		case *ast.Insert:
			if open || s.Batch {
				continue
			}
			own := tables(s)
			for _, t := range own {
				if first[t] {
					p.Report(s.Syntax.(*ast.Insert).Table.Name.Loc, "this is a job of its own, and reads %s a second time", t.Path.Name).
						Help = "EXECUTE STATEMENT SET BEGIN … END runs the INSERTs as one job"
					break
				}
			}
			for _, t := range own {
				first[t] = true
			}
		}
	}
}

// tables lists what a statement reads, views looked through.
func tables(s *bind.Statement) []*bind.Table {
	var found []*bind.Table
	seen := map[*bind.Table]bool{}
	var add func(r bind.Rel)
	add = func(r bind.Rel) {
		for below := range rule.Below(r) {
			scan, ok := below.(*bind.Scan)
			if !ok || scan.Table == nil || seen[scan.Table] {
				continue
			}
			seen[scan.Table] = true
			if scan.Table.Kind == bind.View {
				if scan.Table.Query != nil {
					add(scan.Table.Query)
				}
				continue
			}
			found = append(found, scan.Table)
		}
	}
	for _, i := range s.Inserts {
		if i.Rel != nil {
			add(i.Rel)
		}
	}
	return found
}
