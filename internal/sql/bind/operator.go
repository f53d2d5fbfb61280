// Binding of operators, CASE, CAST and tests.

package bind

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

var arithmetic = map[ast.Op]types.Operator{
	ast.Add: types.Add, ast.Subtract: types.Subtract, ast.Multiply: types.Multiply, ast.Divide: types.Divide,
	ast.Remainder: types.Modulo, ast.Concat: types.Concat,
}

func (b *binder) unary(e *env, x *ast.Unary) Expr {
	if x.Op == token.EXISTS || x.Op == token.UNIQUE {
		if q, ok := x.X.(*ast.Subquery); ok {
			return &Subquery{node: node{typ: types.Bool.Required(), loc: x.Loc}, Kind: Exists, Rel: b.query(q.Query, e.scope)}
		}
	}
	operand := b.expr(e, x.X)
	b.typed(operand)
	t := operand.Type()
	var ok bool
	if x.Op == token.NOT {
		ok = !t.Known() || t.Root == types.Boolean || t.Root == types.Null
		t = types.Bool.NullableIf(t)
	} else {
		t, ok = types.Negate(t)
	}
	if !ok {
		b.report(OperandTypes, x.Loc, "%s cannot be applied to %s", x.Op, operand.Type())
	}
	return b.operator(x.Loc, x.Op.String(), t, operand)
}

func (b *binder) binary(e *env, x *ast.Binary) Expr {
	left, right := b.expr(e, x.Left), b.expr(e, x.Right)
	var t types.Type
	ok := true
	switch op, isArithmetic := arithmetic[x.Op]; {
	case isArithmetic:
		b.typed(left, right)
		t, ok = types.Apply(op, left.Type(), right.Type())
	case x.Op == ast.And || x.Op == ast.Or:
		b.typed(left, right)
		t = types.Bool.NullableIf(left.Type(), right.Type())
		ok = truth(left.Type()) && truth(right.Type())
	case x.Op == ast.Eq || x.Op == ast.Ne || x.Op == ast.BangEq:
		t = types.Bool.NullableIf(left.Type(), right.Type())
		ok = types.Ordered(left.Type(), right.Type()) || left.Type().Root == right.Type().Root
	case x.Op == ast.Lt || x.Op == ast.Gt || x.Op == ast.Le || x.Op == ast.Ge:
		t = types.Bool.NullableIf(left.Type(), right.Type())
		ok = types.Ordered(left.Type(), right.Type())
	case x.Op == ast.IsDistinct || x.Op == ast.IsNotDistinct:
		t = types.Bool.Required()
		ok = types.Ordered(left.Type(), right.Type()) || left.Type().Root == right.Type().Root
	case x.Op >= ast.MultisetUnion && x.Op <= ast.MultisetExceptDistinct:
		t = left.Type()
	default:
		t = types.Bool
	}
	if !ok {
		b.report(OperandTypes, x.Loc, "%s cannot be applied to %s and %s", x.Op, left.Type(), right.Type())
	}
	return b.operator(x.Loc, x.Op.String(), t, left, right)
}

// is binds IS TRUE and its kin.
func (b *binder) is(e *env, x *ast.Is) Expr {
	name := "IS " + negation(x.Not) + x.What.String()
	if x.JSON != 0 {
		name += " " + x.JSON.String()
	}
	value := b.expr(e, x.X)
	if t := value.Type(); x.What == token.JSON && t.Known() && !t.In(types.Characters|1<<types.Null) {
		b.report(OperandTypes, x.Loc, "%s cannot be applied to %s", name, t)
	}
	if (x.What == token.TRUE || x.What == token.FALSE || x.What == token.UNKNOWN) && !truth(value.Type()) {
		b.report(OperandTypes, x.Loc, "%s cannot be applied to %s", name, value.Type())
	}
	return b.operator(x.Loc, name, types.Bool.Required(), value)
}

// minusDate binds (a - b) unit: the time between two points.
func (b *binder) minusDate(e *env, x *ast.MinusDate) Expr {
	inner := x.X
	for paren, ok := inner.(*ast.Paren); ok; paren, ok = inner.(*ast.Paren) {
		inner = paren.X
	}
	if minus, ok := inner.(*ast.Binary); ok && minus.Op == ast.Subtract {
		return b.operator(x.Loc, "MINUS_DATE", types.Type{}, b.expr(e, minus.Left), b.expr(e, minus.Right))
	}
	return b.operator(x.Loc, "MINUS_DATE", types.Type{}, b.expr(e, x.X))
}

