package parser

import (
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// context says what may stand where an expression is parsed: Calcite's ExprContext. It concerns the first operand only.
type context uint8

const (
	subQuery  context = iota // a value; a query in parentheses is one
	nonQuery                 // a value without any query
	nonCursor                // a value or, as we are in parentheses, a query
	cursor                   // as subQuery, and CURSOR
	anything                 // as nonCursor, and CURSOR
	onlyQuery                // a query
)

// inside is the context within one pair of parentheses.
func (c context) inside() context {
	switch c {
	case subQuery:
		return nonCursor
	case cursor:
		return anything
	default:
		return c
	}
}

func (c context) allowsQuery() bool { return c == nonCursor || c == anything || c == onlyQuery }

// infix holds the operators that are one token.
var infix = [token.NumKinds]ast.Op{
	token.Eq: ast.Eq, token.Gt: ast.Gt, token.Lt: ast.Lt, token.Le: ast.Le, token.Ge: ast.Ge, token.Ne: ast.Ne, token.BangEq: ast.BangEq,
	token.Plus: ast.Add, token.Minus: ast.Subtract, token.Star: ast.Multiply, token.Slash: ast.Divide, token.Percent: ast.Remainder,
	token.Concat: ast.Concat, token.AND: ast.And, token.OR: ast.Or, token.CONTAINS: ast.Contains, token.OVERLAPS: ast.Overlaps,
	token.EQUALS: ast.Equals, token.PRECEDES: ast.Precedes, token.SUCCEEDS: ast.Succeeds,
}

// goesOn marks the tokens behind an operand that may go on with the expression.
var goesOn = func() (m [token.NumKinds]bool) {
	for k, op := range infix {
		m[k] = op != ast.NoOp
	}
	for _, k := range []token.Kind{
		token.NOT, token.IN, token.BETWEEN, token.LIKE, token.ILIKE, token.RLIKE, token.SIMILAR, token.IS, token.FORMAT,
		token.LBracket, token.MEMBER, token.SUBMULTISET, token.MULTISET, token.IMMEDIATELY,
	} {
		m[k] = true
	}
	return m
}()

// expr parses a value expression.
func (p *parser) expr(c context) ast.Expr { return p.operators(c, 0) }

// operators parses an expression of operators that bind stronger than min. Equal strength groups from the left.
func (p *parser) operators(c context, min int) ast.Expr {
	if !p.enter() {
		return &ast.BadExpr{}
	}
	left := p.unary(c)
	for chain := 0; goesOn[p.k]; chain++ {
		if chain > maxChain {
			p.fail(p.tok(), "too many operators in a row", "")
			break
		}
		next := p.operator(c, left, min)
		if next == nil {
			break
		}
		left = next
	}
	p.depth--
	return left
}

// operator parses one operator and what stands behind it; nil when the operator belongs to somebody else.
func (p *parser) operator(c context, left ast.Expr, min int) ast.Expr {
	if op := infix[p.k]; op != ast.NoOp {
		prec := op.Precedence()
		if prec <= min {
			return nil
		}
		if prec == ast.PrecCompare {
			if k := p.peek(1); k == token.SOME || k == token.ANY || k == token.ALL {
				if ast.PrecIn <= min {
					return nil
				}
				return p.quantified(c, left, op)
			}
		}
		return p.binary(c, left, op, 1)
	}
	switch p.k {
	case token.NOT:
		if prec, ok := negated[p.peek(1)]; !ok || prec <= min {
			return nil
		}
		if p.peek(1) == token.SUBMULTISET {
			if p.peek(2) != token.OF {
				return nil
			}
			return p.binary(c, left, ast.NotSubmultisetOf, 3)
		}
		return p.predicate(c, left)
	case token.IN, token.BETWEEN, token.LIKE, token.ILIKE, token.RLIKE, token.SIMILAR:
		if ast.PrecIn <= min {
			return nil
		}
		return p.predicate(c, left)
	case token.IS:
		return p.is(c, left, min)
	case token.FORMAT:
		if ast.PrecIs <= min || p.peek(1) != token.JSON {
			return nil
		}
		return p.formatJSON(left)
	case token.LBracket:
		return p.index(left)
	case token.MEMBER, token.SUBMULTISET:
		if ast.PrecCompare <= min || p.peek(1) != token.OF {
			return nil
		}
		if p.k == token.MEMBER {
			return p.binary(c, left, ast.MemberOf, 2)
		}
		return p.binary(c, left, ast.SubmultisetOf, 2)
	case token.IMMEDIATELY:
		switch {
		case ast.PrecCompare <= min:
		case p.peek(1) == token.PRECEDES:
			return p.binary(c, left, ast.ImmediatelyPrecedes, 2)
		case p.peek(1) == token.SUCCEEDS:
			return p.binary(c, left, ast.ImmediatelySucceeds, 2)
		}
		return nil
	default: // MULTISET
		return p.multisetOperator(c, left, min)
	}
}

// negated are the predicates that may follow NOT.
var negated = map[token.Kind]int{
	token.IN: ast.PrecIn, token.BETWEEN: ast.PrecIn, token.LIKE: ast.PrecIn, token.ILIKE: ast.PrecIn, token.RLIKE: ast.PrecIn,
	token.SIMILAR: ast.PrecIn, token.SUBMULTISET: ast.PrecCompare,
}

// binary parses an operator of size tokens and its right operand. Flink looks three tokens ahead: an operator without
// an operand is an error at the operator, not behind it.
func (p *parser) binary(c context, left ast.Expr, op ast.Op, size int) ast.Expr {
	if size == 1 {
		if !p.startsExpr2(p.i + 1) {
			p.operand(p.i + 1)
			return nil
		}
		if op == ast.BangEq {
			p.bangEqual(p.tok())
			return nil
		}
	}
	for range size {
		p.next()
	}
	p.value(c)
	b := p.binaries.alloc()
	b.Op, b.Left = op, left
	b.Right = p.operators(subQuery, op.Precedence())
	b.Loc = ast.Loc{Start: left.Place().Start, End: p.end()}
	return b
}

// operand reports an operator before token i that is no operand, at the operator, as Flink does.
func (p *parser) operand(i int) {
	if p.failed {
		return
	}
	operator, behind := p.tok(), p.toks[i]
	if behind.Kind.IsLexicalError() || operator.Kind == token.BangEq {
		p.unexpectedAt(p.i, "")
		return
	}
	if behind.Kind == operator.Kind && operator.Kind == token.Eq {
		f := p.fail(operator, "Flink does not know ==", "write = instead")
		f.Fixes = oneFix("write =", true, ast.Loc{Start: operator.Start, End: behind.End}, "=")
		return
	}
	help := ""
	if behind.Kind.Reserved(p.release) && p.looksLikeName(i) {
		help = behind.Kind.Word() + " is a reserved word: write `" + behind.Text(p.text) + "` to use it as a name"
	}
	p.fail(operator, "expected a value behind "+operator.Text(p.text)+", found "+p.found(behind), help)
}

// value reports a query that became an operand although only a query may stand here.
func (p *parser) value(c context) {
	if c == onlyQuery && !p.failed {
		p.fail(p.toks[p.i-1], "expected a query, found an expression", "")
	}
}

// unary parses operators before an operand, the operand, and fields behind it.
func (p *parser) unary(c context) ast.Expr {
	switch p.k {
	case token.Plus, token.Minus, token.NOT, token.EXISTS, token.UNIQUE:
		start, op := p.start(), p.k
		p.next()
		p.value(c)
		if !p.enter() {
			return &ast.BadExpr{}
		}
		u := p.unaries.alloc()
		u.Op, u.X = op, p.operators(c, ast.UnaryPrecedence(op))
		p.depth--
		u.Loc = p.from(start)
		return u
	}
	return p.fields(p.primary(c))
}

// fields parses x.name and x.name(arguments) behind something that is no plain name.
func (p *parser) fields(x ast.Expr) ast.Expr {
	for p.k == token.Period && p.isName(p.peek(1)) {
		p.next()
		f := p.fieldRefs.put(ast.Field{X: x})
		start := p.start()
		f.Name = p.ident("a field name")
		if p.k == token.LParen {
			f.Call = p.calls.put(ast.Call{Name: ast.Name{Loc: f.Name.Loc, Parts: []ast.Ident{f.Name}}})
			p.arguments(f.Call)
			f.Call.Loc = p.from(start)
		}
		f.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
		x = f
	}
	return x
}

// index parses x[index] and the fields of the element.
func (p *parser) index(x ast.Expr) ast.Expr {
	p.next()
	i := p.indexes.put(ast.Index{X: x, Index: p.expr(subQuery)})
	p.expect(token.RBracket)
	i.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
	var e ast.Expr = i
	for p.k == token.Period && p.isName(p.peek(1)) {
		p.next()
		f := p.fieldRefs.put(ast.Field{X: e, Name: p.ident("a field name")})
		f.Loc = ast.Loc{Start: x.Place().Start, End: p.end()}
		e = f
	}
	return e
}

// commaExpr takes a comma when an expression can follow it: lists such as those of GROUP BY leave any other comma to
// whoever comes next, and so does Flink.
func (p *parser) commaExpr() bool {
	if p.k != token.Comma || !p.startsExpr(p.peek(1)) {
		return false
	}
	p.next()
	return true
}

// exprList parses expression [, expression]… in which a comma without an expression behind it is not taken.
func (p *parser) exprList(first context) []ast.Expr {
	mark := p.exprs.mark()
	p.exprs.push(p.expr(first))
	for p.commaExpr() {
		p.exprs.push(p.expr(subQuery))
	}
	return p.exprs.keep(mark)
}
