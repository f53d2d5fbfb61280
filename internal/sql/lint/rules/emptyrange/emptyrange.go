// Package emptyrange is AS7112: BETWEEN with its bounds in the wrong order.
package emptyrange

import (
	_ "embed"
	"strconv"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/lint/rule"
	"github.com/autostream/autostream/internal/sql/token"
)

//go:embed bad.sql
var bad string

//go:embed good.sql
var good string

// Rule returns AS7112.
func Rule() rule.Rule {
	return rule.Rule{
		Rule: diag.Rule{
			ID: "AS7112", Name: "empty-range", Level: diag.Warning, Category: diag.Hygiene,
			Text: "BETWEEN low AND high holds for nothing when low is the larger of the two, so that every row is dropped. BETWEEN SYMMETRIC takes them in any order.",
		},
		Bad: bad, Good: good, Script: find,
	}
}

func find(p *rule.Pass) {
	for _, b := range p.Syntax().Betweens {
		low, known := number(b.Low)
		high, both := number(b.High)
		if known && both && low > high && b.Symmetric != token.SYMMETRIC && !b.Not {
			p.Report(b.Loc, "nothing is between %s and %s", p.Text(b.Low.Place()), p.Text(b.High.Place())).Help = "the smaller bound comes first"
		}
	}
}

// number reads a literal, with its sign.
func number(x ast.Expr) (float64, bool) {
	switch x := x.(type) {
	case *ast.Number:
		n, err := strconv.ParseFloat(x.Text, 64)
		return n, err == nil
	case *ast.Unary:
		n, ok := number(x.X)
		if x.Op == token.Minus {
			n = -n
		}
		return n, ok && (x.Op == token.Minus || x.Op == token.Plus)
	}
	return 0, false
}
