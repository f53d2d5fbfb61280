// Binding of MATCH_RECOGNIZE.

package bind

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/token"
)

// match binds the clause: pattern variables are tables with the columns of the input.
func (b *binder) match(t *ast.MatchRecognize, left *scope) Rel {
	input, sc := b.source(t.Table, left)
	m := &Match{unary: unary{shape: shape{loc: t.Loc}, Input: input}, Syntax: t}
	sc.parent = left.parent
	m.PartitionBy = b.exprs(&env{scope: sc}, t.PartitionBy)
	b.partitions(m)
	m.OrderBy = b.sortKeys(&env{scope: sc}, t.OrderBy)
	b.matchForm(t)
	columns := sc.columns()
	tables := []*scopeTable{{columns: columns, open: beyondOf(input)}}
	for _, name := range patternVariables(t) {
		tables = append(tables, &scopeTable{name: name, columns: columns, open: beyondOf(input)})
	}
	inner := &env{scope: &scope{parent: sc.parent, tables: tables, variables: true}, clause: matchClause}
	for _, d := range t.Define {
		m.Define = append(m.Define, b.truth(inner, d.Expr, "DEFINE"))
	}
	var out []output
	for _, p := range m.PartitionBy {
		if r, ok := p.(*Ref); ok {
			out = append(out, output{name: r.Column.Name, value: p})
		}
	}
	if t.Rows == token.ALL {
		out = nil
		for _, c := range columns {
			out = append(out, output{name: c.Name, value: ref(c, t.Loc)})
		}
	}
	for _, measure := range t.Measures {
		o := output{value: final(b.expr(inner, measure.Expr))}
		if measure.Alias != nil {
			o.name = measure.Alias.Name
		}
		out = append(out, o)
	}
	m.columns = name(out)
	return m
}

// final makes a bare column what it is in a measure: its value in the last row that the variable matched.
func final(e Expr) Expr {
	r, ok := e.(*Ref)
	if !ok {
		return e
	}
	return &Call{node: r.node, Name: "FINAL", Kind: catalog.Scalar, Args: []Expr{r}}
}

// patternVariables lists the variables of the pattern, of DEFINE and of SUBSET, each once.
func patternVariables(t *ast.MatchRecognize) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	var walk func(ast.Pattern)
	walk = func(p ast.Pattern) {
		switch p := p.(type) {
		case *ast.PatternVar:
			add(p.Name.Name)
		case *ast.PatternSeq:
			for _, item := range p.Items {
				walk(item)
			}
		case *ast.PatternAlt:
			for _, item := range p.Items {
				walk(item)
			}
		case *ast.PatternGroup:
			for _, item := range p.Items {
				walk(item)
			}
		case *ast.PatternRepeat:
			walk(p.Item)
		}
	}
	walk(t.Pattern)
	for _, d := range t.Define {
		add(d.Name.Name)
	}
	for _, s := range t.Subsets {
		add(s.Name.Name)
	}
	return names
}
