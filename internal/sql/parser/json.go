package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// jsonRepresentation parses JSON [ENCODING UTF8 | UTF16 | UTF32].
func (p *parser) jsonRepresentation() token.Kind {
	p.expect(token.JSON)
	if p.k == token.ENCODING {
		p.next()
		return p.oneOf(token.UTF8, token.UTF16, token.UTF32)
	}
	return 0
}

// jsonCall parses JSON_EXISTS, JSON_VALUE and JSON_QUERY.
func (p *parser) jsonCall() ast.Expr {
	j := p.jsonCalls.put(ast.JSONCall{Func: p.k})
	start := p.start()
	p.next()
	p.expect(token.LParen)
	j.Input = p.expr(nonQuery)
	p.expect(token.Comma)
	j.Path = p.expr(nonQuery)
	if p.got(token.PASSING) {
		j.Passing = append(j.Passing, p.passing())
		for p.got(token.Comma) {
			j.Passing = append(j.Passing, p.passing())
		}
	}
	if p.k == token.RETURNING && j.Func != token.JSON_EXISTS {
		at := p.loc()
		p.next()
		j.Returning = p.dataType()
		if j.Func == token.JSON_QUERY {
			p.need(token.V1_20, at, "RETURNING of JSON_QUERY")
		}
	}
	if j.Func == token.JSON_QUERY {
		j.Wrapper = p.jsonWrapper()
	}
	for n := 0; p.k != token.RParen && !p.failed; n++ {
		if b, ok := p.jsonBehaviour(j.Func); ok {
			j.On = append(j.On, b)
		}
		if j.Func == token.JSON_EXISTS {
			break
		}
	}
	p.expect(token.RParen)
	j.Loc = p.from(start)
	return j
}

func (p *parser) passing() (item ast.SelectItem) {
	start := p.start()
	item.Expr = p.expr(nonQuery)
	p.expect(token.AS)
	id := p.ident("a name")
	item.Alias, item.As = p.soleIdents.put(id), true
	item.Loc = p.from(start)
	return item
}

// jsonWrapper parses WITHOUT [ARRAY] WRAPPER | WITH [CONDITIONAL | UNCONDITIONAL] [ARRAY] WRAPPER.
func (p *parser) jsonWrapper() ast.JSONWrapper {
	w := ast.NoWrapper
	switch {
	case p.got(token.WITHOUT):
		w = ast.WithoutWrapper
	case p.got2(token.WITH, token.CONDITIONAL):
		w = ast.WithConditionalWrapper
	case p.got2(token.WITH, token.UNCONDITIONAL):
		w = ast.WithUnconditionalWrapper
	case p.got(token.WITH):
		w = ast.WithWrapper
	default:
		return w
	}
	p.got(token.ARRAY)
	p.expect(token.WRAPPER)
	return w
}

// jsonBehaviour parses what ON EMPTY | ERROR, as far as the function knows it.
func (p *parser) jsonBehaviour(function token.Kind) (b ast.JSONBehaviour, ok bool) {
	start := p.start()
	kinds := []token.Kind{token.ERROR, token.NULL}
	switch function {
	case token.JSON_EXISTS:
		kinds = []token.Kind{token.TRUE, token.FALSE, token.UNKNOWN, token.ERROR}
	case token.JSON_VALUE:
		kinds = append(kinds, token.DEFAULT)
	case token.JSON_QUERY:
		kinds = append(kinds, token.EMPTY)
	}
	if b.Value = p.either(kinds...); b.Value == 0 {
		p.unexpected(")")
		return b, false
	}
	switch b.Value {
	case token.DEFAULT:
		b.Default = p.expr(nonQuery)
	case token.EMPTY:
		b.Value = p.oneOf(token.ARRAY, token.OBJECT)
	}
	p.expect(token.ON)
	if function == token.JSON_EXISTS {
		p.expect(token.ERROR)
		b.On = token.ERROR
	} else {
		b.On = p.oneOf(token.EMPTY, token.ERROR)
	}
	b.Loc = p.from(start)
	return b, true
}

// jsonConstructor parses JSON_OBJECT, JSON_OBJECTAGG, JSON_ARRAY and JSON_ARRAYAGG.
func (p *parser) jsonConstructor() ast.Expr {
	j := &ast.JSONConstructor{Func: p.k}
	start := p.start()
	p.next()
	p.expect(token.LParen)
	pairs := j.Func == token.JSON_OBJECT || j.Func == token.JSON_OBJECTAGG
	optional := j.Func == token.JSON_OBJECT || j.Func == token.JSON_ARRAY
	if !optional || p.k != token.RParen && !(pairs && p.atNullClause()) {
		if pairs && optional {
			p.checkFirstMember()
		}
		j.Items = append(j.Items, p.jsonItem(pairs))
		for optional && p.got(token.Comma) {
			j.Items = append(j.Items, p.jsonItem(pairs))
		}
	}
	if j.Func == token.JSON_ARRAYAGG && p.k == token.ORDER {
		j.OrderBy = p.orderBy()
	}
	if j.OnNull = p.either(token.NULL, token.ABSENT); j.OnNull != 0 {
		p.expect(token.ON)
		p.expect(token.NULL)
	}
	p.expect(token.RParen)
	if j.Func == token.JSON_ARRAYAGG && p.k == token.WITHIN {
		j.WithinGroup = p.withinGroup()
	}
	j.Loc = p.from(start)
	return j
}

func (p *parser) atNullClause() bool {
	return (p.k == token.NULL || p.k == token.ABSENT) && p.peek(1) == token.ON
}

// checkFirstMember reports what Flink's two tokens of lookahead do not take for the first member of an object.
func (p *parser) checkFirstMember() {
	switch then := p.peek(1); {
	case then == token.Comma:
		p.fail(p.tok(), "expected VALUE or : behind the name of the member", "")
	case then == token.LParen && p.k != token.KEY, then == token.VALUE && p.k == token.KEY:
		p.fail(p.tok(), "the name of the first member is a string or a column", "")
	case p.k != token.KEY && (p.isName(p.k) || p.k.IsString() || p.k.IsNumber()) && !goesOn[then] &&
		then != token.VALUE && then != token.Colon && then != token.Period && !(p.k.IsString() && then.IsString()):
		p.missingBehind("VALUE or :")
	}
}

// jsonItem parses [KEY] name VALUE x, name : x, or an element.
func (p *parser) jsonItem(pair bool) (item ast.JSONItem) {
	start := p.start()
	if !pair {
		item.Value = p.expr(nonQuery)
		item.Loc = p.from(start)
		return item
	}
	if p.k == token.KEY && p.startsExpr(p.peek(1)) {
		p.next()
		item.Key = true
	}
	item.Name = p.expr(nonQuery)
	switch {
	case p.got(token.VALUE):
		item.Separator = token.VALUE
	case p.k == token.Colon:
		p.next()
		item.Separator = token.Colon
		if item.Key {
			p.fail(p.toks[p.i-1], "KEY goes with VALUE, not with :", "")
		}
	default:
		p.unexpected("VALUE")
	}
	item.Value = p.expr(nonQuery)
	item.Loc = p.from(start)
	return item
}
