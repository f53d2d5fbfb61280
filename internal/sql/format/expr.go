package format

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// expr copies an expression with the places where it may be broken.
func (s *stream) expr(e ast.Expr) {
	if e == nil {
		return
	}
	s.to(start(e))
	switch e := e.(type) {
	case *ast.Binary:
		s.binary(e)
	case *ast.Unary:
		s.expr(e.X)
	case *ast.Paren:
		s.brackets(opOpen, e.End, func() { s.chain(e.X) })
	case *ast.Call:
		s.call(e)
	case *ast.Case:
		s.caseWhen(e)
	case *ast.Cast:
		s.expr(e.X)
	case *ast.Is:
		s.expr(e.X)
	case *ast.Between:
		s.expr(e.X)
		s.expr(e.Low)
		s.expr(e.High)
	case *ast.Like:
		s.expr(e.X)
		s.expr(e.Pattern)
		s.expr(e.Escape)
	case *ast.In:
		s.expr(e.X)
		s.listOrQuery(e.List, e.Query, e.End)
	case *ast.Quantified:
		s.expr(e.X)
		s.listOrQuery(e.List, e.Query, e.End)
	case *ast.Row:
		s.bracketed(opFill, e.Items, e.End)
	case *ast.Collection:
		s.listOrQuery(e.Items, e.Query, e.End)
	case *ast.Subquery:
		s.query(e.Query)
	case *ast.NamedArg:
		s.expr(e.Value)
	case *ast.TableArg:
		s.tableArg(e)
	case *ast.Index:
		s.expr(e.X)
		s.expr(e.Index)
	case *ast.Field:
		s.expr(e.X)
		if e.Call != nil {
			s.expr(e.Call)
		}
	case *ast.KeywordCall:
		s.keywordCall(e)
	case *ast.JSONCall:
		s.jsonCall(e)
	case *ast.JSONConstructor:
		s.jsonConstructor(e)
	case *ast.MinusDate:
		s.expr(e.X)
	}
	s.to(end(e))
}

// binary copies operators of one kind as one chain: a line each where they do not fit on one.
func (s *stream) binary(e *ast.Binary) {
	if e.Op == ast.And || e.Op == ast.Or {
		s.open(opOpen, 0)
		s.chain(e)
		s.close()
		return
	}
	s.open(opFill, indent)
	s.operands(e, e.Op.Precedence())
	s.close()
}

// chain copies a condition without a group of its own, so that AND and OR stand at the breaks of what is around it.
func (s *stream) chain(e ast.Expr) {
	b, ok := e.(*ast.Binary)
	if !ok || b.Op != ast.And && b.Op != ast.Or {
		s.expr(e)
		return
	}
	if left, same := b.Left.(*ast.Binary); same && left.Op == b.Op {
		s.chain(left)
	} else {
		s.expr(b.Left)
	}
	s.ask(opSpace)
	s.expr(b.Right)
}

// operands copies a chain of operators that bind equally strong into the fill that is open.
func (s *stream) operands(e *ast.Binary, precedence int) {
	if left, same := e.Left.(*ast.Binary); same && left.Op.Precedence() == precedence {
		s.to(left.Start)
		s.operands(left, precedence)
	} else {
		s.expr(e.Left)
	}
	s.to(end(e.Left))
	s.ask(opSpace)
	s.expr(e.Right)
}

// brackets copies the next opening bracket, what is inside as a group of its own, and the closing one that ends at end.
func (s *stream) brackets(kind opKind, end int32, inside func()) {
	s.copy()
	s.open(kind, indent)
	s.ask(opCut)
	inside()
	s.to(end - 1)
	s.ask(opOuter)
	s.close()
	s.to(end)
}

// bracketed copies a list in brackets.
func (s *stream) bracketed(kind opKind, items []ast.Expr, end int32) {
	if len(items) == 0 || !s.toBracket(end) {
		return
	}
	s.brackets(kind, end, func() { s.exprs(items) })
}

func (s *stream) listOrQuery(items []ast.Expr, query ast.Query, end int32) {
	if query == nil {
		s.bracketed(opFill, items, end)
		return
	}
	if _, paren := query.(*ast.ParenQuery); !paren && s.toBracket(end) {
		s.brackets(opOpen, end, func() { s.query(query) })
		return
	}
	s.query(query)
}

// toBracket copies up to the next ( or [ before end and reports whether there is one.
func (s *stream) toBracket(end int32) bool {
	for i := s.at; i < len(s.tokens) && s.tokens[i].Start < end; i++ {
		if k := s.tokens[i].Kind; k == token.LParen || k == token.LBracket {
			s.to(s.tokens[i].Start)
			return true
		}
	}
	return false
}

// each copies items with a comma and a break behind each but the last; place tells where the i-th one starts and ends.
func (s *stream) each(n int, place func(int) ast.Node, visit func(int)) {
	for i := range n {
		if i > 0 {
			s.to(end(place(i - 1)))
			s.through(token.Comma, start(place(i)))
			s.ask(opSpace)
		}
		visit(i)
		s.to(end(place(i)))
	}
}

// exprs copies a list of expressions without its brackets.
func (s *stream) exprs(items []ast.Expr) {
	s.each(len(items), func(i int) ast.Node { return items[i] }, func(i int) { s.expr(items[i]) })
}

func start(n ast.Node) int32 { return int32(n.Span().Start) }

func end(n ast.Node) int32 { return int32(n.Span().End) }
