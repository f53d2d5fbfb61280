// Binding of expressions that are no calls.

package bind

import (
	"slices"
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
	jsonClause // a value of JSON_OBJECT or JSON_ARRAY
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
		return b.number(x)
	case *ast.String:
		return b.text(x)
	case *ast.Constant:
		return b.literal(x.Loc, constantType(x.Kind))
	case *ast.DateTime:
		return b.dateTime(x)
	case *ast.Interval:
		return b.interval(e, x)
	case *ast.Paren:
		return b.expr(e, x.X)
	case *ast.Unary:
		return b.unary(e, x)
	case *ast.Binary:
		return b.binary(e, x)
	case *ast.Is:
		return b.is(e, x)
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
		return b.minusDate(e, x)
	case *ast.NamedArg:
		return b.expr(e, x.Value)
	case *ast.Braced:
		return b.expr(e, x.Call)
	case *ast.TimeUnit:
		return b.literal(x.Loc, types.Of(types.Symbol))
	case *ast.Default:
		b.report(MisusedFunction, x.Loc, "Flink reads DEFAULT, and has no defaults")
		return unknown(x.Loc)
	default:
		return b.call(e, x)
	}
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
	case t.Root == types.Array && index.Type().Known() && !index.Type().In(1<<types.TinyInt|1<<types.SmallInt|1<<types.Integer):
		b.report(OperandTypes, x.Loc, "an array is indexed by an INT, not by %s", index.Type())
	case t.Root == types.Map && !types.Comparable(t.Key(), index.Type()):
		b.report(OperandTypes, x.Loc, "%s cannot be indexed by %s", t, index.Type())
	case t.Root == types.Variant:
		b.variantIndex(x, index)
	case t.Known() && !t.In(types.Constructed) && t.Root != types.Null:
		b.report(OperandTypes, x.Loc, "%s has no elements", t)
	}
	return b.operator(x.Loc, "ITEM", result, value, index)
}

// variantIndex checks what a VARIANT is indexed by, which can be done since 2.3: a number, or a name that is written out.
func (b *binder) variantIndex(x *ast.Index, index Expr) {
	_, literal := index.(*Literal)
	switch t := index.Type(); {
	case b.session.Release < token.V2_3:
		b.report(OperandTypes, x.Loc, "Flink %s takes nothing out of a VARIANT", b.session.Release).Help = "take it out of the text: JSON_VALUE(…, '$.name')"
	case t.Root == types.Null, t.Known() && !t.In(types.Integers|types.Characters), t.In(types.Characters) && !literal:
		b.report(OperandTypes, x.Loc, "a VARIANT is indexed by an INT or a literal name, not by %s", t)
	}
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
		if !b.declares {
			b.report(MisusedFunction, x.Loc, "Flink reads %s of a query, and cannot plan it", x.Kind).Help = "aggregate the query: COLLECT makes a MULTISET, ARRAY_AGG an ARRAY"
		}
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
	switch {
	case len(items) == 0:
		b.report(ArgumentCount, x.Loc, "%s has no items, so that it has no type", x.Kind).Help = "write CAST(NULL AS …) with the type that is meant"
	case x.Kind == token.MAP && len(items)%2 == 1:
		b.report(ArgumentCount, x.Loc, "MAP takes a key and a value for each entry, here is one without the other")
	case x.Kind == token.ARRAY && !slices.ContainsFunc(items, func(i Expr) bool { return i.Type().Root != types.Null }):
		b.typed(items...)
	}
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
	if s, ok := x.Escape.(*ast.String); ok && len([]rune(s.Value)) != 1 && !strings.Contains(s.Value, "${") {
		b.report(LiteralText, s.Loc, "ESCAPE takes one character")
	}
	for _, arg := range args {
		if t := arg.Type(); t.Known() && t.Root != types.Null && !t.In(types.Characters) {
			b.report(OperandTypes, x.Loc, "%s compares strings, not %s", x.Op, t)
			break
		}
	}
	return b.operator(x.Loc, negation(x.Not)+x.Op.String(), types.Bool.NullableIf(typesOf(args)...), args...)
}
