package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// query parses a query with WITH, set operations, ORDER BY and LIMIT.
func (p *parser) query() ast.Query {
	if !p.enter() {
		return &ast.BadQuery{}
	}
	start := p.start()
	q := p.withQuery(start)
	q = p.ordered(q)
	p.depth--
	return q
}

// withQuery parses [WITH …] body, without ORDER BY.
func (p *parser) withQuery(start int32) ast.Query {
	if p.k != token.WITH {
		return p.setOperations(p.leafQuery())
	}
	w := p.withs.alloc()
	p.next()
	if p.k == token.RECURSIVE {
		p.need(token.V2_2, p.loc(), "WITH RECURSIVE")
		w.Recursive = true
		p.next()
	}
	mark := p.withItems.mark()
	p.withItems.push(p.withItem())
	for p.got(token.Comma) {
		p.withItems.push(p.withItem())
	}
	w.Items = p.withItems.keep(mark)
	w.Body = p.setOperations(p.leafQuery())
	w.Loc = p.from(start)
	return w
}

func (p *parser) withItem() (item ast.WithItem) {
	start := p.start()
	item.Name = p.ident("a name for the query")
	if p.k == token.LParen {
		item.Columns = p.nameList("a column name")
	}
	p.expect(token.AS)
	item.Query = p.queryInParens()
	item.Loc = p.from(start)
	return item
}

// queryInParens parses ( query ).
func (p *parser) queryInParens() ast.Query {
	t := p.parenTable(onlyQuery)
	if d, ok := t.(*ast.Derived); ok {
		return d.Query
	}
	if !p.failed {
		p.fail(p.toks[p.i-1], "expected a query in the parentheses", "")
	}
	return &ast.BadQuery{Loc: t.Place()}
}

// leafQuery parses SELECT, VALUES, TABLE name, or any of these in parentheses.
func (p *parser) leafQuery() ast.Query {
	switch p.k {
	case token.SELECT:
		return p.selectQuery()
	case token.VALUES, token.VALUE:
		return p.values()
	case token.TABLE:
		t := &ast.TableQuery{}
		start := p.start()
		p.next()
		t.Name = p.name("a table name")
		t.Loc = p.from(start)
		return t
	}
	if !p.startsExpr(p.k) {
		p.unexpected("a query: SELECT, VALUES or WITH")
		return &ast.BadQuery{Loc: p.loc()}
	}
	e := p.expr(onlyQuery)
	if s, ok := e.(*ast.Subquery); ok {
		return s.Query
	}
	if !p.failed {
		p.fail(p.toks[p.i-1], "expected a query, found an expression", "")
	}
	return &ast.BadQuery{Loc: e.Place()}
}

// setOperations parses UNION, INTERSECT and EXCEPT behind a query.
func (p *parser) setOperations(left ast.Query) ast.Query {
	for chain := 0; p.k == token.UNION || p.k == token.EXCEPT || p.k == token.INTERSECT; chain++ {
		if chain > maxChain {
			p.fail(p.tok(), "too many queries in a row", "")
			break
		}
		s := p.setQueries.put(ast.SetOperation{Op: p.k})
		p.next()
		s.Quantity = p.quantity()
		right := p.leafQuery()
		left = attach(s, left, right)
		if p.failed {
			break
		}
	}
	return left
}

// attach makes left op right, where INTERSECT takes the right side of a weaker operation before it.
func attach(s *ast.SetOperation, left, right ast.Query) ast.Query {
	if l, ok := left.(*ast.SetOperation); ok && s.Op == token.INTERSECT && l.Op != token.INTERSECT {
		l.Right = attach(s, l.Right, right)
		l.End = right.Place().End
		return l
	}
	s.Left, s.Right = left, right
	s.Loc = ast.Loc{Start: left.Place().Start, End: right.Place().End}
	return s
}

// ordered parses ORDER BY, LIMIT, OFFSET and FETCH behind a query.
func (p *parser) ordered(q ast.Query) ast.Query {
	switch p.k {
	case token.ORDER, token.LIMIT, token.OFFSET, token.FETCH:
	default:
		return q
	}
	o := p.orderedQueries.put(ast.Ordered{Query: q})
	if p.k == token.ORDER {
		o.OrderBy = p.orderBy()
	}
	switch p.k {
	case token.LIMIT:
		p.limit(o)
		if p.k == token.OFFSET {
			p.offset(o)
		}
		if p.k == token.FETCH && p.release < token.V1_18 { // where the later of the two counts
			p.fetch(o)
		}
	case token.OFFSET:
		p.offsetLimit(o)
	case token.FETCH:
		p.fetch(o)
	}
	o.Loc = ast.Loc{Start: q.Place().Start, End: p.end()}
	return o
}

