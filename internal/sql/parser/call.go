package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// finishCall parses the arguments of a function and what may follow an aggregate.
func (p *parser) finishCall(call *ast.Call, start int32) ast.Expr {
	p.arguments(call)
	p.aggregate(call)
	call.Loc = p.from(start)
	return call
}

// arguments parses ( * ), ( ) or ( [ALL | DISTINCT] argument [, argument]… ).
func (p *parser) arguments(call *ast.Call) {
	p.expect(token.LParen)
	switch {
	case p.k == token.RParen:
		p.next()
		return
	case p.k == token.Star:
		mark := p.exprs.mark()
		star := p.stars.alloc()
		star.Loc = p.loc()
		p.exprs.push(star)
		call.Args = p.exprs.keep(mark)
		p.next()
		p.expect(token.RParen)
		return
	}
	call.Quantity = p.quantity()
	if isArrayAgg(call) {
		mark := p.exprs.mark()
		p.exprs.push(p.arg(subQuery))
		for p.got(token.Comma) {
			p.exprs.push(p.arg(subQuery))
		}
		call.Args = p.exprs.keep(mark)
		p.innerAggregate(call)
	} else {
		p.argList(call, subQuery)
	}
	p.expect(token.RParen)
}

// isArrayAgg reports whether the function is ARRAY_AGG, the one aggregate that Flink lets order its input.
func isArrayAgg(call *ast.Call) bool {
	name := &call.Name.Parts[0]
	return len(call.Name.Parts) == 1 && len(name.Name) == len("ARRAY_AGG") && !name.Quoted() && token.Lookup(name.Name) == token.ARRAY_AGG
}

func (p *parser) argList(call *ast.Call, c context) {
	mark := p.exprs.mark()
	p.exprs.push(p.firstArg(c))
	for p.k == token.Comma {
		p.next()
		p.exprs.push(p.arg(c))
	}
	call.Args = p.exprs.keep(mark)
}

func (p *parser) quantity() ast.Quantity {
	switch {
	case p.got(token.ALL):
		return ast.All
	case p.got(token.DISTINCT):
		return ast.Distinct
	default:
		return ast.Unspecified
	}
}

// innerAggregate parses what ARRAY_AGG takes within its parentheses: nulls, order, separator.
func (p *parser) innerAggregate(call *ast.Call) {
	start := p.start()
	call.InnerNulls = p.nullTreatment()
	if p.k == token.ORDER {
		call.OrderBy = p.orderBy()
	}
	if p.got(token.SEPARATOR) {
		t := p.stringText("the separator")
		call.Separator = p.soleTexts.put(t)
	}
	if p.end() > start && (call.InnerNulls != 0 || call.OrderBy != nil || call.Separator != nil) {
		p.need(token.V1_20, p.from(start), "ARRAY_AGG with an order")
	}
}

func (p *parser) nullTreatment() token.Kind {
	if (p.k == token.IGNORE || p.k == token.RESPECT) && p.peek(1) == token.NULLS {
		k := p.k
		p.next()
		p.next()
		return k
	}
	return 0
}

// aggregate parses what may stand behind the parentheses of a function.
func (p *parser) aggregate(call *ast.Call) {
	switch p.k {
	case token.IGNORE, token.RESPECT, token.WITHIN, token.FILTER, token.OVER:
	default:
		return
	}
	call.Nulls = p.nullTreatment()
	if p.got2(token.WITHIN, token.DISTINCT) {
		p.expect(token.LParen)
		call.WithinDistinct = p.exprList(subQuery)
		p.expect(token.RParen)
	}
	if p.k == token.WITHIN {
		call.WithinGroup = p.withinGroup()
	}
	if p.got(token.FILTER) {
		p.expect(token.LParen)
		p.expect(token.WHERE)
		call.Filter = p.expr(subQuery)
		p.expect(token.RParen)
	}
	if p.got(token.OVER) {
		call.Over = p.over()
	}
}

