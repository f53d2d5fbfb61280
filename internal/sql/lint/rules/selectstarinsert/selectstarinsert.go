// Package selectstarinsert is AS7101: SELECT * of a table into a sink.
package selectstarinsert

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

//go:embed fixed.sql
var fixed string

// Rule returns AS7101.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7101", Name: "select-star-insert", Level: diag.Warning, Category: diag.Hygiene,
			Text: "INSERT matches columns by position. With * of a table, a column that is added to the table later, or moved, shifts everything behind it into the wrong column of the sink, or makes the job fail when it is deployed the next time. With the columns named, the statement keeps meaning what it means today.",
		},
		Bad: bad, Good: good, Fixed: fixed, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		for _, i := range s.Inserts {
			syntax, ok := i.Syntax.(*ast.Insert)
			if !ok || syntax.Columns != nil {
				continue
			}
			if q, star := selected(syntax.Query); star != nil && i.Rel != nil {
				report(p, i, q, star)
			}
		}
	}
}

// selected returns the SELECT that an INSERT takes its rows from, with its *, when it reads a single table.
func selected(q ast.Query) (*ast.Select, *ast.Star) {
	switch q := q.(type) {
	case *ast.ParenQuery:
		return selected(q.Query)
	case *ast.Select:
		for i := range q.Items {
			if star, ok := q.Items[i].Expr.(*ast.Star); ok {
				return q, star
			}
		}
	}
	return nil, nil
}

func report(p *rule.Pass, i *bind.Insert, q *ast.Select, star *ast.Star) {
	columns := i.Rel.Columns()
	scan := scanned(i.Rel)
	if scan == nil || scan.Table.Kind != bind.BaseTable || scan.Table.Open {
		return
	}
	f := p.Report(star.Loc, "the columns of %s are matched with those of %s by position", scan.Table.Path.Name, i.Path.Name)
	f.Help = "name the columns, so that a new one does not shift the others"
	if len(q.Items) != 1 || len(columns) != len(scan.Table.Columns) {
		return
	}
	names := make([]string, len(columns))
	for n, c := range columns {
		names[n] = rule.Quote(c.Name, p.Release)
	}
	f.Fixes = []diag.Fix{{Title: "name the columns", Safe: true, Edits: []diag.Edit{{Span: star.Span(), Text: strings.Join(names, ", ")}}}}
}

// scanned follows the rows of a query down to the one table that they come from.
func scanned(r bind.Rel) *bind.Scan {
	switch r := r.(type) {
	case *bind.Scan:
		return r
	case *bind.Project:
		return scanned(r.Input)
	case *bind.Filter:
		return scanned(r.Input)
	case *bind.Distinct:
		return scanned(r.Input)
	}
	return nil
}
