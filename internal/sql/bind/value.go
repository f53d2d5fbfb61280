// Binding of expressions that are no calls.

package bind

import (
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// env is what an expression stands in.
type env struct {
	scope   *scope
	windows []ast.WindowDef // of the WINDOW clause
	clause  clause
}

// clause says where an expression stands, for what is not allowed there.
type clause uint8

const (
	selectClause clause = iota
	whereClause
	groupClause
	onClause
	ddlClause
	matchClause
)

func (b *binder) exprs(e *env, list []ast.Expr) []Expr {
	bound := make([]Expr, len(list))
	for i, x := range list {
		bound[i] = b.expr(e, x)
	}
	return bound
}

// expr binds one expression. It never returns nil.
func (b *binder) expr(e *env, x ast.Expr) Expr {
	switch x := x.(type) {
	case *ast.ColumnRef:
		if len(x.Parts) == 1 && !x.Parts[0].Quoted() {
			if c := b.niladic(x); c != nil {
				return c
			}
		}
		return b.resolve(e.scope, x)
	case *ast.Number:
		return b.literal(x.Loc, types.OfNumber(x))
	case *ast.String:
		return b.literal(x.Loc, stringType(x))
	case *ast.Constant:
		return b.literal(x.Loc, constantType(x.Kind))
	case *ast.DateTime:
		return b.literal(x.Loc, dateTimeType(x))
	case *ast.Interval:
		return b.interval(e, x)
	case *ast.Paren:
		return b.expr(e, x.X)
	case *ast.Unary:
		return b.unary(e, x)
	case *ast.Binary:
		return b.binary(e, x)
	case *ast.Is:
		name := "IS " + negation(x.Not) + x.What.String()
		if x.JSON != 0 {
			name += " " + x.JSON.String()
		}
		return b.operator(x.Loc, name, types.Bool.Required(), b.expr(e, x.X))
	case *ast.FormatJSON:
		return b.expr(e, x.X)
	case *ast.Between:
		return b.between(e, x)
	case *ast.In:
		return b.in(e, x)
	case *ast.Quantified:
		return b.quantified(e, x)
	case *ast.Like:
		return b.matches(e, x)
	case *ast.Case:
		return b.caseOf(e, x)
	case *ast.Cast:
		return b.cast(e, x)
	case *ast.Row:
		return b.row(e, x)
	case *ast.Collection:
		return b.collection(e, x)
	case *ast.Subquery:
		return b.scalarSubquery(e, x.Loc, x.Query)
	case *ast.Index:
		return b.index(e, x)
	case *ast.Field:
		if x.Call != nil {
			return unknown(x.Loc)
		}
		return b.field(b.expr(e, x.X), &x.Name)
	case *ast.MinusDate:
		return b.operator(x.Loc, "MINUS_DATE", types.Type{}, b.expr(e, x.X))
	case *ast.NamedArg:
		return b.expr(e, x.Value)
	case *ast.Braced:
		return b.expr(e, x.Call)
	case *ast.TimeUnit:
		return b.literal(x.Loc, types.Of(types.Symbol))
	default:
		return b.call(e, x)
	}
}

func (b *binder) literal(loc ast.Loc, t types.Type) Expr {
	return &Literal{node: node{typ: t, loc: loc}, Text: b.file.Slice(loc.Span())}
}

// operator makes a call that is printed as an operator.
func (b *binder) operator(loc ast.Loc, name string, t types.Type, args ...Expr) Expr {
	return &Call{node: node{typ: t, loc: loc}, Name: name, Kind: catalog.Scalar, Infix: true, Args: args}
}

func typesOf(list []Expr) []types.Type {
	all := make([]types.Type, len(list))
	for i, x := range list {
		all[i] = x.Type()
	}
	return all
}

func negation(not bool) string {
	if not {
		return "NOT "
	}
	return ""
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

func (b *binder) interval(e *env, x *ast.Interval) Expr {
	root := types.DayTime
	switch x.Unit.From {
	case token.YEAR, token.YEARS, token.QUARTER, token.QUARTERS, token.MONTH, token.MONTHS:
		root = types.YearMonth
	}
	switch x.Value.(type) {
	case *ast.String, *ast.Number:
		return b.literal(x.Loc, types.Of(root).Required())
	}
	value := b.expr(e, x.Value)
	return b.operator(x.Loc, "INTERVAL", types.Of(root).NullableIf(value.Type()), value)
}

func (b *binder) index(e *env, x *ast.Index) Expr {
	value, index := b.expr(e, x.X), b.expr(e, x.Index)
	t := value.Type()
	var result types.Type
	switch {
	case t.Root == types.Array || t.Root == types.Map || t.Root == types.Variant:
		result = t.Elem().Nullable()
	case t.In(types.Rows):
		if at, err := strconv.Atoi(text(index)); err == nil && at >= 1 && at <= len(t.Fields()) {
			result = t.Fields()[at-1].Type.Nullable()
		}
	}
	switch {
	case t.Root == types.Map && !types.Comparable(t.Key(), index.Type()) || t.Root == types.Array && !index.Type().In(types.Numeric) && index.Type().Known():
		b.report(OperandTypes, x.Loc, "%s cannot be indexed by %s", t, index.Type())
	case t.Known() && !t.In(types.Constructed) && t.Root != types.Variant && t.Root != types.Null:
		b.report(OperandTypes, x.Loc, "%s has no elements", t)
	}
	return b.operator(x.Loc, "ITEM", result, value, index)
}

func text(e Expr) string {
	if l, ok := e.(*Literal); ok {
		return l.Text
	}
	return ""
}

func (b *binder) row(e *env, x *ast.Row) Expr {
	items := b.exprs(e, x.Items)
	b.typed(items...)
	fields := make([]types.Field, len(items))
	for i, item := range items {
		fields[i] = types.Field{Name: unnamed(i), Type: item.Type()}
	}
	return &Call{node: node{typ: types.RowOf(fields...).Required(), loc: x.Loc}, Name: "ROW", Kind: catalog.Scalar, Args: items}
}

func unnamed(i int) string { return "EXPR$" + strconv.Itoa(i) }

func (b *binder) collection(e *env, x *ast.Collection) Expr {
	if x.Query != nil {
		rel := b.query(x.Query, e.scope)
		elem := types.Type{}
		if c := rel.Columns(); len(c) == 1 {
			elem = c[0].Type
		}
		t := types.ArrayOf(elem)
		if x.Kind != token.ARRAY {
			t = types.Type{}
		}
		return &Subquery{node: node{typ: t, loc: x.Loc}, Kind: CollectionSubquery, Rel: rel}
	}
	items := b.exprs(e, x.Items)
	c := &Call{node: node{loc: x.Loc}, Name: x.Kind.String(), Kind: catalog.Scalar, Args: items}
	switch x.Kind {
	case token.ARRAY:
		c.typ = types.ArrayOf(b.agree(c, items)).Required()
	case token.MAP:
		var keys, values []Expr
		for i, item := range items {
			if i%2 == 0 {
				keys = append(keys, item)
			} else {
				values = append(values, item)
			}
		}
		c.typ = types.MapOf(b.agree(c, keys), b.agree(c, values)).Required()
	case token.MULTISET:
		c.typ = types.MultisetOf(b.agree(c, items)).Required()
	}
	return c
}

// agree returns the type that the items of a collection have in common.
func (b *binder) agree(c *Call, items []Expr) types.Type {
	t, ok := types.Common(typesOf(items)...)
	if !ok {
		b.report(BranchTypes, c.loc, "the items of %s have no common type: %s", c.Name, list(typesOf(items)))
	}
	return t
}

// matches binds LIKE and its kin.
func (b *binder) matches(e *env, x *ast.Like) Expr {
	args := []Expr{b.expr(e, x.X), b.expr(e, x.Pattern)}
	if x.Escape != nil {
		args = append(args, b.expr(e, x.Escape))
	}
	for _, arg := range args {
		if t := arg.Type(); t.Known() && t.Root != types.Null && !t.In(types.Characters) {
			b.report(OperandTypes, x.Loc, "%s compares strings, not %s", x.Op, t)
			break
		}
	}
	return b.operator(x.Loc, negation(x.Not)+x.Op.String(), types.Bool.NullableIf(typesOf(args)...), args...)
}
