package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses the operators that are more than one token: IN, BETWEEN, LIKE, IS, comparisons with queries.

// quantified parses op SOME | ANY | ALL ( … ).
func (p *parser) quantified(c context, x ast.Expr, op ast.Op) ast.Expr {
	p.value(c)
	if op == ast.BangEq {
		p.bangEqual(p.tok())
		return nil
	}
	p.next()
	q := &ast.Quantified{X: x, Op: op, Which: p.k}
	p.next()
	q.Query, q.List = p.queryOrList(nonCursor)
	q.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
	return q
}

// queryOrList parses ( query ) or ( expression [, expression]… ), as behind IN.
func (p *parser) queryOrList(c context) (ast.Query, []ast.Expr) {
	start := p.start()
	p.expect(token.LParen)
	q, e := p.queryOrExpr(c.inside())
	if q != nil && p.k == token.RParen {
		p.next()
		paren := p.parenQuery.alloc()
		paren.Loc, paren.Query = p.from(start), q
		return paren, nil
	}
	mark := p.exprs.mark()
	if q != nil {
		e = p.subquery(q)
	}
	p.exprs.push(e)
	for p.got(token.Comma) {
		p.exprs.push(p.expr(c))
	}
	list := p.exprs.keep(mark)
	p.expect(token.RParen)
	return nil, list
}

// predicate parses [NOT] IN, BETWEEN, LIKE and their kin behind x.
func (p *parser) predicate(c context, x ast.Expr) ast.Expr {
	p.value(c)
	start := x.Place().Start
	not := p.k == token.NOT
	ahead := 1
	if not {
		ahead = 2
	}
	kind := p.peek(ahead - 1)
	if !not {
		switch kind { // two tokens of lookahead
		case token.IN:
			if p.peek(1) != token.LParen {
				p.fail(p.tok(), "expected ( behind IN, found "+p.found(p.toks[p.i+1]), "")
			}
		case token.BETWEEN:
			if k := p.peek(1); k != token.SYMMETRIC && k != token.ASYMMETRIC && !p.startsExpr(k) {
				p.operand(p.i + 1)
			}
		case token.SIMILAR:
			if p.peek(1) != token.TO {
				p.fail(p.tok(), "expected TO behind SIMILAR, found "+p.found(p.toks[p.i+1]), "")
			}
		default:
			if !p.startsExpr(p.peek(1)) {
				p.operand(p.i + 1)
			}
		}
	}
	for range ahead {
		p.next()
	}
	switch kind {
	case token.IN:
		in := p.ins.alloc()
		in.X, in.Not = x, not
		in.Query, in.List = p.queryOrList(nonCursor)
		in.Loc = ast.Loc{Start: start, End: p.end()}
		return in
	case token.BETWEEN:
		b := p.betweens.alloc()
		b.X, b.Not, b.Symmetric = x, not, p.either(token.SYMMETRIC, token.ASYMMETRIC)
		b.Low = p.lowerBound()
		p.betweenAnd(b.Low)
		b.High = p.operators(subQuery, ast.PrecIn)
		b.Loc = ast.Loc{Start: start, End: p.end()}
		return b
	}
	l := p.likes.alloc()
	l.X, l.Not, l.Op = x, not, kind
	if kind == token.SIMILAR {
		p.expect(token.TO)
	}
	l.Pattern = p.operators(subQuery, ast.PrecIn)
	if p.k == token.ESCAPE && p.startsExpr(p.peek(1)) {
		p.next()
		l.Escape = p.primary(subQuery)
	}
	l.Loc = ast.Loc{Start: start, End: p.end()}
	return l
}

// betweenAnd takes the AND behind the lower bound. Flink reports a BETWEEN without one, and one without a value behind it,
// right behind the lower bound.
func (p *parser) betweenAnd(low ast.Expr) {
	message := ""
	switch {
	case p.failed:
	case p.k != token.AND:
		message = "BETWEEN has no AND"
	case !p.startsExpr2(p.i+1) && !p.toks[p.i+1].Kind.IsLexicalError():
		message = "expected a value behind AND, found " + p.found(p.toks[p.i+1])
	}
	if message != "" {
		end := low.Place().End
		p.fail(token.Token{Kind: token.AND, Start: end, End: min(end+1, int32(len(p.text)))}, message, "")
	}
	p.next()
}

// lowerBound parses the expression up to the AND of BETWEEN; an OR belongs to it.
func (p *parser) lowerBound() ast.Expr {
	low := p.operators(subQuery, ast.PrecAnd)
	for p.k == token.OR && !p.failed {
		b := p.binaries.alloc()
		p.next()
		b.Op, b.Left, b.Right = ast.Or, low, p.operators(subQuery, ast.PrecAnd)
		b.Loc = ast.Loc{Start: low.Place().Start, End: p.end()}
		low = b
	}
	return low
}

// is parses IS … behind x: IS [NOT] DISTINCT FROM is an operator, the rest are tests.
func (p *parser) is(c context, x ast.Expr, min int) ast.Expr {
	ahead := 1
	if p.peek(1) == token.NOT {
		ahead = 2
	}
	if p.peek(ahead) == token.DISTINCT {
		if ast.PrecCompare <= min {
			return nil
		}
		if p.peek(ahead+1) != token.FROM {
			p.unexpectedAt(p.i+ahead+ahead-1, "FROM behind DISTINCT")
			return nil
		}
		if ahead == 2 {
			return p.binary(c, x, ast.IsNotDistinct, 4)
		}
		return p.binary(c, x, ast.IsDistinct, 3)
	}
	if ast.PrecIs <= min {
		return nil
	}
	what := p.peek(ahead)
	switch what {
	case token.NULL, token.TRUE, token.FALSE, token.UNKNOWN, token.EMPTY, token.JSON, token.A:
	default:
		if ahead == 2 {
			p.next()
			p.next()
			p.unexpected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM")
		}
		return nil
	}
	p.value(c)
	for range ahead + 1 {
		p.next()
	}
	t := p.tests.alloc()
	t.X, t.Not, t.What = x, ahead == 2, what
	switch what {
	case token.A:
		t.What = token.SET
		p.expect(token.SET)
	case token.JSON:
		t.JSON = p.either(token.VALUE, token.OBJECT, token.ARRAY, token.SCALAR)
	}
	t.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
	return t
}

func (p *parser) formatJSON(x ast.Expr) ast.Expr {
	p.next()
	f := &ast.FormatJSON{X: x, Encoding: p.jsonRepresentation()}
	f.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
	return f
}

// multisetOperator parses MULTISET UNION | INTERSECT | EXCEPT [ALL | DISTINCT].
func (p *parser) multisetOperator(c context, left ast.Expr, min int) ast.Expr {
	var op ast.Op
	switch p.peek(1) {
	case token.UNION:
		op = ast.MultisetUnion
	case token.INTERSECT:
		op = ast.MultisetIntersect
	case token.EXCEPT:
		op = ast.MultisetExcept
	default:
		return nil
	}
	if op.Precedence() <= min {
		return nil
	}
	switch p.peek(2) {
	case token.ALL:
		return p.binary(c, left, op+1, 3)
	case token.DISTINCT:
		return p.binary(c, left, op+2, 3)
	}
	return p.binary(c, left, op, 2)
}
