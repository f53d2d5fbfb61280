// VALUES: rows of constants, and rows that are computed.

package changelog

import (
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) values(rel *bind.Values) *node {
	op := &Operator{Kind: Values, At: rel.Place()}
	n := b.number(op, rel.Columns(), 0)
	if len(rel.Columns()) == 0 { // a SELECT without FROM
		op.Row = []Field{{Name: "ZERO", Type: types.Int}}
		return n
	}
	literal := true
	for _, row := range rel.Rows {
		for _, x := range row {
			literal = literal && isLiteral(x)
		}
	}
	if literal {
		return n
	}
	// Rows that have to be computed are a union of projections.
	if len(rel.Rows) == 1 {
		return b.computed(rel, rel.Rows[0])
	}
	all := &Operator{Kind: Union, Row: op.Row, At: op.At}
	for _, row := range rel.Rows {
		all.Inputs = append(all.Inputs, b.computed(rel, row).op)
	}
	n.op = all
	return n
}

// computed is one row of VALUES.
func (b *builder) computed(rel *bind.Values, row []bind.Expr) *node {
	one := &node{op: &Operator{Kind: Values, Row: []Field{{Name: "ZERO", Type: types.Int}}, At: rel.Place()}, at: map[*bind.Column]int{}}
	var values []Value
	for _, x := range row {
		values = append(values, b.value(one, x))
	}
	return b.number(calc(one.op, values, nil), rel.Columns(), 0)
}

// isLiteral reports whether a value of VALUES is a constant, with a sign or a cast at most.
func isLiteral(e bind.Expr) bool {
	switch e := e.(type) {
	case *bind.Literal:
		return true
	case *bind.Cast:
		return isLiteral(e.X)
	case *bind.Call:
		return e.Infix && len(e.Args) == 1 && (e.Name == "-" || e.Name == "+") && isLiteral(e.Args[0])
	}
	return false
}
