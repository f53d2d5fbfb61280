// Binding of function calls.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// call binds what is written like a function.
func (b *binder) call(e *env, x ast.Expr) Expr {
	switch x := x.(type) {
	case *ast.Call:
		return b.function(e, x)
	case *ast.KeywordCall:
		c := &Call{Name: x.Func.String(), Kind: catalog.Scalar}
		c.loc = x.Loc
		for _, arg := range x.Args {
			c.Args = append(c.Args, b.argument(e, arg.Expr))
		}
		b.finish(c)
		return c
	case *ast.JSONCall:
		return b.jsonCall(e, x)
	case *ast.JSONConstructor:
		return b.jsonConstructor(e, x)
	case *ast.TableArg:
		if x.Value != nil {
			return b.expr(e, x.Value)
		}
	}
	return unknown(x.Place())
}

// niladic binds functions that are written without parentheses.
func (b *binder) niladic(x *ast.ColumnRef) Expr {
	name := fold(x.Parts[0].Name)
	if !niladic[name] {
		return nil
	}
	c := &Call{Name: name, Kind: catalog.Scalar}
	c.loc = x.Loc
	b.finish(c)
	return c
}

// niladic are reserved words, so that no column can have their name without backticks.
var niladic = map[string]bool{
	"CURRENT_DATE": true, "CURRENT_TIME": true, "CURRENT_TIMESTAMP": true, "LOCALTIME": true, "LOCALTIMESTAMP": true,
}

func (b *binder) function(e *env, x *ast.Call) Expr {
	c := &Call{Name: x.Name.Text(), Distinct: x.Quantity == ast.Distinct}
	c.loc = x.Loc
	b.identify(c, &x.Name)
	for _, arg := range x.Args {
		if star, ok := arg.(*ast.Star); ok {
			c.Star = true
			if len(star.Table) > 0 {
				b.report(MisusedFunction, star.Loc, "a function does not take the columns of a table").Help = "write *, or name a column"
			}
			continue
		}
		_, named := arg.(*ast.NamedArg)
		c.named = c.named || named
		c.Args = append(c.Args, b.argument(e, arg))
	}
	if x.Filter != nil {
		c.Filter = b.truth(e, x.Filter, "FILTER")
		b.typed(c.Filter)
	}
	c.OrderBy = slices.Concat(b.sortKeys(e, x.OrderBy), b.sortKeys(e, x.WithinGroup))
	if x.Over != nil {
		c.Over = b.over(e, x.Over)
	}
	b.place(e, c, x)
	b.finish(c)
	return c
}

// identify finds out which function a name means.
func (b *binder) identify(c *Call, name *ast.Name) {
	p := parts(name)
	var builtin *catalog.Function
	if len(p) == 1 {
		builtin = catalog.LookupFunction(p[0])
	}
	r := b.session.call(p)
	if builtin != nil && (r == nil || !r.System && builtin.In(b.session.Release)) {
		c.Name, c.Kind = builtin.Name, builtin.Kind
		if !builtin.In(b.session.Release) {
			b.report(UnknownFunction, name.Loc, "%s is a function of Flink %s and later, not of %s", builtin.Name, builtin.Since, b.session.Release)
		}
		return
	}
	if r != nil {
		if c.User = r.Function; c.User != nil {
			c.Kind = c.User.Kind
		}
		return
	}
	if len(b.session.modules) > 0 || b.session.openPath(b.session.path(p)) {
		return
	}
	f := b.report(UnknownFunction, name.Loc, "unknown function %s", name.Text())
	suggest(f, "Flink", p[len(p)-1], slices.Collect(func(yield func(string) bool) { catalog.FunctionNames(b.session.Release, yield) }))
	if f.Help == "" {
		f.Help = "a function of your own is declared with CREATE FUNCTION"
	}
}

// argument binds an argument; words that are not columns stay words.
func (b *binder) argument(e *env, x ast.Expr) Expr {
	switch x := x.(type) {
	case *ast.Subquery:
		return b.scalarSubquery(e, x.Loc, x.Query)
	case *ast.ColumnRef:
		if len(x.Parts) == 1 && timeUnits[fold(x.Parts[0].Name)] && e.scope.bare(x.Parts[0].Name).column == nil {
			return b.literal(x.Loc, types.Of(types.Symbol))
		}
	}
	return b.expr(e, x)
}

var timeUnits = func() map[string]bool {
	units := map[string]bool{}
	for _, u := range []string{
		"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND",
		"DOW", "ISODOW", "DOY", "ISOYEAR", "EPOCH", "DECADE", "CENTURY", "MILLENNIUM",
		"SQL_TSI_YEAR", "SQL_TSI_QUARTER", "SQL_TSI_MONTH", "SQL_TSI_WEEK", "SQL_TSI_DAY", "SQL_TSI_HOUR", "SQL_TSI_MINUTE", "SQL_TSI_SECOND",
	} {
		units[u] = true
	}
	return units
}()

func (b *binder) sortKeys(e *env, items []ast.OrderItem) []SortKey {
	var keys []SortKey
	for _, item := range items {
		keys = append(keys, sortKey(b.expr(e, item.Expr), item))
	}
	return keys
}

func sortKey(x Expr, item ast.OrderItem) SortKey {
	k := SortKey{Expr: x, Descending: item.Direction == token.DESC}
	k.NullsFirst = item.Nulls == token.FIRST || item.Nulls == 0 && !k.Descending
	return k
}

// over resolves a window, which may be named and may build on a named one.
func (b *binder) over(e *env, spec *ast.WindowSpec) *Over {
	o := &Over{}
	if spec.Name != nil {
		base := slices.IndexFunc(e.windows, func(w ast.WindowDef) bool { return w.Name.Name == spec.Name.Name })
		if base < 0 {
			b.report(UnknownWindow, spec.Name.Loc, "unknown window %q", spec.Name.Name)
			return o
		}
		o = b.over(&env{scope: e.scope, windows: e.windows[:base], clause: e.clause}, e.windows[base].Spec)
	}
	if spec.Name != nil {
		b.extends(o, spec)
	}
	if spec.PartitionBy != nil {
		o.PartitionBy = b.exprs(e, spec.PartitionBy)
	}
	if spec.OrderBy != nil {
		o.OrderBy = b.overOrder(e, spec)
	}
	if spec.Frame != nil {
		o.Frame = spec.Frame
	}
	return o
}

// overOrder binds ORDER BY of a window. Flink drops literals, and refuses an order of nothing else.
func (b *binder) overOrder(e *env, spec *ast.WindowSpec) []SortKey {
	all := b.sortKeys(e, spec.OrderBy)
	keys := slices.DeleteFunc(slices.Clone(all), func(k SortKey) bool {
		l, ok := k.Expr.(*Literal)
		return ok && l.typ.Known()
	})
	if len(keys) > 0 {
		return keys
	}
	if !b.declares {
		b.report(FrameForm, spec.Loc, "a window cannot be ordered by a constant")
	}
	return all
}

// extends reports what a window cannot add to the one that it is based on.
func (b *binder) extends(o *Over, spec *ast.WindowSpec) {
	switch {
	case spec.PartitionBy != nil:
		b.report(FrameForm, spec.Loc, "a window that is based on another has no PARTITION BY")
	case spec.OrderBy != nil && o.OrderBy != nil:
		b.report(FrameForm, spec.Loc, "window %q has an ORDER BY already", spec.Name.Name)
	case spec.Parens && o.Frame != nil:
		b.report(FrameForm, spec.Loc, "window %q has ROWS or RANGE and cannot be the base of another", spec.Name.Name)
	}
}