func (p *parser) limit(o *ast.Ordered) {
	start := p.tok()
	p.next()
	if p.got(token.ALL) {
		o.LimitAll = true
		return
	}
	o.Limit = p.count("a number behind LIMIT")
	if p.k == token.Comma && !p.failed && (p.peek(1).IsNumber() || p.peek(1) == token.Question) {
		f := p.fail(start, "LIMIT start, count is not Flink SQL", "write LIMIT count OFFSET start")
		if f.Span.End > 0 && p.failAt+1 < p.bad {
			first, second := o.Limit.Place(), p.toks[p.failAt+1]
			f.Fixes = oneFix("write LIMIT … OFFSET …", true, ast.Loc{Start: start.Start, End: second.End},
				"LIMIT "+second.Text(p.text)+" OFFSET "+p.text[first.Start:first.End])
		}
	}
}

func (p *parser) offset(o *ast.Ordered) {
	p.next()
	o.Offset = p.count("a number behind OFFSET")
	if p.k == token.ROW || p.k == token.ROWS {
		p.next()
	}
}

// offsetLimit parses OFFSET first: FETCH may follow, LIMIT may not.
func (p *parser) offsetLimit(o *ast.Ordered) {
	start := p.tok()
	p.offset(o)
	switch p.k {
	case token.FETCH:
		p.fetch(o)
	case token.LIMIT:
		p.limit(o)
		p.fail(start, "OFFSET stands behind LIMIT", "")
	}
}

func (p *parser) fetch(o *ast.Ordered) {
	p.next()
	p.oneOf(token.FIRST, token.NEXT)
	o.Fetch = p.count("a number of rows")
	p.oneOf(token.ROW, token.ROWS)
	p.expect(token.ONLY)
}

// count reads a number, a parameter or a variable.
func (p *parser) count(what string) ast.Expr {
	if p.k == token.Question {
		return p.operandOf(subQuery)
	}
	return p.unsignedNumber(what)
}

// orderBy parses ORDER BY item [, item]….
func (p *parser) orderBy() []ast.OrderItem {
	p.next()
	p.expect(token.BY)
	mark := p.orderItems.mark()
	p.orderItems.push(p.orderItem())
	for p.commaExpr() {
		p.orderItems.push(p.orderItem())
	}
	return p.orderItems.keep(mark)
}

func (p *parser) orderItem() (item ast.OrderItem) {
	start := p.start()
	item.Expr = p.expr(subQuery)
	item.Direction = p.either(token.ASC, token.DESC)
	if p.got(token.NULLS) {
		item.Nulls = p.oneOf(token.FIRST, token.LAST)
	}
	item.Loc = p.from(start)
	return item
}

// values parses VALUES row [, row]….
func (p *parser) values() ast.Query {
	v := p.valueQueries.alloc()
	start := p.start()
	if p.k == token.VALUE {
		p.need(token.V2_0, p.loc(), "VALUE for VALUES")
	}
	p.next()
	mark := p.exprs.mark()
	p.exprs.push(p.rowValue())
	for p.k == token.Comma && (p.startsExpr(p.peek(1))) {
		p.next()
		p.exprs.push(p.rowValue())
	}
	v.Rows = p.exprs.keep(mark)
	v.Loc = p.from(start)
	return v
}

// rowValue parses one row of VALUES: ( x , … ), ROW( x , … ), or a single value; DEFAULT may stand for a value.
func (p *parser) rowValue() ast.Expr {
	if p.k != token.LParen && (p.k != token.ROW || p.peek(1) != token.LParen) {
		return p.expr(nonCursor)
	}
	start := p.start()
	if p.k == token.LParen && p.peek(1) == token.ROW && p.peek(2) == token.LParen {
		p.next()
		x := p.parens.put(ast.Paren{X: p.rowValue()})
		p.expect(token.RParen)
		x.Loc = p.from(start)
		return x
	}
	r := p.rows.alloc()
	if p.got(token.ROW) {
		r.Keyword = token.ROW
	}
	p.expect(token.LParen)
	mark := p.exprs.mark()
	p.exprs.push(p.valueOrDefault(true))
	for p.got(token.Comma) {
		p.exprs.push(p.valueOrDefault(false))
	}
	r.Items = p.exprs.keep(mark)
	p.expect(token.RParen)
	r.Loc = p.from(start)
	return r
}

func (p *parser) valueOrDefault(first bool) ast.Expr {
	if p.k == token.DEFAULT {
		return p.defaultArg()
	}
	if !first {
		return p.expr(nonCursor)
	}
	q, e := p.queryOrExpr(nonCursor)
	if q != nil {
		return p.subquery(q)
	}
	return e
}
