package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// call copies a function with its arguments and what stands behind them.
func (s *stream) call(c *ast.Call) {
	close := s.closing(c.Name.End, c.End)
	switch {
	case len(c.Args) > 0 && s.toBracket(c.End):
		s.brackets(opOpen, close, func() {
			s.exprs(c.Args)
			if len(c.OrderBy) > 0 {
				s.ask(opSpace)
				s.orderItems(c.OrderBy)
			}
		})
	default:
		s.to(close)
	}
	s.exprs(c.WithinDistinct)
	s.orderItems(c.WithinGroup)
	if c.Filter != nil && s.before(token.LParen, start(c.Filter)) {
		s.brackets(opOpen, s.closing(s.tokens[s.at].Start, c.End), func() {
			s.to(start(c.Filter))
			s.open(opOpen, indent)
			s.chain(c.Filter)
			s.close()
		})
	}
	if c.Over != nil {
		s.window(c.Over)
	}
}

// closing is the end of the bracket that closes the first one opened at or after from, and limit when there is none.
func (s *stream) closing(from, limit int32) int32 {
	depth := 0
	for i := indexAt(s.tokens, from); i < len(s.tokens) && s.tokens[i].Start < limit; i++ {
		switch s.tokens[i].Kind {
		case token.LParen:
			depth++
		case token.RParen:
			if depth--; depth == 0 {
				return s.tokens[i].End
			}
		}
	}
	return limit
}

// window copies OVER (…), or the same of a WINDOW clause: its clauses on lines of their own where they do not fit.
func (s *stream) window(w *ast.WindowSpec) {
	s.to(w.Start)
	if !w.Parens || s.next() != token.LParen {
		s.to(w.End)
		return
	}
	s.brackets(opOpen, w.End, func() {
		if w.Name != nil {
			s.to(w.Name.End)
			s.ask(opSpace)
		}
		if len(w.PartitionBy) > 0 {
			s.clause(func() { s.exprs(w.PartitionBy) }, start(w.PartitionBy[0]))
		}
		if len(w.OrderBy) > 0 {
			if len(w.PartitionBy) > 0 {
				s.ask(opSpace)
			}
			s.clause(func() { s.orderItems(w.OrderBy) }, w.OrderBy[0].Start)
		}
		if w.Frame != nil {
			if len(w.PartitionBy)+len(w.OrderBy) > 0 {
				s.ask(opSpace)
			}
			s.to(w.Frame.End)
		}
	})
}

// clause copies the words up to from and then items, in a fill that is indented below the words.
func (s *stream) clause(items func(), from int32) {
	s.open(opFill, indent)
	s.to(from)
	items()
	s.close()
}

func (s *stream) orderItems(items []ast.OrderItem) {
	s.each(len(items), func(i int) ast.Node { return &items[i] }, func(i int) { s.expr(items[i].Expr) })
}

// caseWhen copies CASE: a line for each branch where they do not fit on one.
func (s *stream) caseWhen(c *ast.Case) {
	s.open(opOpen, indent)
	if c.Operand != nil {
		s.expr(c.Operand)
	}
	s.through(token.CASE, c.End)
	for i := range c.Whens {
		w := &c.Whens[i]
		s.before(token.WHEN, w.End)
		s.ask(opSpace)
		s.open(opFill, indent)
		s.exprs(w.Conditions)
		s.before(token.THEN, w.End)
		s.ask(opSpace)
		s.expr(w.Result)
		s.close()
	}
	if c.Else != nil {
		s.before(token.ELSE, start(c.Else))
		s.ask(opSpace)
		s.expr(c.Else)
	}
	s.to(s.tokens[indexAt(s.tokens, c.End)-1].Start)
	s.ask(opOuterSpace)
	s.close()
}

// keywordCall copies EXTRACT, TRIM and the like on one line where it fits.
func (s *stream) keywordCall(k *ast.KeywordCall) {
	for i := range k.Args {
		s.expr(k.Args[i].Expr)
	}
	if k.Over != nil {
		s.window(k.Over)
	}
}

func (s *stream) jsonCall(j *ast.JSONCall) {
	if !s.toBracket(j.End) {
		return
	}
	s.brackets(opFill, j.End, func() {
		s.expr(j.Input)
		s.through(token.Comma, start(j.Path))
		s.ask(opSpace)
		s.expr(j.Path)
		if j.Returning != nil {
			s.before(token.RETURNING, start(j.Returning))
			s.ask(opSpace)
			s.to(end(j.Returning))
		}
		for i := range j.On {
			s.to(j.On[i].Start)
			s.ask(opSpace)
			s.to(j.On[i].End)
		}
	})
}

func (s *stream) jsonConstructor(j *ast.JSONConstructor) {
	if len(j.Items) == 0 || !s.toBracket(j.End) {
		return
	}
	s.brackets(opOpen, s.closing(s.tokens[s.at].Start, j.End), func() {
		s.each(len(j.Items), func(i int) ast.Node { return &j.Items[i] }, func(i int) {
			if j.Items[i].Name != nil {
				s.expr(j.Items[i].Name)
			}
			s.expr(j.Items[i].Value)
		})
		s.orderItems(j.OrderBy)
	})
	s.orderItems(j.WithinGroup)
}

// tableArg copies TABLE t PARTITION BY … ORDER BY … as one argument.
func (s *stream) tableArg(t *ast.TableArg) {
	s.open(opFill, indent)
	if t.Query != nil {
		s.query(t.Query)
	}
	if t.PartitionBy != nil {
		s.before(token.PARTITION, t.PartitionBy.Start)
		s.ask(opSpace)
		s.to(t.PartitionBy.End)
	}
	if len(t.OrderBy) > 0 {
		s.before(token.ORDER, t.OrderBy[0].Start)
		s.ask(opSpace)
		s.orderItems(t.OrderBy)
	}
	s.close()
}
