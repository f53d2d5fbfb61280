package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// builtin parses a function with a syntax of its own, whose word stands before a parenthesis; nil when the word is no
// such function in this release.
func (p *parser) builtin() ast.Expr {
	k := p.k
	switch k {
	case token.CAST, token.TRY_CAST, token.SAFE_CAST:
		if k == token.SAFE_CAST && p.isName(k) {
			return nil
		}
		return p.cast()
	case token.EXTRACT, token.POSITION, token.CONVERT, token.TRANSLATE, token.OVERLAY, token.FLOOR, token.CEIL, token.CEILING,
		token.SUBSTRING, token.TRIM:
		return p.keywordCall()
	case token.CLASSIFIER, token.MATCH_NUMBER:
		call := p.plainCall()
		p.expect(token.LParen)
		p.expect(token.RParen)
		return p.endCall(call)
	case token.FIRST, token.LAST, token.PREV, token.NEXT:
		return p.navigation()
	case token.TIMESTAMPADD, token.TIMESTAMPDIFF:
		return p.unitCall(0)
	case token.DATE_DIFF, token.DATETIME_DIFF:
		if p.release >= token.V2_0 {
			return p.unitCall(2)
		}
	case token.TIMESTAMP_DIFF, token.TIME_DIFF:
		if !p.isName(k) {
			return p.unitCall(2)
		}
	case token.DATE_TRUNC, token.TIMESTAMP_TRUNC, token.TIME_TRUNC, token.DATETIME_TRUNC:
		if !p.isName(k) {
			return p.unitCall(1)
		}
	case token.DATE, token.TIME, token.TIMESTAMP, token.DATETIME:
		if p.release >= token.V2_0 {
			call := p.plainCall()
			p.expect(token.LParen)
			call.Quantity = p.quantity()
			p.argList(call, subQuery)
			p.expect(token.RParen)
			return p.endCall(call)
		}
	case token.TUMBLE, token.HOP, token.SESSION:
		call := p.plainCall()
		p.expect(token.LParen)
		call.Quantity = p.quantity()
		p.argList(call, subQuery)
		p.expect(token.RParen)
		return p.endCall(call)
	case token.CONTAINS_SUBSTR:
		if !p.isName(k) {
			return p.containsSubstr()
		}
	case token.JSON_EXISTS, token.JSON_VALUE, token.JSON_QUERY:
		return p.jsonCall()
	case token.JSON_OBJECT, token.JSON_OBJECTAGG, token.JSON_ARRAY, token.JSON_ARRAYAGG:
		return p.jsonConstructor()
	}
	return nil
}

// plainCall begins a Call named by the current word.
func (p *parser) plainCall() *ast.Call {
	call := p.calls.alloc()
	mark := p.idents.mark()
	p.idents.push(p.identOf(p.tok()))
	call.Name = ast.Name{Loc: p.loc(), Parts: p.idents.keep(mark)}
	p.next()
	return call
}

func (p *parser) endCall(call *ast.Call) ast.Expr {
	call.Loc = p.from(call.Name.Start)
	return call
}

// cast parses CAST ( x AS type | INTERVAL unit ).
func (p *parser) cast() ast.Expr {
	c := p.casts.alloc()
	c.Func = p.k
	start := p.start()
	p.next()
	p.expect(token.LParen)
	c.X = p.expr(subQuery)
	p.expect(token.AS)
	if p.got(token.INTERVAL) {
		u := p.qualifier()
		c.Interval = &u
	} else {
		c.Type = p.dataType()
	}
	p.expect(token.RParen)
	c.Loc = p.from(start)
	return c
}

