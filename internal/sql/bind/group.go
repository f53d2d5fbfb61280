// Grouped queries: which parts of their expressions are keys and aggregates.

package bind

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// aggregated reports whether an expression calls an aggregate function without OVER at its own level.
func aggregated(e Expr) bool {
	found := false
	Walk(e, func(x Expr) bool {
		c, ok := x.(*Call)
		found = found || ok && c.Kind == catalog.Aggregate && c.Over == nil
		return !found
	})
	return found
}

// grouping builds an Aggregation while the expressions above it are rewritten.
type grouping struct {
	b    *binder
	rel  *Aggregation
	keys []Expr
}

// group starts an aggregation over input. by is nil for an aggregation of all rows.
func (b *binder) group(e *env, input Rel, by *ast.GroupBy, loc ast.Loc) *grouping {
	g := &grouping{b: b, rel: &Aggregation{unary: unary{shape: shape{loc: loc}, Input: input}}}
	if by == nil {
		return g
	}
	var sets [][]int
	for _, item := range by.Items {
		sets = product(sets, g.item(e, item))
	}
	if len(sets) > 1 {
		g.rel.Sets = sets
	}
	g.rel.Keys = len(g.keys)
	return g
}

// item adds the keys of one item and returns its grouping sets.
func (g *grouping) item(e *env, item ast.GroupItem) [][]int {
	switch item := item.(type) {
	case *ast.GroupExpr:
		return [][]int{g.key(e, item.Expr)}
	case *ast.GroupSet:
		var members [][]int
		var sets [][]int
		for _, m := range item.Items {
			inner := g.item(e, m)
			sets = append(sets, inner...)
			members = append(members, slices.Concat(inner...))
		}
		switch item.Kind {
		case token.ROLLUP:
			return rollup(members)
		case token.CUBE:
			return cube(members)
		}
		return sets
	}
	return [][]int{{}}
}

// key adds an expression, or all of a row of expressions, and returns their indexes.
func (g *grouping) key(e *env, x ast.Expr) []int {
	if row, ok := x.(*ast.Row); ok && row.Keyword == 0 {
		var all []int
		for _, item := range row.Items {
			all = append(all, g.key(e, item)...)
		}
		return all
	}
	if paren, ok := x.(*ast.Paren); ok {
		return g.key(e, paren.X)
	}
	bound := g.b.expr(e, x)
	g.b.typed(bound)
	g.b.noWindow(bound, "GROUP BY")
	if aggregated(bound) {
		g.b.report(MisusedAggregate, bound.Place(), "an aggregate function cannot stand in GROUP BY")
	}
	for i, k := range g.keys {
		if Same(k, bound) {
			return []int{i}
		}
	}
	if c, ok := bound.(*Call); ok && c.Name == "CUMULATE" && c.Kind == catalog.TableFunc {
		g.b.report(MisusedFunction, c.loc, "CUMULATE is a function of tables").Help = "write FROM TABLE(CUMULATE(TABLE …, DESCRIPTOR(…), …))"
	}
	if c, ok := bound.(*Call); ok && isGroupWindow(c) {
		if g.rel.Group != nil && !g.b.declares {
			g.b.report(MisusedFunction, c.loc, "a query is grouped by one window only")
		}
		g.rel.Group = bound
		g.b.groupWindow(c)
	}
	g.keys = append(g.keys, bound)
	g.rel.columns = append(g.rel.columns, &Column{Name: keyName(bound), Type: bound.Type(), Value: bound, Attribute: keyAttribute(bound)})
	return []int{len(g.keys) - 1}
}

func keyName(e Expr) string {
	if r, ok := e.(*Ref); ok {
		return r.Column.Name
	}
	return ""
}

// keyAttribute keeps the time attribute of window_time, the only one that survives grouping.
func keyAttribute(e Expr) types.Attribute {
	for r, ok := e.(*Ref); ok; r, ok = r.Column.Value.(*Ref) {
		if c, isCall := r.Column.Value.(*Call); isCall && c.Name == strings.ToUpper(windowTime) {
			return r.Column.Attribute
		}
	}
	return types.Regular
}

