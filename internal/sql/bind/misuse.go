// Functions in places where they mean nothing: aggregates and OVER in conditions and inside each other, frames that no
// window has.

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

// windowed returns the first call with OVER at the level of an expression, or nil.
func windowed(e Expr) *Call {
	var found *Call
	Walk(e, func(x Expr) bool {
		if c, ok := x.(*Call); ok && c.Over != nil && found == nil {
			found = c
		}
		return found == nil
	})
	return found
}

// noWindow reports OVER in a clause that has none.
func (b *binder) noWindow(e Expr, clause string) {
	if c := windowed(e); c != nil {
		f := b.report(MisusedAggregate, c.loc, "a function with OVER cannot stand in %s", clause)
		f.Help = "compute it in a query, and put the condition around that"
	}
}

// place reports a function that does not work where it stands, or not with what stands around it.
func (b *binder) place(e *env, c *Call, x *ast.Call) {
	if c.User != nil {
		b.placeUser(c)
		return
	}
	builtin := c.Kind != catalog.UnknownKind
	switch {
	case matchFunctions[c.Name] && c.Kind == catalog.Scalar && e.clause != matchClause:
		b.report(MisusedFunction, c.loc, "%s is a function of MATCH_RECOGNIZE", c.Name)
	case c.Name == "JSON" && c.Kind == catalog.Scalar && e.clause != jsonClause && !b.declares:
		b.report(MisusedFunction, c.loc, "JSON is a value of JSON_OBJECT and JSON_ARRAY")
	case c.Name == "DESCRIPTOR":
		b.report(MisusedFunction, c.loc, "DESCRIPTOR names columns for a function of tables")
	case c.Kind == catalog.Scalar && c.Filter != nil:
		b.report(MisusedFunction, c.loc, "FILTER belongs to an aggregate function, %s is none", c.Name)
	case c.Kind == catalog.Scalar && c.Over != nil:
		b.report(MisusedFunction, c.loc, "OVER belongs to an aggregate function, %s is none", c.Name)
	case c.Kind == catalog.Scalar && x.Quantity == ast.Distinct:
		b.report(MisusedFunction, c.loc, "DISTINCT belongs to an aggregate function, %s is none", c.Name)
	case c.Filter != nil && c.Over != nil:
		b.report(MisusedFunction, c.loc, "FILTER and OVER do not go together")
	case c.Star && builtin && c.Name != "COUNT":
		b.report(MisusedFunction, c.loc, "%s takes a column, only COUNT takes *", c.Name)
	case plainAggregates[c.Name] && builtin && x.WithinGroup != nil:
		b.report(MisusedFunction, c.loc, "%s has no WITHIN GROUP", c.Name)
	case (c.Name == "FIRST_VALUE" || c.Name == "LAST_VALUE") && builtin && x.Nulls != 0:
		b.report(MisusedFunction, c.loc, "%s takes no IGNORE NULLS and RESPECT NULLS", c.Name)
	case (c.Name == "LAG" || c.Name == "LEAD") && c.Kind == catalog.Aggregate && c.Over == nil:
		b.report(MisusedFunction, c.loc, "%s needs OVER", c.Name).Help = "write " + c.Name + "(…) OVER (PARTITION BY … ORDER BY …)"
	case c.Kind == catalog.Ranking && c.Over == nil && e.clause != matchClause:
		b.report(MisusedFunction, c.loc, "%s needs OVER", c.Name).Help = "write " + c.Name + "() OVER (PARTITION BY … ORDER BY …)"
	}
	if c.Filter != nil && aggregated(c.Filter) {
		b.report(MisusedAggregate, c.Filter.Place(), "an aggregate function cannot stand in FILTER")
	}
	if c.Over != nil {
		b.frame(c)
	}
}

// plainAggregates are those that look at their rows in no order.
var plainAggregates = map[string]bool{"SUM": true, "AVG": true, "COUNT": true, "MIN": true, "MAX": true, "LISTAGG": true}

