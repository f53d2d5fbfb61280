package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// selectQuery parses SELECT … [FROM … [WHERE …] [GROUP BY …] [HAVING …] [WINDOW …] [QUALIFY …]].
func (p *parser) selectQuery() ast.Query {
	s := p.selects.alloc()
	start := p.start()
	p.next()
	s.Hints = p.hints()
	s.Stream = p.got(token.STREAM)
	s.Quantity = p.quantity()
	s.Items = p.selectItems()
	if p.got(token.FROM) {
		s.From = p.fromClause()
		if p.got(token.WHERE) {
			s.Where = p.expr(subQuery)
		}
		if p.k == token.GROUP {
			s.GroupBy = p.groupBy()
		}
		if p.got(token.HAVING) {
			s.Having = p.expr(subQuery)
		}
		if p.got(token.WINDOW) {
			s.Windows = p.windows()
		}
		if p.atQualify() {
			p.need(token.V2_0, p.loc(), "QUALIFY")
			p.next()
			s.Qualify = p.expr(subQuery)
		}
	}
	s.Loc = p.from(start)
	return s
}

// atQualify reports whether QUALIFY begins the clause; before 2.0 the word is a name like any other.
func (p *parser) atQualify() bool {
	return p.k == token.QUALIFY && (p.k.Reserved(p.release) || p.startsExpr2(p.i+1))
}

// selectItems parses the SELECT list. A broken item does not keep the items behind it from being checked.
func (p *parser) selectItems() []ast.SelectItem {
	mark := p.items.mark()
	for {
		p.items.push(p.selectItem())
		if !p.failed && !endsItems(p.k) && p.k != token.Comma {
			p.unexpected("a comma, FROM or the end of the query")
		}
		if p.failed && !p.resumeInList(token.FROM) {
			break
		}
		if !p.got(token.Comma) {
			break
		}
	}
	return p.items.keep(mark)
}

// endsItems reports whether a token can stand behind a SELECT list.
func endsItems(k token.Kind) bool {
	switch k {
	case token.FROM, token.UNION, token.INTERSECT, token.EXCEPT, token.ORDER, token.LIMIT, token.OFFSET, token.FETCH, token.RParen,
		token.RBracket, token.PARTITION, token.ON, token.Semicolon, token.EOF:
		return true
	default:
		return false
	}
}

func (p *parser) selectItem() (item ast.SelectItem) {
	start := p.start()
	if p.k == token.Star {
		item.Expr = p.stars.put(ast.Star{Loc: p.loc()})
		p.next()
	} else {
		item.Expr = p.expr(subQuery)
	}
	p.alias(&item)
	if p.failed {
		item = ast.SelectItem{Expr: &ast.BadExpr{Loc: ast.Loc{Start: start, End: p.toks[p.failAt].End}}}
		item.Loc = item.Expr.Place()
		return item
	}
	item.Loc = p.from(start)
	return item
}

// alias parses [AS] name behind an expression.
func (p *parser) alias(item *ast.SelectItem) {
	if p.k == token.AS {
		item.As = true
		p.next()
	}
	switch {
	case p.isName(p.k):
		item.Alias = p.optIdent()
	case p.k == token.String:
		t := p.tok()
		f := p.fail(t, "an alias cannot be a string", "write the alias in backticks")
		f.Fixes = oneFix("put the alias in backticks", false, ast.Loc{Start: t.Start, End: t.End}, "`"+p.text[t.Start+1:t.End-1]+"`")
	case item.As:
		p.missingName("an alias behind AS")
	}
}

// resumeInList goes on behind a syntax error at the next comma of the same list, or at the word that ends the list;
// false when neither comes before the end of the statement or a closing parenthesis.
func (p *parser) resumeInList(end token.Kind) bool {
	depth := 0
	for i := p.failAt; ; i++ {
		switch k := p.toks[i].Kind; k {
		case token.LParen, token.LBracket:
			depth++
		case token.RParen, token.RBracket:
			if depth == 0 {
				return end == token.RParen && p.resumeAt(i)
			}
			depth--
		case token.Comma:
			if depth == 0 {
				return p.resumeAt(i)
			}
		case token.EOF, token.Semicolon, token.Bad:
			return false
		default:
			if k == end && depth == 0 && i > p.failAt {
				return p.resumeAt(i)
			}
			if k.IsLexicalError() && k != token.DoubleQuote {
				return false
			}
		}
	}
}

func (p *parser) resumeAt(i int) bool {
	p.failed = false
	p.i, p.k = i, p.toks[i].Kind
	return true
}

// hints parses /*+ hint [, hint]… */ when it is there.
func (p *parser) hints() *ast.Hints {
	if p.k != token.HintStart {
		return nil
	}
	h := p.hintBlocks.alloc()
	start := p.start()
	p.next()
	mark := p.hintItems.mark()
	p.hintItems.push(p.hint())
	for p.got(token.Comma) {
		p.hintItems.push(p.hint())
	}
	h.Items = p.hintItems.keep(mark)
	p.expect(token.HintEnd)
	h.Loc = p.from(start)
	return h
}

// hint parses name, name(), or name with a list of keys and values, of names, or of literals.
func (p *parser) hint() (h ast.Hint) {
	start := p.start()
	h.Name = p.ident("the name of a hint")
	if p.k == token.LParen {
		p.next()
		if p.k != token.RParen {
			kind, mark := p.hintArgKind(), p.hintArgs.mark()
			p.checkFirstHintArg(kind)
			p.hintArgs.push(p.hintArg(kind))
			for p.got(token.Comma) {
				p.hintArgs.push(p.hintArg(kind))
			}
			h.Args = p.hintArgs.keep(mark)
		}
		p.expect(token.RParen)
	}
	h.Loc = p.from(start)
	return h
}