func isGroupWindow(e Expr) bool {
	c, ok := e.(*Call)
	return ok && groupWindows[c.Name] && c.Kind == catalog.TableFunc
}

// groupWindow checks the arguments of TUMBLE, HOP or SESSION in GROUP BY.
func (b *binder) groupWindow(c *Call) {
	least := windowSizes[c.Name] + 1
	if n := len(c.Args); n < least || n > least+1 || n > least && !b.declares {
		b.report(ArgumentCount, c.loc, "%s takes a time column and %s", c.Name, plural(least-1, "interval"))
		return
	}
	for _, arg := range c.Args[1:least] {
		if t := arg.Type(); t.Known() && !t.In(types.Intervals) {
			b.report(ArgumentTypes, arg.Place(), "%s takes intervals, not %s", c.Name, t)
		}
	}
	if t := c.Args[0].Type(); t.Known() && !t.In(types.Datetimes) && t.Root != types.Null {
		b.report(ArgumentTypes, c.Args[0].Place(), "%s takes a time column, not %s", c.Name, t)
	}
}

// windowOf returns the group window whose property a function reads: TUMBLE for TUMBLE_START.
func windowOf(c *Call) string {
	window, property, _ := strings.Cut(c.Name, "_")
	if groupWindows[window] && c.Kind == catalog.Scalar && slices.Contains([]string{"START", "END", "ROWTIME", "PROCTIME"}, property) {
		return window
	}
	return ""
}

// loose reports group windows and their properties in a SELECT list that is not grouped by them.
func (b *binder) loose(items []output, grouped bool) {
	for _, item := range items {
		Walk(item.value, func(x Expr) bool {
			c, ok := x.(*Call)
			if !ok {
				return true
			}
			if isGroupWindow(c) {
				b.report(MisusedFunction, c.loc, "%s can only stand in GROUP BY, or as a table in FROM", c.Name)
				return false
			}
			if w := windowOf(c); w != "" && !grouped && !b.declares {
				b.report(MisusedFunction, c.loc, "%s needs GROUP BY %s with the same arguments", c.Name, w)
				return false
			}
			return true
		})
	}
}

var groupWindows = map[string]bool{"TUMBLE": true, "HOP": true, "SESSION": true}

// rewrite expresses e in the columns of the aggregation.
func (g *grouping) rewrite(e Expr) Expr {
	return rewrite(e, func(x Expr) Expr {
		for i, k := range g.keys {
			if Same(k, x) {
				return ref(g.rel.columns[i], x.Place())
			}
		}
		switch x := x.(type) {
		case *Call:
			if x.Kind == catalog.Aggregate && x.Over == nil || g.auxiliary(x) || g.mayAggregate(x) {
				return g.aggregate(x)
			}
		case *Field:
			if r := rowOf(x); r != nil && g.below(r.Column) && x.typ.Known() {
				f := g.b.report(NotGrouped, x.loc, "field %q is neither grouped nor aggregated", x.Name)
				f.Help = "add it to GROUP BY; the row alone is not enough"
				return unknown(x.loc)
			}
		case *Ref:
			if g.below(x.Column) {
				f := g.b.report(NotGrouped, x.loc, "column %q is neither grouped nor aggregated", x.Column.Name)
				f.Help = "add it to GROUP BY, or take one value of the group, such as MAX(" + x.Column.Name + ")"
				return unknown(x.loc)
			}
		}
		return nil
	})
}

// rowOf is the column whose field, or field of a field, is taken; nil for other rows.
func rowOf(f *Field) *Ref {
	switch x := f.X.(type) {
	case *Ref:
		return x
	case *Field:
		return rowOf(x)
	}
	return nil
}

