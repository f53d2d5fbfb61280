package unparse

import (
	"fmt"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// query writes a query without parentheses of its own.
func (p *printer) query(q ast.Query) {
	switch q := q.(type) {
	case *ast.Select:
		p.selectQuery(q)
	case *ast.SetOperation:
		p.query(q.Left)
		p.put(q.Op.String())
		p.quantity(q.Quantity)
		p.query(q.Right)
	case *ast.Values:
		p.put("VALUES")
		p.exprs(q.Rows)
	case *ast.TableQuery:
		p.put("TABLE")
		p.name(q.Name)
	case *ast.With:
		p.put("WITH")
		p.when(q.Recursive, "RECURSIVE")
		p.list(len(q.Items), func(i int) {
			p.ident(q.Items[i].Name)
			p.names(q.Items[i].Columns)
			p.put("AS")
			p.query(q.Items[i].Query)
		})
		p.query(q.Body)
	case *ast.Ordered:
		p.ordered(q)
	case *ast.ParenQuery:
		p.open("(")
		p.query(q.Query)
		p.end(")")
	case *ast.BadQuery:
		p.put("/* broken */")
	default:
		panic(fmt.Sprintf("unparse: no query %T", q))
	}
}

func (p *printer) selectQuery(s *ast.Select) {
	p.put("SELECT")
	p.hints(s.Hints)
	p.when(s.Stream, "STREAM")
	p.quantity(s.Quantity)
	p.selectItems(s.Items)
	if s.From == nil {
		return
	}
	p.put("FROM")
	p.table(s.From)
	p.clause("WHERE", s.Where)
	if g := s.GroupBy; g != nil {
		p.put("GROUP BY")
		p.quantity(g.Quantity)
		p.list(len(g.Items), func(i int) { p.groupItem(g.Items[i]) })
	}
	p.clause("HAVING", s.Having)
	if s.Windows != nil {
		p.put("WINDOW")
		p.list(len(s.Windows), func(i int) {
			p.ident(s.Windows[i].Name)
			p.put("AS")
			p.windowSpec(s.Windows[i].Spec)
		})
	}
	p.clause("QUALIFY", s.Qualify)
}

func (p *printer) clause(word string, e ast.Expr) {
	if e != nil {
		p.put(word)
		p.expr(e)
	}
}

func (p *printer) selectItems(items []ast.SelectItem) {
	p.list(len(items), func(i int) {
		p.expr(items[i].Expr)
		p.when(items[i].As, "AS")
		if items[i].Alias != nil {
			p.ident(*items[i].Alias)
		}
	})
}

func (p *printer) groupItem(item ast.GroupItem) {
	switch g := item.(type) {
	case *ast.GroupExpr:
		p.expr(g.Expr)
	case *ast.GroupEmpty:
		p.put("()")
	case *ast.GroupSet:
		p.put(g.Kind.String())
		p.when(g.Kind == token.GROUPING, "SETS")
		p.parens(len(g.Items), func(i int) { p.groupItem(g.Items[i]) })
	default:
		panic(fmt.Sprintf("unparse: no group item %T", g))
	}
}

func (p *printer) ordered(o *ast.Ordered) {
	p.query(o.Query)
	p.orderBy(o.OrderBy)
	p.when(o.LimitAll, "LIMIT ALL")
	p.clause("LIMIT", o.Limit)
	p.clause("OFFSET", o.Offset)
	if o.Fetch != nil {
		p.when(o.Offset != nil, "ROWS")
		p.clause("FETCH NEXT", o.Fetch)
		p.put("ROWS ONLY")
	}
}

func (p *printer) orderBy(items []ast.OrderItem) {
	if items != nil {
		p.put("ORDER BY")
		p.list(len(items), func(i int) { p.orderItem(items[i]) })
	}
}

func (p *printer) orderItem(item ast.OrderItem) {
	p.expr(item.Expr)
	p.kind(item.Direction)
	p.kind(item.Nulls, "NULLS")
}

var joins = map[ast.JoinKind]string{
	ast.PlainJoin: "JOIN", ast.InnerJoin: "INNER JOIN", ast.LeftJoin: "LEFT JOIN", ast.RightJoin: "RIGHT JOIN", ast.FullJoin: "FULL JOIN", ast.CrossJoin: "CROSS JOIN",
}

func (p *printer) table(t ast.TableRef) {
	switch t := t.(type) {
	case *ast.Table:
		p.namedTable(t)
	case *ast.Derived:
		p.when(t.Lateral, "LATERAL")
		p.query(t.Query)
	case *ast.ParenTable:
		p.open("(")
		p.table(t.Table)
		p.end(")")
	case *ast.Unnest:
		p.when(t.Lateral, "LATERAL")
		p.put("UNNEST")
		p.unnested(t.Args)
		p.when(t.Ordinality, "WITH ORDINALITY")
	case *ast.TableFunction:
		p.when(t.Lateral, "LATERAL")
		if !t.Wrapped {
			p.function(t.Call)
			return
		}
		p.put("TABLE")
		p.glue("(")
		p.function(t.Call)
		p.end(")")
	case *ast.Alias:
		p.table(t.Table)
		p.when(t.As, "AS")
		p.ident(t.Name)
		p.names(t.Columns)
	case *ast.Snapshot:
		p.table(t.Table)
		p.put("FOR SYSTEM_TIME AS OF")
		p.expr(t.Time)
	case *ast.Join:
		p.join(t)
	default:
		p.wrappedTable(t)
	}
}

// unnested writes the arguments of UNNEST: a query needs no parentheses of its own.
func (p *printer) unnested(args []ast.Expr) {
	if len(args) == 1 {
		if s, ok := args[0].(*ast.Subquery); ok {
			p.glued = true
			p.query(s.Query)
			return
		}
	}
	p.glued = true
	p.parens(len(args), func(i int) { p.expr(args[i]) })
}

func (p *printer) namedTable(t *ast.Table) {
	p.name(t.Name)
	p.hints(t.Hints)
	if t.Extend != nil {
		p.parens(len(t.Extend), func(i int) { p.rowField(t.Extend[i]) })
	}
}

func (p *printer) join(j *ast.Join) {
	p.table(j.Left)
	if j.Kind == ast.CommaJoin {
		p.end(",")
		p.table(j.Right)
		return
	}
	p.when(j.Natural, "NATURAL")
	p.put(joins[j.Kind])
	p.table(j.Right)
	p.clause("ON", j.On)
	p.names(j.Using, "USING")
}

// wrappedTable writes what stands behind a table and changes its rows.
func (p *printer) wrappedTable(t ast.TableRef) {
	switch t := t.(type) {
	case *ast.Sample:
		p.table(t.Table)
		p.put("TABLESAMPLE", t.Method.String())
		p.parens(1, func(int) { p.expr(t.Size) })
		if t.Repeatable != nil {
			p.put("REPEATABLE")
			p.parens(1, func(int) { p.expr(t.Repeatable) })
		}
	case *ast.Pivot:
		p.table(t.Table)
		p.put("PIVOT")
		p.open("(")
		p.selectItems(t.Aggregates)
		p.put("FOR")
		p.nameOrNames(t.Axes)
		p.put("IN")
		p.open("(")
		p.selectItems(t.In)
		p.end(")")
		p.end(")")
	case *ast.Unpivot:
		p.unpivot(t)
	case *ast.MatchRecognize:
		p.match(t)
	case *ast.BadTable:
		p.put("/* broken */")
	default:
		panic(fmt.Sprintf("unparse: no table %T", t))
	}
}

func (p *printer) unpivot(u *ast.Unpivot) {
	p.table(u.Table)
	p.put("UNPIVOT")
	if u.Nulls != 0 {
		p.put(u.Nulls.String(), "NULLS")
	}
	p.open("(")
	p.nameOrNames(u.Measures)
	p.put("FOR")
	p.nameOrNames(u.Axes)
	p.put("IN")
	p.parens(len(u.In), func(i int) {
		p.nameOrNames(u.In[i].Columns)
		p.clause("AS", u.In[i].Value)
	})
	p.end(")")
}

func (p *printer) match(m *ast.MatchRecognize) {
	p.table(m.Table)
	p.put("MATCH_RECOGNIZE")
	p.open("(")
	if m.PartitionBy != nil {
		p.put("PARTITION BY")
		p.exprs(m.PartitionBy)
	}
	p.orderBy(m.OrderBy)
	if m.Measures != nil {
		p.put("MEASURES")
		p.selectItems(m.Measures)
	}
	p.when(m.Rows == token.ONE, "ONE ROW PER MATCH")
	p.when(m.Rows == token.ALL, "ALL ROWS PER MATCH")
	p.after(m.After)
	p.put("PATTERN")
	p.open("(")
	p.when(m.StrictStart, "^")
	p.pattern(m.Pattern)
	p.when(m.StrictEnd, "$")
	p.end(")")
	p.clause("WITHIN", m.Within)
	if m.Subsets != nil {
		p.put("SUBSET")
		p.list(len(m.Subsets), func(i int) {
			p.ident(m.Subsets[i].Name)
			p.put("=")
			p.parens(len(m.Subsets[i].Items), func(n int) { p.expr(m.Subsets[i].Items[n]) })
		})
	}
	p.put("DEFINE")
	p.list(len(m.Define), func(i int) {
		p.ident(m.Define[i].Name)
		p.put("AS")
		p.expr(m.Define[i].Expr)
	})
	p.end(")")
}

func (p *printer) after(a *ast.AfterMatch) {
	if a == nil {
		return
	}
	p.put("AFTER MATCH SKIP")
	switch {
	case a.To == token.PAST:
		p.put("PAST LAST ROW")
	case a.To == token.NEXT:
		p.put("TO NEXT ROW")
	default:
		p.put("TO")
		p.kind(a.To)
		p.ident(*a.Variable)
	}
}

func (p *printer) pattern(t ast.Pattern) {
	switch t := t.(type) {
	case *ast.PatternVar:
		p.ident(t.Name)
	case *ast.PatternSeq:
		for _, item := range t.Items {
			p.pattern(item)
		}
	case *ast.PatternAlt:
		for i, item := range t.Items {
			p.when(i > 0, "|")
			p.pattern(item)
		}
	case *ast.PatternGroup:
		open, end := "(", ")"
		switch t.Kind {
		case token.LBrace:
			open, end = "{-", " -}"
		case token.PERMUTE:
			open = "PERMUTE("
		}
		p.open(open)
		p.glued = t.Kind != token.LBrace
		p.list(len(t.Items), func(i int) { p.pattern(t.Items[i]) })
		p.end(end)
	case *ast.PatternRepeat:
		p.pattern(t.Item)
		p.end(t.Quantity)
		if t.Reluctant {
			p.end("?")
		}
	default:
		panic(fmt.Sprintf("unparse: no pattern %T", t))
	}
}