type hintArgKind uint8

const (
	hintPair hintArgKind = iota
	hintName
	hintLiteral
)

// hintArgKind decides by the first argument what all arguments of a hint are.
func (p *parser) hintArgKind() hintArgKind {
	last := p.i // of the pieces of a string
	for p.toks[last].Kind.IsString() && p.toks[last+1].Kind.IsString() {
		last++
	}
	switch {
	case p.toks[last+1].Kind == token.Eq:
		return hintPair
	case p.isName(p.k):
		return hintName
	default:
		return hintLiteral
	}
}

// checkFirstHintArg reports a first argument that is none, or has something else than a comma behind it, where it begins:
// Flink looks that far ahead.
func (p *parser) checkFirstHintArg(kind hintArgKind) {
	i, expected := p.i+1, ", or )"
	switch {
	case kind == hintPair && p.peek(1) != token.Eq:
		return
	case kind == hintPair:
		if i += 2; !p.toks[i-1].Kind.IsString() && p.toks[i-1].Kind != token.Variable {
			i, expected = i-1, "the value of the option in single quotes"
		}
	case kind == hintLiteral && (p.k == token.Plus || p.k == token.Minus):
		i++
	case kind == hintLiteral && !p.k.IsString() && !p.k.IsNumber():
		return
	}
	if then := p.toks[i].Kind; expected == ", or )" && (then == token.Comma || then == token.RParen || then.IsString()) || then.IsLexicalError() {
		return
	}
	p.fail(p.tok(), "unexpected "+p.found(p.toks[i])+" in the first argument of a hint, expected "+expected, "")
}

func (p *parser) hintArg(kind hintArgKind) (a ast.HintArg) {
	start := p.start()
	switch kind {
	case hintPair:
		if p.isName(p.k) {
			a.Key = p.ident("").Name
		} else {
			a.Key = p.stringText("the key of an option").Value
			a.Quote = ast.KeyQuoted
		}
		p.expect(token.Eq)
		a.Value = p.stringText("the value of the option").Value
		a.Quote |= ast.ValueQuoted
	case hintName:
		if p.k == token.QuotedIdentifier {
			a.Quote = ast.NameQuoted
		}
		a.Value = p.ident("a name").Name
	case hintLiteral:
		switch {
		case p.k.IsString():
			a.Value, a.Quote = p.stringText("").Value, ast.ValueQuoted
		default:
			p.signedNumber("a name, a string or a number")
			a.Value = p.text[start:max(start, p.end())]
		}
	}
	a.Loc = p.from(start)
	return a
}

// groupBy parses GROUP BY [ALL | DISTINCT] item [, item]….
func (p *parser) groupBy() *ast.GroupBy {
	g := p.groupBys.alloc()
	start := p.start()
	p.next()
	p.expect(token.BY)
	at := p.loc()
	if g.Quantity = p.quantity(); g.Quantity != ast.Unspecified {
		p.need(token.V1_18, at, "GROUP BY DISTINCT")
	}
	g.Items = p.groupItemList()
	g.Loc = p.from(start)
	return g
}

func (p *parser) groupItemList() []ast.GroupItem {
	mark := p.groupItems.mark()
	p.groupItems.push(p.groupItem())
	for p.k == token.Comma && (p.startsExpr(p.peek(1)) || p.peek(1) == token.ROLLUP || p.peek(1) == token.CUBE) {
		p.next()
		p.groupItems.push(p.groupItem())
	}
	return p.groupItems.keep(mark)
}

func (p *parser) groupItem() ast.GroupItem {
	start := p.start()
	switch {
	case p.k == token.GROUPING && p.peek(1) == token.SETS:
		s := p.groupSets.put(ast.GroupSet{Kind: p.k})
		p.next()
		p.next()
		p.expect(token.LParen)
		s.Items = p.groupItemList()
		p.expect(token.RParen)
		s.Loc = p.from(start)
		return s
	case p.k == token.ROLLUP || p.k == token.CUBE:
		s := p.groupSets.put(ast.GroupSet{Kind: p.k})
		p.next()
		p.expect(token.LParen)
		mark := p.groupItems.mark()
		p.groupItems.push(p.groupExpr())
		for p.commaExpr() {
			p.groupItems.push(p.groupExpr())
		}
		s.Items = p.groupItems.keep(mark)
		p.expect(token.RParen)
		s.Loc = p.from(start)
		return s
	case p.k == token.LParen && p.peek(1) == token.RParen:
		p.next()
		p.next()
		return &ast.GroupEmpty{Loc: p.from(start)}
	}
	return p.groupExpr()
}

func (p *parser) groupExpr() ast.GroupItem {
	e := p.groupExprs.alloc()
	e.Expr = p.expr(subQuery)
	e.Loc = e.Expr.Place()
	return e
}

// windows parses name AS ( window ) [, …] of the WINDOW clause.
func (p *parser) windows() []ast.WindowDef {
	mark := p.windowDefs.mark()
	for {
		start := p.start()
		w := ast.WindowDef{Name: p.ident("a name for the window")}
		p.expect(token.AS)
		w.Spec = p.windowSpec()
		w.Loc = p.from(start)
		p.windowDefs.push(w)
		if p.k != token.Comma || !p.isName(p.peek(1)) {
			return p.windowDefs.keep(mark)
		}
		p.next()
	}
}