// matchFunctions look at the rows of a match.
var matchFunctions = map[string]bool{
	"CLASSIFIER": true, "FIRST": true, "LAST": true, "PREV": true, "NEXT": true, "MATCH_ROWTIME": true, "MATCH_PROCTIME": true,
}

// frame checks the window of a call: its order, and the bounds of ROWS and RANGE.
func (b *binder) frame(c *Call) {
	for _, k := range c.Over.OrderBy {
		if inner := windowed(k.Expr); inner != nil {
			b.report(MisusedAggregate, inner.loc, "a function with OVER cannot stand in the ORDER BY of another")
			return
		}
	}
	f := c.Over.Frame
	if f == nil {
		return
	}
	if c.Kind == catalog.Ranking || c.Kind == catalog.Aggregate && (c.Name == "LAG" || c.Name == "LEAD") {
		b.report(FrameForm, f.Loc, "%s has no frame: it counts the rows of the whole window", c.Name).Help = "leave out ROWS and RANGE"
		return
	}
	if f.To != nil && f.To.Expr == nil && f.To.Direction == token.PRECEDING {
		b.report(FrameForm, f.To.Loc, "a frame cannot end with UNBOUNDED PRECEDING")
	}
	b.bound(c, f, &f.From)
	if f.To != nil {
		b.bound(c, f, f.To)
	}
}

// bound checks one end of a frame that is a number of rows or a distance.
func (b *binder) bound(c *Call, f *ast.Frame, at *ast.Bound) {
	if at.Expr == nil {
		return
	}
	if f.Unit == token.ROWS {
		if !wholeNumber(at.Expr) {
			b.report(FrameForm, at.Loc, "ROWS counts with whole numbers that are not negative")
		}
		return
	}
	order := c.Over.OrderBy
	if len(order) != 1 {
		if len(order) > 1 {
			b.report(FrameForm, f.Loc, "RANGE measures along one column, ORDER BY has %d", len(order))
		}
		return
	}
	_, interval := at.Expr.(*ast.Interval)
	_, number := at.Expr.(*ast.Number)
	if s, ok := at.Expr.(*ast.String); ok && !strings.Contains(s.Value, "${") && order[0].Expr.Type().In(types.Datetimes|types.Numeric) {
		b.report(FrameForm, at.Loc, "RANGE does not measure with strings")
		return
	}
	switch t := order[0].Expr.Type(); {
	case t.In(types.Characters | types.Booleans | types.BinaryFamily | types.Constructed):
		b.report(FrameForm, f.Loc, "RANGE cannot measure along %s", t)
	case t.In(types.Datetimes) && number, t.In(types.Numeric) && interval:
		b.report(FrameForm, at.Loc, "RANGE does not fit ORDER BY, which is %s", t).Help = "a time has intervals as distances, a number has numbers"
	}
}

// wholeNumber reports whether a bound of ROWS may be a whole number; words and variables may.
func wholeNumber(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Number:
		_, err := strconv.ParseUint(x.Text, 10, 64)
		return err == nil
	case *ast.String:
		return strings.Contains(x.Value, "${")
	case *ast.Constant:
		return false
	case *ast.Unary, *ast.ColumnRef:
		return false
	}
	return true
}

// windowNames reports windows of one name, and binds those that no OVER uses, so that their columns are known to be there.
func (b *binder) windowNames(e *env, defs []ast.WindowDef, used ast.Node) {
	names := map[string]bool{}
	ast.Inspect(used, func(n ast.Node) bool {
		if s, ok := n.(*ast.WindowSpec); ok && s.Name != nil {
			names[s.Name.Name] = true
		}
		return true
	})
	for i, d := range defs {
		if slices.ContainsFunc(defs[:i], func(o ast.WindowDef) bool { return o.Name.Name == d.Name.Name }) {
			b.report(DuplicateColumn, d.Name.Loc, "two windows are called %q", d.Name.Name)
		}
		if !names[d.Name.Name] {
			b.over(&env{scope: e.scope, windows: defs[:i], clause: e.clause}, d.Spec)
		}
	}
}
