package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file parses what makes rows, collections and objects.

// collection parses ARRAY[…], ARRAY(query) and the same of MAP and MULTISET.
func (p *parser) collection() ast.Expr {
	c := p.collections.put(ast.Collection{Kind: p.k})
	start := p.start()
	p.next()
	if p.k == token.LParen {
		return p.collectionOf(c, start)
	}
	p.expect(token.LBracket)
	switch {
	case c.Kind == token.MULTISET: // where Flink wants an expression behind every comma
		mark := p.exprs.mark()
		p.exprs.push(p.expr(nonQuery))
		for p.got(token.Comma) {
			p.exprs.push(p.expr(subQuery))
		}
		c.Items = p.exprs.keep(mark)
	case p.k != token.RBracket:
		c.Items = p.exprList(nonQuery)
	}
	p.expect(token.RBracket)
	c.Loc = p.from(start)
	return c
}

// collectionOf parses ( query ), or since 2.2 ( element, … ) of ARRAY and MAP.
func (p *parser) collectionOf(c *ast.Collection, start int32) ast.Expr {
	open := p.i
	p.next()
	var e ast.Expr
	if p.k != token.RParen {
		c.Query, e = p.queryOrExpr(nonCursor)
		if _, combined := c.Query.(*ast.SetOperation); combined && c.Kind == token.MAP {
			p.need(token.V2_2, c.Query.Place(), "a combined query in MAP( )")
		}
	}
	if s, ok := e.(*ast.Subquery); ok && p.k == token.RParen {
		c.Query = s.Query
	}
	if c.Query != nil {
		p.expect(token.RParen)
		c.Loc = p.from(start)
		return c
	}
	if p.failed {
		return &ast.BadExpr{}
	}
	if c.Kind == token.MULTISET || p.release < token.V2_2 {
		p.fail(p.toks[p.i-1], "expected a query in the parentheses of "+c.Kind.String(), "write "+c.Kind.String()+"[…] for a list of elements")
		return &ast.BadExpr{}
	}
	call := p.calls.alloc()
	mark := p.idents.mark()
	p.idents.push(p.identOf(p.toks[open-1]))
	call.Name = ast.Name{Parts: p.idents.keep(mark)}
	call.Name.Loc = call.Name.Parts[0].Loc
	if e != nil {
		at := p.exprs.mark()
		p.exprs.push(e)
		for p.got(token.Comma) {
			p.exprs.push(p.expr(subQuery))
		}
		call.Args = p.exprs.keep(at)
	}
	p.expect(token.RParen)
	return p.endCall(call)
}

// row parses ROW(…) and PERIOD(a, b).
func (p *parser) row(c context) ast.Expr {
	r := p.rows.put(ast.Row{Keyword: p.k})
	start := p.start()
	p.next()
	mark := p.exprs.mark()
	p.expect(token.LParen)
	q, e := p.queryOrExpr(c.inside())
	if q != nil {
		e = p.subquery(q)
	}
	p.exprs.push(e)
	for p.got(token.Comma) {
		p.exprs.push(p.expr(c))
	}
	r.Items = p.exprs.keep(mark)
	if r.Keyword == token.PERIOD && len(r.Items) != 2 {
		p.unexpected("two values in PERIOD")
	}
	p.expect(token.RParen)
	r.Loc = p.from(start)
	return r
}

func (p *parser) newCall() ast.Expr {
	start := p.start()
	if !p.isName(p.peek(1)) {
		p.missingBehind("a function name")
	}
	p.next()
	n := &ast.New{Call: p.routine()}
	n.Loc = p.from(start)
	return n
}

func (p *parser) cursorExpr(c context) ast.Expr {
	start := p.start()
	if c != anything && c != cursor {
		p.fail(p.tok(), "CURSOR can only be an argument of a table function", "")
		return &ast.BadExpr{}
	}
	p.next()
	e := &ast.Cursor{X: p.expr(onlyQuery)}
	e.Loc = p.from(start)
	return e
}

// sequence parses NEXT VALUE FOR name.
func (p *parser) sequence() ast.Expr {
	s := &ast.Sequence{Which: p.k}
	start := p.start()
	p.next()
	p.next()
	p.expect(token.FOR)
	s.Name = p.name("a sequence name")
	s.Loc = p.from(start)
	return s
}
