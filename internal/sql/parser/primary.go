package parser

import (
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// primary parses an operand: a literal, a name, a call, or something in parentheses.
func (p *parser) primary(c context) ast.Expr {
	e := p.operandOf(c)
	if c == onlyQuery && !p.failed {
		if _, ok := e.(*ast.Subquery); !ok {
			p.fail(p.toks[p.i-1], "expected a query, found an expression", "")
		}
	}
	return e
}

func (p *parser) operandOf(c context) ast.Expr {
	switch p.k {
	case token.Identifier, token.QuotedIdentifier, token.Variable:
		return p.nameOrCall()
	case token.Integer, token.Decimal, token.Approximate:
		return p.numberLiteral()
	case token.String, token.PrefixedString, token.UnicodeString, token.CString, token.BinaryString:
		return p.stringLiteral()
	case token.LParen:
		return p.paren(c)
	case token.NULL, token.TRUE, token.FALSE, token.UNKNOWN:
		e := p.constants.alloc()
		e.Loc, e.Kind = p.loc(), p.k
		p.next()
		return e
	case token.Question:
		e := &ast.Param{Loc: p.loc()}
		p.next()
		return e
	case token.CASE:
		return p.caseExpr()
	case token.INTERVAL:
		return p.interval()
	}
	if p.startsExpr2(p.i) {
		if e := p.word(c); e != nil {
			return e
		}
	}
	p.unexpected("an expression")
	return &ast.BadExpr{Loc: p.loc()}
}

// word parses what begins with a word of the grammar: a built-in function, a constructor, or a name after all.
func (p *parser) word(c context) ast.Expr {
	k, call := p.k, p.peek(1) == token.LParen
	switch k {
	case token.DATE, token.TIME, token.TIMESTAMP, token.DATETIME:
		if call || p.isName(k) {
			break
		}
		return p.dateTime()
	case token.LBraceDate, token.LBraceTime, token.LBraceTimestamp:
		return p.bracedDateTime()
	case token.LBraceFn:
		return p.bracedCall()
	case token.ARRAY, token.MULTISET:
		return p.collection()
	case token.MAP:
		if then := p.peek(1); then == token.LBracket || then == token.LParen && (p.release >= token.V2_2 || p.peek(2) != token.RParen) {
			return p.collection()
		}
	case token.ROW, token.PERIOD:
		return p.row(c)
	case token.NEW:
		return p.newCall()
	case token.CURSOR:
		return p.cursorExpr(c)
	case token.NEXT, token.CURRENT:
		if p.peek(1) == token.VALUE {
			return p.sequence()
		}
	case token.RUNNING, token.FINAL:
		if p.isFunctionAt(1) {
			return p.modified()
		}
		if p.release >= token.V2_2 && p.modifies(k, p.peek(1)) {
			u := p.unaries.alloc()
			u.Op = k
			at := p.start()
			p.next()
			u.X = p.unary(subQuery)
			u.Loc = p.from(at)
			return u
		}
		if p.isName(p.peek(1)) && p.release < token.V2_2 {
			p.unexpectedAt(p.i+2, "( or . behind the name of a function")
			return nil
		}
		if k == token.RUNNING {
			return nil
		}
	case token.SPECIFIC:
		return p.nameOrCall()
	}
	if call {
		if e := p.builtin(); e != nil {
			return e
		}
		if isFunctionWord(k) && !p.isName(k) {
			return p.reservedCall()
		}
	}
	if p.isName(k) {
		return p.nameOrCall()
	}
	if begins[k] == always { // CURRENT_DATE and the like
		e := p.columnRefs.alloc()
		mark := p.idents.mark()
		p.idents.push(p.identOf(p.tok()))
		e.Loc, e.Parts = p.loc(), p.idents.keep(mark)
		p.next()
		return e
	}
	return nil
}

// nameOrCall parses a column, table.*, or a call of a function by name.
func (p *parser) nameOrCall() ast.Expr {
	start := p.start()
	if p.k == token.SPECIFIC {
		p.next()
		call := p.calls.alloc()
		call.Specific = true
		call.Name = p.functionName()
		return p.finishCall(call, start)
	}
	parts := p.parts()
	if p.k == token.LParen {
		call := p.calls.alloc()
		call.Name = ast.Name{Loc: p.from(start), Parts: parts}
		return p.finishCall(call, start)
	}
	if p.k == token.Period && p.peek(1) == token.Star {
		p.next()
		p.next()
		e := p.stars.alloc()
		e.Loc, e.Table = p.from(start), parts
		return e
	}
	e := p.columnRefs.alloc()
	e.Parts, e.Loc = parts, p.from(start)
	return e
}

func (p *parser) functionName() ast.Name {
	if isFunctionWord(p.k) && !p.isName(p.k) {
		mark := p.idents.mark()
		p.idents.push(p.identOf(p.tok()))
		n := ast.Name{Loc: p.loc(), Parts: p.idents.keep(mark)}
		p.next()
		return n
	}
	return p.name("a function name")
}

// reservedCall parses a function whose name is a reserved word: COUNT(…).
func (p *parser) reservedCall() ast.Expr {
	start := p.start()
	call := p.calls.alloc()
	call.Name = p.functionName()
	return p.finishCall(call, start)
}

func (p *parser) numberLiteral() ast.Expr {
	n := p.numbers.alloc()
	n.Loc, n.Kind, n.Text = p.loc(), p.k, p.tok().Text(p.text)
	p.next()
	return n
}

func (p *parser) stringLiteral() ast.Expr {
	s := p.strings.alloc()
	start := p.start()
	if s.Kind = p.k; s.Kind == token.PrefixedString {
		s.Prefix, _, _ = strings.Cut(p.tok().Text(p.text), "'")
	}
	s.Value, s.Escape = p.stringPieces()
	s.Loc = p.from(start)
	return s
}

// caseExpr parses CASE … END.
func (p *parser) caseExpr() ast.Expr {
	c := p.cases.alloc()
	start := p.start()
	p.next()
	if p.k != token.WHEN {
		c.Operand = p.expr(subQuery)
	}
	mark := p.whens.mark()
	for p.k == token.WHEN {
		at := p.start()
		p.next()
		w := ast.When{Conditions: p.exprList(subQuery)}
		p.expect(token.THEN)
		w.Result = p.expr(subQuery)
		w.Loc = p.from(at)
		p.whens.push(w)
	}
	c.Whens = p.whens.keep(mark)
	if len(c.Whens) == 0 {
		p.unexpected("WHEN")
	}
	if p.got(token.ELSE) {
		c.Else = p.expr(subQuery)
	}
	p.expect(token.END)
	c.Loc = p.from(start)
	return c
}

// paren parses ( expression ), ( query ), or a row ( x , y … ).
func (p *parser) paren(c context) ast.Expr {
	start := p.start()
	p.next()
	q, e := p.queryOrExpr(c.inside())
	if s, ok := e.(*ast.Subquery); ok && c == onlyQuery {
		q = s.Query
	}
	if q != nil {
		e = p.subquery(q)
	}
	if p.k != token.Comma {
		p.expect(token.RParen)
		if q != nil {
			s := e.(*ast.Subquery)
			s.Query.Loc = p.from(start)
			s.Loc = s.Query.Loc
			return s
		}
		x := p.parens.alloc()
		x.X, x.Loc = e, p.from(start)
		return p.minusDate(x)
	}
	p.value(c)
	mark := p.exprs.mark()
	p.exprs.push(e)
	for p.got(token.Comma) {
		p.exprs.push(p.expr(c))
	}
	r := p.rows.alloc()
	r.Items = p.exprs.keep(mark)
	p.expect(token.RParen)
	r.Loc = p.from(start)
	return r
}

// minusDate parses ( x - y ) unit: the difference of two times.
func (p *parser) minusDate(x *ast.Paren) ast.Expr {
	if !isIntervalUnit(p.k) || p.isName(p.k) {
		return x
	}
	b, ok := x.X.(*ast.Binary)
	if !ok || b.Op != ast.Subtract {
		if !p.failed {
			p.fail(token.Token{Kind: token.Identifier, Start: x.Start, End: x.End}, "only a difference in parentheses can be followed by a unit of time", "")
		}
		return x
	}
	m := &ast.MinusDate{X: x, Unit: p.qualifier()}
	m.Loc = p.from(x.Start)
	return m
}

func (p *parser) subquery(q ast.Query) *ast.Subquery {
	s, paren := p.subqueries.alloc(), p.parenQuery.alloc()
	s.Loc, s.Query = q.Place(), paren
	paren.Loc, paren.Query = s.Loc, q
	return s
}

// queryOrExpr parses a query with its ORDER BY and LIMIT, or an expression, where either may stand.
func (p *parser) queryOrExpr(c context) (ast.Query, ast.Expr) {
	if p.startsQuery(p.k) {
		if !c.allowsQuery() {
			p.fail(p.toks[max(0, p.i-1)], "a query cannot stand here", "")
			return nil, &ast.BadExpr{}
		}
		return p.query(), nil
	}
	e := p.expr(c)
	s, ok := e.(*ast.Subquery)
	if !ok {
		switch p.k {
		case token.UNION, token.INTERSECT, token.EXCEPT:
			p.fail(p.toks[p.i-1], "expected a query before "+p.k.String()+", found an expression", "")
		case token.ORDER:
			p.unexpected("")
		}
		return nil, e
	}
	switch p.k {
	case token.UNION, token.INTERSECT, token.EXCEPT:
		if !c.allowsQuery() {
			p.next()
			p.fail(p.toks[p.i-1], "a query cannot stand here", "")
			return nil, e
		}
	case token.ORDER, token.LIMIT, token.OFFSET, token.FETCH:
	default:
		return nil, e
	}
	return p.ordered(p.setOperations(s.Query)), nil
}

// modified parses RUNNING or FINAL before a call in MATCH_RECOGNIZE.
func (p *parser) modified() ast.Expr {
	start, k := p.start(), p.k
	p.next()
	e := p.word(subQuery)
	call, ok := e.(*ast.Call)
	if !ok {
		p.unexpected("a function behind " + k.String())
		return &ast.BadExpr{}
	}
	call.Modifier, call.Loc = k, p.from(start)
	return call
}

// modifies reports whether RUNNING or FINAL belongs to the operand behind it, which since 2.2 need not be a call. FINAL is
// a name as well where that fits.
func (p *parser) modifies(k, then token.Kind) bool {
	if k == token.FINAL && (then == token.Plus || then == token.Minus || then == token.LParen || then == token.NOT) {
		return false
	}
	return p.startsExpr(then)
}

// isFunctionAt reports whether a call by a simple name stands n tokens ahead.
func (p *parser) isFunctionAt(n int) bool {
	k := p.peek(n)
	return (p.isName(k) || isFunctionWord(k)) && p.peek(n+1) == token.LParen
}

func oneFix(title string, safe bool, at ast.Loc, text string) []diag.Fix {
	return []diag.Fix{{Title: title, Safe: safe, Edits: []diag.Edit{{Span: at.Span(), Text: text}}}}
}
