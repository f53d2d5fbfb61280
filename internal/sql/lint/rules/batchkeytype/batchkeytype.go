// Package batchkeytype is AS5133: rows that batch mode cannot sort to group them.
package batchkeytype

import (
	_ "embed"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS5133.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS5133", Name: "batch-key-type", Category: diag.Streaming,
			Text: "In batch mode Flink groups rows by sorting them, for GROUP BY, DISTINCT, UNION, INTERSECT, EXCEPT and PARTITION BY. Maps and multisets have no order. A stream is grouped by hashes, so that the same statement runs there.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for s := range p.Sound() {
		if !s.Batch || s.Table != nil && s.Table.Kind == bind.View { // Flink plans a view where it is read
			continue
		}
		for r := range rule.Rels(s) {
			if at, t, found := unordered(r); found {
				p.Report(at, "batch mode cannot group by %s", t.Nullable())
				break
			}
		}
	}
}

// unordered returns the first type that a relation groups by and that has no order.
func unordered(r bind.Rel) (ast.Loc, types.Type, bool) {
	switch r := r.(type) {
	case *bind.Aggregation:
		for i, c := range r.Columns() {
			if i < r.Keys && !ordered(c.Type) {
				return c.Value.Place(), c.Type, true
			}
		}
	case *bind.Distinct:
		return among(r)
	case *bind.SetOp:
		if !r.All || r.Op != token.UNION {
			return among(r)
		}
	}
	for x := range rule.Exprs(r) {
		var at ast.Loc
		var t types.Type
		bind.Walk(x, func(x bind.Expr) bool {
			if c, ok := x.(*bind.Call); ok && !t.Known() {
				for _, key := range keys(c) {
					if !ordered(key.Type()) {
						at, t = key.Place(), key.Type()
					}
				}
			}
			return !t.Known()
		})
		if t.Known() {
			return at, t, true
		}
	}
	return ast.Loc{}, types.Type{}, false
}

func among(r bind.Rel) (ast.Loc, types.Type, bool) {
	for _, c := range r.Columns() {
		if !ordered(c.Type) {
			return r.Place(), c.Type, true
		}
	}
	return ast.Loc{}, types.Type{}, false
}

// keys are what a call groups rows by: its window, or its arguments when each counts once.
func keys(c *bind.Call) []bind.Expr {
	switch {
	case c.Over != nil:
		return c.Over.PartitionBy
	case c.Distinct && c.Kind == catalog.Aggregate:
		return c.Args
	}
	return nil
}

// ordered reports whether values of a type can be sorted.
func ordered(t types.Type) bool {
	if t.In(1<<types.Map | 1<<types.Multiset) {
		return false
	}
	for _, f := range t.Fields() {
		if !ordered(f.Type) {
			return false
		}
	}
	return true
}