func (p *parser) withinGroup() []ast.OrderItem {
	p.next()
	p.expect(token.GROUP)
	p.expect(token.LParen)
	if p.k != token.ORDER {
		p.unexpected("ORDER BY")
	}
	items := p.orderBy()
	p.expect(token.RParen)
	return items
}

// over parses a window by name or in parentheses.
func (p *parser) over() *ast.WindowSpec {
	if p.k == token.LParen {
		return p.windowSpec()
	}
	w := p.windowSpecs.alloc()
	start := p.start()
	w.Name = p.soleIdents.put(p.ident("a window: a name, or ( … )"))
	w.Loc = p.from(start)
	return w
}

// windowSpec parses ( [name] [PARTITION BY …] [ORDER BY …] [frame] [ALLOW | DISALLOW PARTIAL] ).
func (p *parser) windowSpec() *ast.WindowSpec {
	w := p.windowSpecs.alloc()
	w.Parens = true
	start := p.start()
	p.expect(token.LParen)
	w.Name = p.optIdent()
	if p.got(token.PARTITION) {
		p.expect(token.BY)
		w.PartitionBy = p.exprList(nonQuery)
	}
	if p.k == token.ORDER {
		w.OrderBy = p.orderBy()
	}
	if p.k == token.ROWS || p.k == token.RANGE {
		w.Frame = p.frame()
	}
	if w.Partial = p.either(token.ALLOW, token.DISALLOW); w.Partial != 0 {
		p.expect(token.PARTIAL)
	}
	p.expect(token.RParen)
	w.Loc = p.from(start)
	return w
}

func (p *parser) frame() *ast.Frame {
	f := p.frames.put(ast.Frame{Unit: p.k})
	start := p.start()
	p.next()
	if p.got(token.BETWEEN) {
		f.From = p.bound()
		p.expect(token.AND)
		f.To = p.bounds.put(p.bound())
	} else {
		f.From = p.bound()
	}
	if p.k == token.EXCLUDE {
		p.need(token.Next, p.loc(), "EXCLUDE of a frame")
		p.next()
		f.Exclude = p.oneOf(token.CURRENT, token.GROUP, token.TIES, token.NO)
		switch f.Exclude {
		case token.CURRENT:
			p.expect(token.ROW)
		case token.NO:
			p.expect(token.OTHERS)
		}
	}
	f.Loc = p.from(start)
	return f
}

func (p *parser) bound() (b ast.Bound) {
	start := p.start()
	switch {
	case p.got2(token.CURRENT, token.ROW):
		b.Direction = token.CURRENT
	case p.k == token.UNBOUNDED && (p.peek(1) == token.PRECEDING || p.peek(1) == token.FOLLOWING):
		p.next()
		b.Direction = p.either(token.PRECEDING, token.FOLLOWING)
	default:
		b.Expr = p.expr(nonQuery)
		b.Direction = p.oneOf(token.PRECEDING, token.FOLLOWING)
	}
	b.Loc = p.from(start)
	return b
}

// firstArg parses the first argument of a function, which may be a query.
func (p *parser) firstArg(c context) ast.Expr {
	start := p.start()
	if p.isName(p.k) && p.peek(1) == token.Arrow {
		return p.namedArg(start, func() ast.Expr { return p.firstArgValue(c) })
	}
	return p.firstArgValue(c)
}

func (p *parser) firstArgValue(c context) ast.Expr {
	start := p.start()
	switch {
	case p.k == token.DEFAULT:
		return p.defaultArg()
	case p.k == token.TABLE:
		return p.tableArg(c)
	case p.isModel():
		return p.modelArg()
	case !p.startsQuery(p.k) && p.k != token.LParen:
		e := p.expr(c.inside())
		if p.k == token.PARTITION || p.k == token.ORDER {
			return p.partitioned(p.tableArgs.put(ast.TableArg{Value: e}), start)
		}
		return e
	}
	q, e := p.queryOrExpr(c.inside())
	if q != nil {
		e = p.subquery(q)
	}
	if p.k == token.PARTITION || p.k == token.ORDER {
		a := p.tableArgs.put(ast.TableArg{Value: e})
		if s, ok := e.(*ast.Subquery); ok {
			a.Value, a.Query = nil, s.Query
		}
		return p.partitioned(a, start)
	}
	if q != nil {
		return p.tableArgs.put(ast.TableArg{Loc: p.from(start), Query: q})
	}
	return e
}