// auxiliary reports whether a call reads a property of the legacy window: TUMBLE_START beside TUMBLE.
func (g *grouping) auxiliary(c *Call) bool {
	name := windowOf(c)
	if name == "" {
		return false
	}
	for _, key := range g.keys {
		if window, ok := key.(*Call); ok && window.Name == name && slices.EqualFunc(window.Args, c.Args, Same) {
			if strings.HasSuffix(c.Name, "_ROWTIME") && !g.b.declares && len(c.Args) > 0 && attributeOf(c.Args[0]) == types.Proctime {
				g.b.report(MisusedFunction, c.loc, "a window over processing time has no rowtime").Help = "write " + name + "_PROCTIME"
			}
			return true
		}
	}
	g.b.report(MisusedFunction, c.loc, "%s needs GROUP BY %s with the same arguments", c.Name, name)
	return true
}

// mayAggregate reports whether a function of the user has to be an aggregate: it uses columns that are not grouped.
func (g *grouping) mayAggregate(c *Call) bool {
	if c.Kind != catalog.UnknownKind || c.Over != nil {
		return false
	}
	free := false
	for _, arg := range c.Args {
		Walk(arg, func(x Expr) bool {
			if slices.ContainsFunc(g.keys, func(k Expr) bool { return Same(k, x) }) {
				return false
			}
			r, ok := x.(*Ref)
			free = free || ok && g.below(r.Column)
			return true
		})
	}
	return free
}

// below reports whether a column belongs to the input, rather than to an enclosing query.
func (g *grouping) below(c *Column) bool { return slices.Contains(g.rel.Input.Columns(), c) }

// aggregate returns a reference to the column of a call; equal calls share one.
func (g *grouping) aggregate(c *Call) Expr {
	if slices.ContainsFunc(c.Args, aggregated) {
		g.b.report(MisusedAggregate, c.loc, "aggregate functions cannot be nested")
		return unknown(c.loc)
	}
	for _, arg := range c.Args {
		if windowed(arg) != nil && c.Kind == catalog.Aggregate {
			g.b.report(MisusedAggregate, c.loc, "a function with OVER cannot stand inside an aggregate function").Help = "compute it in a query, and aggregate that"
			return unknown(c.loc)
		}
	}
	g.grouped(c)
	for _, column := range g.rel.columns[len(g.keys):] {
		if Same(column.Value, c) && Same(filterOf(column.Value), c.Filter) {
			return ref(column, c.loc)
		}
	}
	if c.Kind == catalog.UnknownKind {
		known := *c
		known.Kind = catalog.Aggregate // or Flink would refuse it here
		c = &known
	}
	column := &Column{Type: c.typ, Value: c, Attribute: attributeOf(c)}
	g.rel.columns = append(g.rel.columns, column)
	return ref(column, c.loc)
}

// grouped reports GROUPING of what is no key.
func (g *grouping) grouped(c *Call) {
	if c.Name != "GROUPING" && c.Name != "GROUPING_ID" || c.Kind != catalog.Aggregate {
		return
	}
	for _, arg := range c.Args {
		if !slices.ContainsFunc(g.keys, func(k Expr) bool { return Same(k, arg) }) && arg.Type().Known() {
			g.b.report(MisusedAggregate, arg.Place(), "%s takes what GROUP BY groups by", c.Name)
		}
	}
}

func filterOf(e Expr) Expr {
	if c, ok := e.(*Call); ok {
		return c.Filter
	}
	return nil
}

// product combines the grouping sets of items that stand side by side.
func product(a, b [][]int) [][]int {
	if a == nil {
		return b
	}
	var all [][]int
	for _, x := range a {
		for _, y := range b {
			all = append(all, slices.Concat(x, y))
		}
	}
	return all
}

func rollup(members [][]int) [][]int {
	var sets [][]int
	for n := len(members); n >= 0; n-- {
		sets = append(sets, slices.Concat(members[:n]...))
	}
	return sets
}

// cube has a set for every choice of members; beyond 12 it only names the largest and the smallest.
func cube(members [][]int) [][]int {
	if len(members) > 12 {
		return [][]int{slices.Concat(members...), {}}
	}
	var sets [][]int
	for mask := 1<<len(members) - 1; mask >= 0; mask-- {
		var set []int
		for i, m := range members {
			if mask&(1<<(len(members)-1-i)) != 0 {
				set = append(set, m...)
			}
		}
		sets = append(sets, set)
	}
	return sets
}
