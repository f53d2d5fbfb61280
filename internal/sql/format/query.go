package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// query copies a query: on one line where it fits, else a line for each clause.
func (s *stream) query(q ast.Query) {
	s.to(start(q))
	s.open(opOpen, 0)
	s.body(q)
	s.close()
	s.to(end(q))
}

// body copies a query into the group that is open.
func (s *stream) body(q ast.Query) {
	s.to(start(q))
	switch q := q.(type) {
	case *ast.Select:
		s.block(q)
	case *ast.SetOperation:
		s.setOperation(q)
	case *ast.Ordered:
		s.ordered(q)
	case *ast.With:
		s.with(q)
	case *ast.Values:
		s.values(q)
	case *ast.ParenQuery:
		s.brackets(opOpen, q.End, func() { s.body(q.Query) })
	}
	s.to(end(q))
}

// block copies a query block into the group that is open: its clauses break together.
func (s *stream) block(q *ast.Select) {
	s.selectList(q)
	if q.From != nil {
		s.before(token.FROM, start(q.From))
		s.ask(opSpace)
		s.tables(q.From)
	}
	if q.Where != nil {
		s.condition(token.WHERE, q.Where)
	}
	if q.GroupBy != nil {
		s.to(q.GroupBy.Start)
		s.ask(opSpace)
		s.groupBy(q.GroupBy)
	}
	if q.Having != nil {
		s.condition(token.HAVING, q.Having)
	}
	if len(q.Windows) > 0 {
		s.before(token.WINDOW, q.Windows[0].Start)
		s.ask(opSpace)
		s.open(opOpen, indent)
		s.each(len(q.Windows), func(i int) ast.Node { return &q.Windows[i] }, func(i int) { s.window(q.Windows[i].Spec) })
		s.close()
	}
	if q.Qualify != nil {
		s.condition(token.QUALIFY, q.Qualify)
	}
}

// selectList copies SELECT with its columns: behind it where they fit on the line, else a line each.
func (s *stream) selectList(q *ast.Select) {
	s.open(opOpen, indent)
	if len(q.Items) > 0 {
		s.to(q.Items[0].Start)
		s.ask(opSpace)
	}
	s.items(q.Items)
	s.close()
}

func (s *stream) items(items []ast.SelectItem) {
	s.each(len(items), func(i int) ast.Node { return &items[i] }, func(i int) { s.expr(items[i].Expr) })
}

// condition copies WHERE and its like: the parts of an AND below each other where they do not fit.
func (s *stream) condition(word token.Kind, e ast.Expr) {
	s.before(word, start(e))
	s.ask(opSpace)
	s.open(opOpen, indent)
	s.chain(e)
	s.close()
}

func (s *stream) groupBy(g *ast.GroupBy) {
	if len(g.Items) == 0 {
		return
	}
	s.clause(func() {
		s.each(len(g.Items), func(i int) ast.Node { return g.Items[i] }, func(i int) {
			if e, ok := g.Items[i].(*ast.GroupExpr); ok {
				s.expr(e.Expr)
			}
		})
	}, start(g.Items[0]))
}

// setOperation copies a chain of UNION and its like into the group that is open.
func (s *stream) setOperation(q *ast.SetOperation) {
	if left, ok := q.Left.(*ast.SetOperation); ok {
		s.setOperation(left)
		s.to(left.End)
	} else {
		s.query(q.Left)
	}
	s.before(q.Op, start(q.Right))
	s.ask(opSpace)
	s.to(start(q.Right))
	s.ask(opSpace)
	s.query(q.Right)
}

// ordered copies a query with ORDER BY, LIMIT and the like as further clauses.
func (s *stream) ordered(q *ast.Ordered) {
	s.body(q.Query)
	if len(q.OrderBy) > 0 {
		s.before(token.ORDER, q.OrderBy[0].Start)
		s.ask(opSpace)
		s.clause(func() { s.orderItems(q.OrderBy) }, q.OrderBy[0].Start)
	}
	for s.at < len(s.tokens) && s.tokens[s.at].Start < q.End {
		switch s.next() {
		case token.LIMIT, token.OFFSET, token.FETCH:
			s.ask(opSpace)
		}
		s.copy()
	}
}

// with copies WITH, its queries in brackets, and the body on a line of its own.
func (s *stream) with(q *ast.With) {
	for i := range q.Items {
		item := &q.Items[i]
		s.query(item.Query)
		s.to(item.End)
		if i+1 < len(q.Items) {
			s.through(token.Comma, q.Items[i+1].Start)
			s.ask(opLine)
		}
	}
	s.to(start(q.Body))
	s.ask(opLine)
	s.body(q.Body)
}

// values copies VALUES: a line for each row where they do not fit on one.
func (s *stream) values(q *ast.Values) {
	s.open(opOpen, indent)
	s.to(start(q.Rows[0]))
	s.ask(opSpace)
	s.exprs(q.Rows)
	s.close()
}
