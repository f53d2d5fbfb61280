// What the validator refuses of the clauses of MATCH_RECOGNIZE.

package bind

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
)

// matchForm checks names of variables, and what stands in MEASURES and DEFINE.
func (b *binder) matchForm(t *ast.MatchRecognize) {
	for _, x := range t.PartitionBy {
		if _, ok := x.(*ast.ColumnRef); !ok {
			b.report(MisusedFunction, x.Place(), "PARTITION BY of MATCH_RECOGNIZE takes columns").Help = "compute the expression in a query below"
		}
	}
	matched := matchedVariables(t)
	for i, d := range t.Define {
		if slices.ContainsFunc(t.Define[:i], func(o ast.PatternDef) bool { return o.Name.Name == d.Name.Name }) {
			b.report(DuplicateColumn, d.Name.Loc, "pattern variable %q is defined twice", d.Name.Name)
		}
		b.matchExpr(d.Expr, matched)
	}
	for _, s := range t.Subsets {
		for _, item := range s.Items {
			if c, ok := item.(*ast.ColumnRef); ok {
				b.variable(c.Parts[len(c.Parts)-1], matched)
			}
		}
	}
	if t.After != nil && t.After.Variable != nil {
		names := matched
		for _, s := range t.Subsets {
			names = append(names, s.Name.Name)
		}
		b.variable(*t.After.Variable, names)
	}
	for _, m := range t.Measures {
		b.matchExpr(m.Expr, matched)
	}
}

// variable reports a variable that is not in the pattern.
func (b *binder) variable(name ast.Ident, matched []string) {
	if !slices.Contains(matched, name.Name) {
		suggest(b.report(UnknownColumn, name.Loc, "unknown pattern variable %q", name.Name), "the pattern", name.Name, matched)
	}
}

// matchedVariables are those of the pattern.
func matchedVariables(t *ast.MatchRecognize) []string {
	var names []string
	if t.Pattern != nil {
		ast.Inspect(t.Pattern, func(n ast.Node) bool {
			if v, ok := n.(*ast.PatternVar); ok {
				names = append(names, v.Name.Name)
			}
			return true
		})
	}
	return names
}

// matchExpr reports queries, DISTINCT and OVER, and aggregates over two variables at a time.
func (b *binder) matchExpr(x ast.Expr, matched []string) {
	if x == nil {
		return
	}
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case ast.Query:
			b.report(MisusedFunction, n.Place(), "MATCH_RECOGNIZE takes no query in MEASURES and DEFINE")
			return false
		case *ast.Call:
			return b.matchCall(n, matched)
		case *ast.ColumnRef:
			if len(n.Parts) > 2 && slices.Contains(matched, n.Parts[0].Name) {
				b.report(UnknownField, n.Loc, "MATCH_RECOGNIZE does not find fields of rows behind a variable").Help = "make a column of the field in a query below"
			}
		}
		return true
	})
}

func (b *binder) matchCall(c *ast.Call, matched []string) bool {
	name := fold(c.Name.Text())
	if c.Over != nil {
		b.report(MisusedFunction, c.Loc, "MATCH_RECOGNIZE has no OVER")
		return false
	}
	f := catalog.LookupFunction(name)
	if f == nil || f.Kind != catalog.Aggregate && !matchFunctions[name] {
		return true
	}
	switch {
	case c.Quantity == ast.Distinct:
		b.report(MisusedFunction, c.Loc, "%s takes no DISTINCT in MATCH_RECOGNIZE", name)
		return false
	}
	var seen []string
	ast.Inspect(c, func(n ast.Node) bool {
		if r, ok := n.(*ast.ColumnRef); ok && len(r.Parts) > 1 && slices.Contains(matched, r.Parts[0].Name) && !slices.Contains(seen, r.Parts[0].Name) {
			seen = append(seen, r.Parts[0].Name)
		}
		return true
	})
	if len(seen) > 1 {
		b.report(MisusedAggregate, c.Loc, "%s goes over the rows of one variable, not of %s and %s", name, seen[0], seen[1])
		return false
	}
	return true
}

// partitions checks PARTITION BY: columns in the order of the table. Flink puts them in that order for itself, and gives
// them out in the one that was written, as if each had the type of the other.
func (b *binder) partitions(m *Match) {
	if b.declares {
		return
	}
	columns := m.Input.Columns()
	var keys []*Column
	for _, x := range m.PartitionBy {
		r, ok := x.(*Ref)
		if _, field := x.(*Field); field && x.Type().Known() {
			b.report(MisusedFunction, x.Place(), "PARTITION BY of MATCH_RECOGNIZE takes columns, not fields of them").Help = "make a column of the field in a query below"
		}
		if !ok {
			return
		}
		keys = append(keys, r.Column)
	}
	sorted := slices.SortedStableFunc(slices.Values(keys), func(a, b *Column) int { return slices.Index(columns, a) - slices.Index(columns, b) })
	for i, k := range keys {
		if k.Type.Known() && sorted[i].Type.Known() && k.Type.Root != sorted[i].Type.Root {
			b.report(MisusedFunction, m.PartitionBy[i].Place(), "Flink takes the columns of PARTITION BY in the order of the table only: %s before %s", sorted[i].Name, k.Name)
			return
		}
	}
}