// keywordCall parses the functions whose arguments are separated by words.
func (p *parser) keywordCall() ast.Expr {
	c := p.keywordCalls.put(ast.KeywordCall{Func: p.k, Args: p.keywordArgs.take(2)[:0]})
	start := p.start()
	p.next()
	p.expect(token.LParen)
	switch c.Func {
	case token.EXTRACT:
		p.addUnit(c, 0)
		p.expectArg(c, token.FROM)
	case token.POSITION:
		c.Args = append(c.Args, ast.KeywordArg{Loc: p.loc(), Expr: p.primary(subQuery)})
		p.expectArg(c, token.IN)
		p.optArg(c, token.FROM)
	case token.CONVERT:
		if p.atType() {
			return p.convertTo(start)
		}
		p.firstKeywordArg(c)
		if p.k == token.Comma && p.release >= token.V2_2 {
			p.nameArg(c, token.Comma)
			p.nameArg(c, token.Comma)
		} else {
			p.nameArg(c, token.USING)
		}
	case token.TRANSLATE:
		p.firstKeywordArg(c)
		if p.k == token.USING {
			p.nameArg(c, token.USING)
		} else {
			for p.optArg(c, token.Comma) {
			}
		}
	case token.OVERLAY:
		p.firstKeywordArg(c)
		p.expectArg(c, token.PLACING)
		p.expectArg(c, token.FROM)
		p.optArg(c, token.FOR)
	case token.SUBSTRING:
		p.firstKeywordArg(c)
		if !p.optArg(c, token.FROM) && !p.optArg(c, token.Comma) {
			p.unexpected("FROM or ,")
		}
		if !p.optArg(c, token.FOR) {
			p.optArg(c, token.Comma)
		}
	case token.TRIM:
		p.trim(c)
	default: // FLOOR, CEIL, CEILING
		p.firstKeywordArg(c)
		if p.k == token.TO {
			p.next()
			p.addUnit(c, token.TO)
		}
	}
	p.expect(token.RParen)
	if (c.Func == token.FLOOR || c.Func == token.CEIL || c.Func == token.CEILING) && p.got(token.OVER) {
		c.Over = p.over()
	}
	c.Loc = p.from(start)
	return c
}

func (p *parser) firstKeywordArg(c *ast.KeywordCall) {
	e := p.expr(subQuery)
	c.Args = append(c.Args, ast.KeywordArg{Loc: e.Place(), Expr: e})
}

// expectArg parses a word and the argument behind it.
func (p *parser) expectArg(c *ast.KeywordCall, before token.Kind) {
	if !p.optArg(c, before) {
		p.unexpected(before.String())
	}
}

func (p *parser) optArg(c *ast.KeywordCall, before token.Kind) bool {
	if p.k != before {
		return false
	}
	start := p.start()
	p.next()
	e := p.expr(subQuery)
	c.Args = append(c.Args, ast.KeywordArg{Loc: p.from(start), Before: before, Expr: e})
	return true
}

// nameArg parses a word or comma and the name of a character set.
func (p *parser) nameArg(c *ast.KeywordCall, before token.Kind) {
	start := p.start()
	p.expect(before)
	n := p.simpleName("a character set")
	e := p.columnRefs.put(ast.ColumnRef(n))
	c.Args = append(c.Args, ast.KeywordArg{Loc: p.from(start), Before: before, Expr: e})
}

// atType reports whether the word of a built-in type follows, as CONVERT takes it since 2.2.
func (p *parser) atType() bool {
	_, ok := typeWords[p.k]
	return p.release >= token.V2_2 && (ok && !p.isName(p.k) && p.peek(1) != token.String || p.k == token.INTERVAL && isIntervalUnit(p.peek(1)))
}

// convertTo parses type , x [, style] ) of CONVERT.
func (p *parser) convertTo(start int32) ast.Expr {
	c := &ast.Convert{}
	if p.got(token.INTERVAL) {
		u := p.qualifier()
		c.Interval = &u
	} else {
		c.Type = p.dataType()
	}
	p.expect(token.Comma)
	c.X = p.expr(subQuery)
	if p.got(token.Comma) {
		if p.k == token.NULL {
			c.Style = p.operandOf(subQuery)
		} else {
			c.Style = p.unsignedNumber("a style, which is a number or NULL")
		}
	}
	p.expect(token.RParen)
	c.Loc = p.from(start)
	return c
}

// trim parses [BOTH | LEADING | TRAILING] [characters] FROM x, or x alone.
func (p *parser) trim(c *ast.KeywordCall) {
	c.Lead = p.either(token.BOTH, token.TRAILING, token.LEADING)
	if p.k != token.FROM {
		p.firstKeywordArg(c)
	} else if c.Lead == 0 {
		p.next()
		p.fail(p.toks[p.i-1], "TRIM needs something before FROM", "")
		return
	}
	if p.k == token.FROM {
		p.optArg(c, token.FROM)
	}
}

// units are the units that functions know; a name may stand in their place.
var units = map[token.Kind]bool{
	token.NANOSECOND: true, token.MICROSECOND: true, token.MILLISECOND: true, token.SECOND: true, token.MINUTE: true, token.HOUR: true,
	token.DAY: true, token.DOW: true, token.DOY: true, token.ISODOW: true, token.ISOYEAR: true, token.WEEK: true, token.MONTH: true,
	token.QUARTER: true, token.YEAR: true, token.EPOCH: true, token.DECADE: true, token.CENTURY: true, token.MILLENNIUM: true,
	token.FRAC_SECOND: true,
}

