// Binding of SELECT.

package bind

import (
	"slices"
	"strconv"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// selected is what ORDER BY needs to know about the SELECT that it sorts.
type selected struct {
	env   *env
	group *grouping // nil when nothing is grouped
}

// output is one item of a SELECT list before it is named.
type output struct {
	name  string // "" for EXPR$n
	value Expr
	star  bool // of a *
}

func (b *binder) selectBlock(q *ast.Select, outer *scope) (Rel, *selected) {
	rel, sc := b.from(q, outer)
	e := &env{scope: sc, windows: q.Windows}
	if q.Where != nil {
		rel = b.filter(&env{scope: sc, windows: q.Windows, clause: whereClause}, rel, q.Where, token.WHERE)
	}
	p := &Project{}
	p.loc = q.Loc
	items := b.items(e, q.Items, p)
	if len(q.Windows) > 0 {
		b.windowNames(e, q.Windows, q)
	}
	var having, qualify Expr
	if q.Having != nil {
		having = b.truth(e, q.Having, "HAVING")
	}
	if q.Qualify != nil {
		qualify = b.qualify(e, q.Qualify, items)
	}
	done := &selected{env: e}
	b.loose(items, q.GroupBy != nil)
	if q.GroupBy != nil || having != nil || anyAggregate(items) || qualify != nil && aggregated(qualify) {
		done.group = b.group(e, rel, q.GroupBy, q.Loc)
		if qualify != nil && q.GroupBy != nil && !b.declares {
			b.report(MisusedFunction, qualify.Place(), "Flink cannot plan QUALIFY beside GROUP BY").Help = "group in a query below, and put QUALIFY around that"
		}
		rel, having, qualify = b.regroup(done.group, items, having, qualify)
	}
	if having != nil {
		rel = newFilter(rel, having, token.HAVING)
	}
	if qualify != nil {
		rel = newFilter(rel, qualify, token.QUALIFY)
	}
	p.Input = rel
	p.columns = name(items)
	rel = p
	if q.Quantity == ast.Distinct {
		d := &Distinct{unary{shape: shape{columns: fresh(p.columns), loc: q.Loc}, Input: p}}
		for _, c := range d.columns {
			c.Attribute = types.Regular
		}
		rel = d
	}
	return rel, done
}

func anyAggregate(items []output) bool {
	for _, item := range items {
		if aggregated(item.value) {
			return true
		}
	}
	return false
}

// regroup puts a grouping between the input and the expressions of the SELECT.
func (b *binder) regroup(g *grouping, items []output, having, qualify Expr) (Rel, Expr, Expr) {
	for i := range items {
		items[i].value = g.rewrite(items[i].value)
	}
	return g.rel, g.rewrite(having), g.rewrite(qualify)
}

func newFilter(input Rel, condition Expr, clause token.Kind) *Filter {
	f := &Filter{Condition: condition, Clause: clause}
	f.Input, f.columns, f.loc = input, input.Columns(), condition.Place()
	return f
}

func (b *binder) filter(e *env, input Rel, x ast.Expr, clause token.Kind) Rel {
	condition := b.truth(e, x, clause.String())
	if aggregated(condition) {
		f := b.report(MisusedAggregate, condition.Place(), "an aggregate function cannot stand in %s", clause)
		f.Help = "conditions on groups belong into HAVING"
	}
	return newFilter(input, condition, clause)
}

// truth binds a condition.
func (b *binder) truth(e *env, x ast.Expr, clause string) Expr {
	condition := b.expr(e, x)
	if clause != "QUALIFY" {
		b.noWindow(condition, clause)
	}
	if !truth(condition.Type()) {
		b.report(OperandTypes, condition.Place(), "%s needs a BOOLEAN, not %s", clause, condition.Type())
	}
	return condition
}

// qualify binds QUALIFY, which may use the aliases of the SELECT list.
func (b *binder) qualify(e *env, x ast.Expr, items []output) Expr {
	var aliases []*Column
	for _, item := range items {
		if item.name != "" {
			aliases = append(aliases, &Column{Name: item.name, Type: item.value.Type(), Value: item.value})
		}
	}
	inner := *e.scope
	inner.aliases = aliases
	bound := b.expr(&env{scope: &inner, windows: e.windows, clause: e.clause}, x)
	value := rewrite(bound, func(x Expr) Expr {
		if r, ok := x.(*Ref); ok {
			for _, c := range aliases {
				if c == r.Column {
					return c.Value
				}
			}
		}
		return nil
	})
	if windowed(value) == nil && !vagueCall(value) {
		b.report(MisusedFunction, bound.Place(), "QUALIFY needs a function with OVER").Help = "conditions on rows belong into WHERE, those on groups into HAVING"
	}
	return value
}

// vagueCall reports whether there is something in an expression that is not known.
func vagueCall(e Expr) bool {
	found := false
	Walk(e, func(x Expr) bool {
		found = found || !x.Type().Known()
		return !found
	})
	return found
}

// items binds the SELECT list; stars become their columns.
func (b *binder) items(e *env, items []ast.SelectItem, p *Project) []output {
	var out []output
	for i := range items {
		item := &items[i]
		if star, ok := item.Expr.(*ast.Star); ok {
			out = append(out, b.star(e.scope, star, p)...)
			continue
		}
		value := b.expr(e, item.Expr)
		b.typed(value)
		o := output{value: value}
		switch {
		case item.Alias != nil:
			o.name = item.Alias.Name
		default:
			if c, ok := item.Expr.(*ast.ColumnRef); ok {
				o.name = c.Parts[len(c.Parts)-1].Name
			}
		}
		out = append(out, o)
	}
	return out
}

// star returns the columns that a * stands for: of all tables, of one, or the fields of a row.
func (b *binder) star(s *scope, star *ast.Star, p *Project) []output {
	if s.lost() {
		p.more = &beyond{}
	}
	if len(star.Table) == 0 {
		if open := s.open(); open != nil {
			p.more = open.open
		}
		for _, t := range s.tables {
			b.distinct(t, star)
		}
		return refs(s.columns(), star.Loc)
	}
	for at := s; at != nil; at = at.parent {
		if t, used := at.table(append(slices.Clip(star.Table), ast.Ident{})); t != nil && used == len(star.Table) {
			if t.open != nil {
				p.more = t.open
			}
			b.distinct(t, star)
			return refs(t.columns, star.Loc)
		}
	}
	return b.rowStar(s, star)
}

// distinct reports a table that has two columns of one name, as a query may.
func (b *binder) distinct(t *scopeTable, star *ast.Star) {
	seen := map[string]bool{}
	for _, c := range t.columns {
		if seen[c.Name] {
			b.report(AmbiguousColumn, star.Loc, "column %q is ambiguous: two columns of the query have this name", c.Name)
			return
		}
		seen[c.Name] = true
	}
}

func refs(columns []*Column, loc ast.Loc) []output {
	out := make([]output, len(columns))
	for i, c := range columns {
		out[i] = output{name: c.Name, value: ref(c, loc), star: true}
	}
	return out
}

// rowStar returns the fields of a row: column.*
func (b *binder) rowStar(s *scope, star *ast.Star) []output {
	first := star.Table[0]
	if t, _ := s.table(star.Table); t == nil && s.bare(first.Name).column == nil {
		if !s.lost() {
			b.report(UnknownTable, first.Loc, "unknown table %q", first.Name)
		}
		return nil
	}
	row := b.resolve(s, &ast.ColumnRef{Loc: star.Loc, Parts: star.Table})
	if t := row.Type(); t.Known() && !t.In(types.Rows) {
		b.report(UnknownField, star.Loc, "%s has no fields", t)
	}
	var out []output
	for _, f := range row.Type().Fields() {
		out = append(out, output{name: f.Name, value: &Field{node: node{typ: f.Type, loc: star.Loc}, X: row, Name: f.Name}})
	}
	return out
}

// name makes columns of the items. Of equal names, those that a * brings get a number (id, id0), as Flink numbers them;
// those that were written stay as they are, and cannot be named from outside.
func name(items []output) []*Column {
	taken := map[string]bool{}
	columns := make([]*Column, len(items))
	for i, item := range items {
		base, name := item.name, item.name
		if base == "" {
			base, name = "EXPR$", unnamed(i)
		}
		for n := 0; taken[name] && (item.star || item.name == ""); n++ {
			name = base + strconv.Itoa(n)
		}
		taken[name] = true
		columns[i] = &Column{Name: name, Type: item.value.Type(), Value: item.value, Attribute: attributeOf(item.value)}
	}
	return columns
}

// attributeOf returns the time attribute of a value: only columns keep theirs, and a few functions make one.
func attributeOf(e Expr) types.Attribute {
	switch e := e.(type) {
	case *Ref:
		return e.Column.Attribute
	case *Call:
		switch e.Name {
		case "PROCTIME", "TUMBLE_PROCTIME", "HOP_PROCTIME", "SESSION_PROCTIME", "MATCH_PROCTIME":
			return types.Proctime
		case "TUMBLE_ROWTIME", "HOP_ROWTIME", "SESSION_ROWTIME", "MATCH_ROWTIME":
			return types.Rowtime
		}
	}
	return types.Regular
}
