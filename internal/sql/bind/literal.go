// Literals: their types, and what Flink refuses of their texts when it plans.

package bind

import (
	"math"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) literal(loc ast.Loc, t types.Type) Expr {
	return &Literal{node: node{typ: t, loc: loc}, Text: b.file.Slice(loc.Span())}
}

func (b *binder) number(n *ast.Number) Expr {
	switch n.Kind {
	case token.Integer:
		if _, err := strconv.ParseInt(n.Text, 10, 64); err != nil && strings.Trim(n.Text, "0123456789") == "" {
			b.report(LiteralText, n.Loc, "%s does not fit into BIGINT", n.Text)
		}
	case token.Approximate:
		if v, err := strconv.ParseFloat(n.Text, 64); err != nil && math.IsInf(v, 0) {
			b.report(LiteralText, n.Loc, "%s does not fit into DOUBLE", n.Text)
		}
	}
	return b.literal(n.Loc, types.OfNumber(n))
}

func (b *binder) text(s *ast.String) Expr {
	if s.Kind == token.BinaryString && len(s.Value)%2 == 1 {
		b.report(LiteralText, s.Loc, "a binary literal has two digits for each byte")
	}
	return b.literal(s.Loc, stringType(s))
}

func stringType(s *ast.String) types.Type {
	if s.Kind == token.BinaryString {
		return types.Sized(types.Binary, len(s.Value)/2).Required()
	}
	if s.Kind == token.Variable || strings.Contains(s.Value, "${") {
		return types.String.Required()
	}
	return types.Sized(types.Char, len([]rune(s.Value))).Required()
}

func constantType(k token.Kind) types.Type {
	if k == token.NULL {
		return types.Of(types.Null)
	}
	return types.Bool.Required()
}

// dateTime binds a date or a time, whose text the parser has looked at for releases before 2.0.
func (b *binder) dateTime(d *ast.DateTime) Expr {
	if b.session.Release >= token.V2_0 && !d.Valid() {
		b.report(LiteralText, d.Loc, "%q is no %s", d.Value.Value, dateTimeType(d).Nullable()).Help = "it is written as DATE '2024-01-31', TIME '10:20:30' or TIMESTAMP '2024-01-31 10:20:30.123'"
	}
	return b.literal(d.Loc, dateTimeType(d))
}

func dateTimeType(d *ast.DateTime) types.Type {
	switch d.Kind {
	case token.DATE, token.LBraceDate:
		return types.Of(types.Date).Required()
	case token.TIME, token.LBraceTime:
		return types.Sized(types.Time, 0).Required()
	}
	precision := 0
	if _, fraction, ok := strings.Cut(d.Value.Value, "."); ok {
		precision = len(fraction)
	}
	if d.Kind == token.TIMESTAMP_LTZ {
		return types.Sized(types.TimestampLTZ, precision).Required()
	}
	return types.Sized(types.Timestamp, precision).Required()
}