// typed reports NULL without a type where Flink wants one.
func (b *binder) typed(list ...Expr) {
	for _, x := range list {
		if l, ok := x.(*Literal); ok && l.typ.Root == types.Null {
			b.report(IllegalNull, l.loc, "NULL has no type here").Help = castNull
		}
	}
}

const castNull = "write CAST(NULL AS …) with the type that is meant"

func truth(t types.Type) bool { return !t.Known() || t.Root == types.Boolean || t.Root == types.Null }

func (b *binder) between(e *env, x *ast.Between) Expr {
	args := []Expr{b.expr(e, x.X), b.expr(e, x.Low), b.expr(e, x.High)}
	for _, limit := range args[1:] {
		if !types.Ordered(args[0].Type(), limit.Type()) {
			b.report(OperandTypes, x.Loc, "BETWEEN cannot be applied to %s and %s", args[0].Type(), limit.Type())
			break
		}
	}
	return b.operator(x.Loc, negation(x.Not)+"BETWEEN", types.Bool.NullableIf(typesOf(args)...), args...)
}

func (b *binder) in(e *env, x *ast.In) Expr {
	value := b.expr(e, x.X)
	if x.Query != nil {
		rel := b.query(x.Query, e.scope)
		s := &Subquery{node: node{typ: types.Bool, loc: x.Loc}, Kind: InSubquery, Operands: []Expr{value}, Rel: rel}
		b.checkIn(value, rel, x.Loc)
		if !x.Not {
			return s
		}
		return b.operator(x.Loc, "NOT", types.Bool, s)
	}
	args := append([]Expr{value}, b.exprs(e, x.List)...)
	for _, item := range args[1:] {
		if !types.Ordered(value.Type(), item.Type()) { // a string and a number are cast here, other than for =
			b.report(OperandTypes, item.Place(), "%s cannot be compared with %s", value.Type(), item.Type())
			break
		}
	}
	b.listed(args[1:], x.Loc)
	return b.operator(x.Loc, negation(x.Not)+"IN", types.Bool.NullableIf(typesOf(args)...), args...)
}

// listed reports values of IN that have no common type.
func (b *binder) listed(items []Expr, at ast.Loc) {
	if _, ok := types.Common(typesOf(items)...); !ok {
		b.report(BranchTypes, at, "the values of IN have no common type: %s", list(typesOf(items)))
	}
}

// checkIn compares the left side of IN with the columns of its query.
func (b *binder) checkIn(value Expr, rel Rel, at ast.Loc) {
	left := []types.Type{value.Type()}
	if row, ok := value.(*Call); ok && row.Name == "ROW" {
		left = typesOf(row.Args)
	}
	columns := rel.Columns()
	if len(columns) != len(left) {
		if len(columns) > 0 && !isOpen(rel) && value.Type().Known() {
			b.report(ColumnCount, at, "%s on the left of IN, the query has %s", plural(len(left), "value"), plural(len(columns), "column"))
		}
		return
	}
	for i, c := range columns {
		if !types.Comparable(left[i], c.Type) {
			b.report(OperandTypes, at, "%s cannot be compared with %s", left[i], c.Type)
		}
	}
}

func (b *binder) quantified(e *env, x *ast.Quantified) Expr {
	value := b.expr(e, x.X)
	if x.Query == nil {
		args := append([]Expr{value}, b.exprs(e, x.List)...)
		return b.operator(x.Loc, x.Op.String()+" "+x.Which.String(), types.Bool, args...)
	}
	return &Subquery{node: node{typ: types.Bool, loc: x.Loc}, Kind: Quantified, Operands: []Expr{value}, Rel: b.query(x.Query, e.scope),
		Equality: x.Op.String() == "=" || x.Op.String() == "<>", All: x.Which == token.ALL}
}

func (b *binder) scalarSubquery(e *env, loc ast.Loc, q ast.Query) Expr {
	s := &Subquery{node: node{loc: loc}, Kind: ScalarSubquery, Rel: b.query(q, e.scope)}
	columns := s.Rel.Columns()
	switch {
	case len(columns) == 1:
		s.typ = columns[0].Type.Nullable()
	case len(columns) > 1 && !isOpen(s.Rel):
		b.report(ColumnCount, loc, "a query as a value has 1 column, this one %d", len(columns))
	}
	return s
}