// arg parses any further argument.
func (p *parser) arg(c context) ast.Expr {
	start := p.start()
	if p.isName(p.k) && p.peek(1) == token.Arrow {
		return p.namedArg(start, func() ast.Expr { return p.argValue(c) })
	}
	return p.argValue(c)
}

func (p *parser) argValue(c context) ast.Expr {
	switch {
	case p.k == token.DEFAULT:
		return p.defaultArg()
	case p.k == token.TABLE:
		p.need(token.V1_18, p.loc(), "a table as a later argument")
		return p.tableArg(c)
	case p.isModel():
		return p.modelArg()
	}
	return p.expr(c)
}

func (p *parser) namedArg(start int32, value func() ast.Expr) ast.Expr {
	a := p.namedArgs.put(ast.NamedArg{Name: p.ident("")})
	p.next()
	a.Value = value()
	a.Loc = p.from(start)
	return a
}

func (p *parser) defaultArg() ast.Expr {
	d := &ast.Default{Loc: p.loc()}
	p.next()
	return d
}

// tableArg parses TABLE name [PARTITION BY …] [ORDER BY …].
func (p *parser) tableArg(c context) ast.Expr {
	start := p.start()
	if !c.inside().allowsQuery() {
		p.fail(p.toks[p.i-1], "a query cannot stand here", "")
	}
	p.next()
	n := p.name("a table name")
	a := p.tableArgs.put(ast.TableArg{Table: p.soleNames.put(n)})
	if p.k == token.UNION || p.k == token.INTERSECT || p.k == token.EXCEPT || p.k == token.LIMIT || p.k == token.OFFSET || p.k == token.FETCH {
		a.Table, a.Query = nil, p.ordered(p.setOperations(&ast.TableQuery{Loc: p.from(start), Name: n}))
	}
	return p.partitioned(a, start)
}

func (p *parser) partitioned(a *ast.TableArg, start int32) ast.Expr {
	at := p.start()
	if p.got(token.PARTITION) {
		p.expect(token.BY)
		names := p.nameOrNames("a column name")
		a.PartitionBy = &names
	}
	if p.k == token.ORDER {
		p.next()
		p.expect(token.BY)
		mark := p.orderItems.mark()
		if p.k == token.LParen {
			p.next()
			a.OrderParens = true
			p.orderItems.push(p.orderItem())
			for p.commaExpr() {
				p.orderItems.push(p.orderItem())
			}
			p.expect(token.RParen)
		} else {
			p.orderItems.push(p.orderItem())
		}
		a.OrderBy = p.orderItems.keep(mark)
	}
	if a.PartitionBy != nil || a.OrderBy != nil {
		p.need(token.V1_18, p.from(at), "PARTITION BY and ORDER BY of an argument")
	}
	a.Loc = p.from(start)
	return a
}

// isModel reports whether MODEL name follows; MODEL is no name in some releases.
func (p *parser) isModel() bool {
	if p.k != token.MODEL {
		return false
	}
	then := p.peek(1)
	return p.isName(then) && then != token.Arrow
}

func (p *parser) modelArg() ast.Expr {
	a := &ast.ModelArg{}
	start := p.start()
	p.next()
	a.Name = p.name("a model name")
	a.Loc = p.from(start)
	p.need(token.V2_1, a.Loc, "MODEL as an argument")
	return a
}

// routine parses name ( [argument, …] ) where only a call may stand, with c deciding about queries.
func (p *parser) routine() *ast.Call { return p.routineIn(subQuery) }

func (p *parser) routineIn(c context) *ast.Call {
	call := p.calls.alloc()
	start := p.start()
	call.Name = p.name("a function name")
	p.expect(token.LParen)
	if p.k != token.RParen {
		p.argList(call, c)
	}
	p.expect(token.RParen)
	call.Loc = p.from(start)
	return call
}
