// Binding of the functions about JSON that have a grammar of their own.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *binder) jsonCall(e *env, x *ast.JSONCall) Expr {
	c := &Call{Name: x.Func.String(), Kind: catalog.Scalar, Args: []Expr{b.expr(e, x.Input), b.expr(e, x.Path)}}
	c.loc = x.Loc
	b.typed(c.Args...)
	if t := c.Args[1].Type(); t.Known() && !t.In(types.Characters|1<<types.Null) {
		b.report(ArgumentTypes, c.Args[1].Place(), "the path of %s is a string, not %s", c.Name, t)
	}
	for _, p := range x.Passing {
		c.Args = append(c.Args, b.expr(e, p.Expr))
	}
	for _, on := range x.On {
		if on.Default != nil {
			c.Args = append(c.Args, b.expr(e, on.Default))
		}
	}
	c.typ = types.String
	switch {
	case x.Returning != nil:
		c.typ = b.typeOf(x.Returning)
		if x.Func == token.JSON_QUERY && c.typ.Root == types.Array {
			b.jsonArray(x, c.typ.Elem())
		}
	case x.Func == token.JSON_EXISTS:
		c.typ = types.Bool
	}
	return c
}

// jsonArray checks JSON_QUERY that returns an array.
func (b *binder) jsonArray(x *ast.JSONCall, elem types.Type) {
	if elem.Known() && !elem.In(types.Characters) {
		b.report(ArgumentTypes, x.Returning.Place(), "JSON_QUERY returns arrays of STRING, not of %s", elem)
	}
	for _, on := range x.On {
		if on.Value == token.OBJECT {
			b.report(ArgumentTypes, on.Loc, "EMPTY OBJECT is no array")
		}
	}
}

func (b *binder) jsonConstructor(e *env, x *ast.JSONConstructor) Expr {
	c := &Call{Name: x.Func.String(), Kind: catalog.Scalar}
	c.loc = x.Loc
	if f := catalog.LookupFunction(c.Name); f != nil {
		c.Kind = f.Kind
	}
	for _, item := range x.Items {
		if item.Name != nil {
			name := b.expr(e, item.Name)
			b.jsonName(c, name)
			c.Args = append(c.Args, name)
		}
		c.Args = append(c.Args, b.jsonValue(e, c, item.Value))
	}
	c.OrderBy = slices.Concat(b.sortKeys(e, x.OrderBy), b.sortKeys(e, x.WithinGroup))
	c.typ = types.String.Required()
	if c.Kind == catalog.Aggregate {
		c.typ.Precision = 2000 // as Flink has it, whatever the result
	}
	return c
}

// jsonValue binds a value of JSON. That of a JSON_OBJECT or a JSON_ARRAY may be JSON itself.
func (b *binder) jsonValue(e *env, c *Call, x ast.Expr) Expr {
	for paren, ok := x.(*ast.Paren); ok; paren, ok = x.(*ast.Paren) {
		x = paren.X
	}
	if call, ok := x.(*ast.Call); ok && c.Kind == catalog.Scalar && fold(call.Name.Text()) == "JSON" {
		return b.function(&env{scope: e.scope, windows: e.windows, clause: jsonClause}, call)
	}
	return b.expr(e, x)
}

// jsonName: names of JSON are strings; JSON_OBJECT takes literals only.
func (b *binder) jsonName(c *Call, name Expr) {
	_, literal := name.(*Literal)
	switch t := name.Type(); {
	case t.Known() && !t.In(types.Characters):
		b.report(ArgumentTypes, name.Place(), "%s takes strings as names, not %s", c.Name, t)
	case c.Kind != catalog.Aggregate && !literal && t.Known():
		b.report(ArgumentTypes, name.Place(), "%s takes literals as names", c.Name)
	}
}