func (b *binder) caseOf(e *env, x *ast.Case) Expr {
	c := &Case{}
	c.loc = x.Loc
	var operand Expr
	if x.Operand != nil {
		operand = b.expr(e, x.Operand)
	}
	for _, when := range x.Whens {
		c.Conditions = append(c.Conditions, b.condition(e, operand, when.Conditions))
		c.Results = append(c.Results, b.expr(e, when.Result))
	}
	all := typesOf(c.Results)
	if x.Else != nil {
		c.Else = b.expr(e, x.Else)
		all = append(all, c.Else.Type())
	} else {
		all = append(all, types.Of(types.Null))
	}
	t, ok := types.Common(all...)
	if !ok {
		b.report(BranchTypes, x.Loc, "the branches of CASE have no common type: %s", list(all))
	}
	if t.Root == types.Null {
		b.report(IllegalNull, x.Loc, "all branches of CASE are NULL").Help = castNull
	}
	c.typ = t
	return c
}

// condition is one WHEN; with an operand it compares.
func (b *binder) condition(e *env, operand Expr, list []ast.Expr) Expr {
	var all Expr
	for _, x := range list {
		one := b.expr(e, x)
		if operand == nil && !truth(one.Type()) {
			b.report(OperandTypes, one.Place(), "WHEN needs a BOOLEAN, not %s", one.Type())
		}
		if operand != nil {
			loc := one.Place()
			if !types.Ordered(operand.Type(), one.Type()) && operand.Type().Root != one.Type().Root {
				b.report(OperandTypes, loc, "%s cannot be compared with %s", operand.Type(), one.Type())
			}
			one = b.operator(loc, "=", types.Bool.NullableIf(operand.Type(), one.Type()), operand, one)
		}
		if all != nil {
			one = b.operator(one.Place(), "OR", types.Bool, all, one)
		}
		all = one
	}
	if all == nil {
		return unknown(ast.Loc{})
	}
	return all
}

func (b *binder) cast(e *env, x *ast.Cast) Expr {
	c := &Cast{X: b.expr(e, x.X), Explicit: true, Try: x.Func != token.CAST}
	c.loc = x.Loc
	from := c.X.Type()
	var to types.Type
	if x.Interval != nil {
		to = types.Of(intervalRoot(x.Interval.From))
	} else {
		to = b.typeOf(x.Type)
	}
	if to.Known() {
		c.typ = to
		c.typ.NotNull = from.NotNull && !c.Try
		counts := b.session.Release < token.V2_0 && from.In(types.Intervals) && to.In(types.Integers)
		if !types.Casts(from, to) && !counts || x.Interval != nil && x.Interval.To != 0 && from.In(types.Numeric) {
			b.report(CastTypes, x.Loc, "%s cannot be cast to %s", from, to)
		}
	}
	return c
}

// typeOf reads a type and reports a name that is none.
func (b *binder) typeOf(name ast.TypeName) types.Type {
	t, unknown := types.FromSyntax(name)
	if unknown != nil {
		f := b.report(UnknownType, unknown.Loc, "unknown type %s", unknown.Name.Text())
		if better, ok := otherTypes[fold(unknown.Name.Text())]; ok {
			f.Help = "Flink calls it " + better
		}
	}
	if flaw := t.Flaw(); flaw != "" {
		b.report(UnknownType, name.Place(), "%s", flaw)
	}
	if name != nil {
		ast.Inspect(name, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicType:
				if n.Kind == token.ANY {
					b.report(UnknownType, n.Loc, "ANY is no type of Flink's")
				}
			case *ast.RawType:
				if !types.IsSerializer(n.Serializer.Value) {
					b.report(UnknownType, n.Serializer.Loc, "%q is no serializer: it is written in Base64", n.Serializer.Value)
				}
			}
			return true
		})
	}
	return t
}

// otherTypes are names of types in other systems.
var otherTypes = map[string]string{
	"TEXT": "STRING", "LONG": "BIGINT", "DATETIME": "TIMESTAMP(3)", "NUMBER": "DECIMAL", "BLOB": "BYTES", "VARCHAR2": "STRING",
	"NVARCHAR": "STRING", "UUID": "STRING", "JSON": "STRING", "BOOL": "BOOLEAN", "INT64": "BIGINT", "INT32": "INT", "FLOAT64": "DOUBLE", "LIST": "ARRAY",
}

func list(all []types.Type) string {
	var out strings.Builder
	for i, t := range all {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(t.String())
	}
	return out.String()
}