var weekdays = map[token.Kind]bool{
	token.SUNDAY: true, token.MONDAY: true, token.TUESDAY: true, token.WEDNESDAY: true, token.THURSDAY: true, token.FRIDAY: true, token.SATURDAY: true,
}

func (p *parser) addUnit(c *ast.KeywordCall, before token.Kind) {
	e := p.unit()
	c.Args = append(c.Args, ast.KeywordArg{Loc: p.from(e.Place().Start), Before: before, Expr: e})
}

// unit parses a unit of time, WEEK(MONDAY), or the name of a unit.
func (p *parser) unit() ast.Expr {
	u := &ast.TimeUnit{From: p.k}
	start := p.start()
	if !units[p.k] {
		n := p.simpleName("a unit of time such as SECOND, MINUTE, HOUR, DAY or MONTH")
		p.need(token.V2_0, n.Loc, "the name of a unit of time")
		return p.columnRefs.put(ast.ColumnRef(n))
	}
	p.next()
	if u.From == token.WEEK && p.k == token.LParen && weekdays[p.peek(1)] {
		p.next()
		u.Weekday = p.k
		p.next()
		p.expect(token.RParen)
	}
	u.Loc = p.from(start)
	return u
}

// unitCall parses a function with a unit of time at a place among its arguments: TIMESTAMPADD(unit, n, x).
func (p *parser) unitCall(place int) ast.Expr {
	call := p.plainCall()
	name := token.Lookup(call.Name.Parts[0].Name)
	n := 3
	if place == 1 {
		n = 2
	}
	p.expect(token.LParen)
	mark := p.exprs.mark()
	for i := range n {
		if i > 0 {
			p.expect(token.Comma)
		}
		if i == place && (name != token.DATE_TRUNC && name != token.DATETIME_TRUNC || units[p.k]) {
			p.exprs.push(p.unit())
			continue
		}
		p.exprs.push(p.expr(subQuery))
	}
	call.Args = p.exprs.keep(mark)
	p.expect(token.RParen)
	return p.endCall(call)
}

// navigation parses FIRST, LAST, PREV and NEXT of MATCH_RECOGNIZE: ( x [, number] ).
func (p *parser) navigation() ast.Expr {
	call := p.plainCall()
	p.expect(token.LParen)
	mark := p.exprs.mark()
	p.exprs.push(p.expr(subQuery))
	if p.got(token.Comma) {
		p.exprs.push(p.signedNumber("a number"))
	}
	call.Args = p.exprs.keep(mark)
	p.expect(token.RParen)
	return p.endCall(call)
}

// containsSubstr parses CONTAINS_SUBSTR ( x , text [, JSON_SCOPE => scope] ).
func (p *parser) containsSubstr() ast.Expr {
	call := p.plainCall()
	p.expect(token.LParen)
	mark := p.exprs.mark()
	p.exprs.push(p.expr(subQuery))
	p.expect(token.Comma)
	p.exprs.push(p.expr(subQuery))
	if p.got(token.Comma) {
		start := p.start()
		id := p.identOf(p.tok())
		p.expect(token.JSON_SCOPE)
		p.expect(token.Arrow)
		a := p.namedArgs.put(ast.NamedArg{Name: id, Value: p.expr(subQuery)})
		a.Loc = p.from(start)
		p.exprs.push(a)
	}
	call.Args = p.exprs.keep(mark)
	p.expect(token.RParen)
	return p.endCall(call)
}

// bracedCall parses {fn name(arguments)}.
func (p *parser) bracedCall() ast.Expr {
	b := &ast.Braced{}
	start := p.start()
	if then := p.peek(1); !p.isName(then) && !then.IsWord() || then == token.AS {
		p.missingBehind("a function name")
	}
	p.next()
	switch {
	case p.k == token.INSERT || p.k == token.LEFT || p.k == token.RIGHT || p.k == token.TRUNCATE || p.k == token.SUBSTRING || p.k == token.CONVERT:
		call := p.plainCall()
		p.arguments(call)
		b.Call = p.endCall(call)
	case p.peek(1) == token.LParen && p.k.IsWord():
		b.Call = p.word(subQuery)
	default:
		n := p.simpleName("a function name")
		call := p.calls.put(ast.Call{Name: n})
		if !p.failed {
			p.arguments(call)
			call.Loc = p.from(n.Start)
		}
		b.Call = call
	}
	if b.Call == nil {
		p.unexpected("a function name")
		return &ast.BadExpr{}
	}
	p.expect(token.RBrace)
	b.Loc = p.from(start)
	return b
}
