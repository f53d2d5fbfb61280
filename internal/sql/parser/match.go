package parser

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// match parses MATCH_RECOGNIZE ( … ) behind a table when it is there.
func (p *parser) match(t ast.TableRef) ast.TableRef {
	if p.k != token.MATCH_RECOGNIZE {
		return t
	}
	m := &ast.MatchRecognize{Table: t}
	p.needBehind(token.LParen)
	p.next()
	p.expect(token.LParen)
	if p.got(token.PARTITION) {
		p.expect(token.BY)
		m.PartitionBy = p.exprList(nonQuery)
	}
	if p.k == token.ORDER {
		m.OrderBy = p.orderBy()
	}
	if p.got(token.MEASURES) {
		m.Measures = append(m.Measures, p.passing())
		for p.got(token.Comma) {
			m.Measures = append(m.Measures, p.passing())
		}
	}
	if m.Rows = p.either(token.ONE, token.ALL); m.Rows != 0 {
		if m.Rows == token.ONE {
			p.expect(token.ROW)
		} else {
			p.expect(token.ROWS)
		}
		p.expect(token.PER)
		p.expect(token.MATCH)
	}
	if p.k == token.AFTER {
		m.After = p.afterMatch()
	}
	p.expect(token.PATTERN)
	p.expect(token.LParen)
	m.StrictStart = p.got(token.Caret)
	m.Pattern = p.pattern()
	m.StrictEnd = p.got(token.Dollar)
	p.expect(token.RParen)
	if p.got(token.WITHIN) {
		if p.k != token.INTERVAL {
			p.unexpected("INTERVAL")
		} else {
			m.Within = p.literal("an interval such as INTERVAL '1' HOUR")
		}
	}
	if p.got(token.SUBSET) {
		m.Subsets = append(m.Subsets, p.subset())
		for p.got(token.Comma) {
			m.Subsets = append(m.Subsets, p.subset())
		}
	}
	p.expect(token.DEFINE)
	m.Define = append(m.Define, p.patternDef())
	for p.got(token.Comma) {
		m.Define = append(m.Define, p.patternDef())
	}
	p.expect(token.RParen)
	m.Loc = ast.Loc{Start: t.Place().Start, End: p.end()}
	return m
}

// afterMatch parses AFTER MATCH SKIP … .
func (p *parser) afterMatch() *ast.AfterMatch {
	a := &ast.AfterMatch{}
	start := p.start()
	p.next()
	p.expect(token.MATCH)
	p.expect(token.SKIP)
	switch {
	case p.got(token.PAST):
		a.To = token.PAST
		p.expect(token.LAST)
		p.expect(token.ROW)
	case !p.got(token.TO):
		p.unexpected("PAST LAST ROW or TO")
	case p.got2(token.NEXT, token.ROW):
		a.To = token.NEXT
	default:
		if (p.k == token.FIRST || p.k == token.LAST) && p.isName(p.peek(1)) {
			a.To = p.k
			p.next()
		}
		id := p.ident("NEXT ROW, FIRST, LAST or a pattern variable")
		a.Variable = &id
	}
	a.Loc = p.from(start)
	return a
}

func (p *parser) subset() (s ast.Subset) {
	start := p.start()
	s.Name = p.ident("a name for the subset")
	p.expect(token.Eq)
	p.expect(token.LParen)
	s.Items = p.exprList(nonQuery)
	p.expect(token.RParen)
	s.Loc = p.from(start)
	return s
}

func (p *parser) patternDef() (d ast.PatternDef) {
	start := p.start()
	d.Name = p.ident("a pattern variable")
	p.expect(token.AS)
	d.Expr = p.expr(subQuery)
	d.Loc = p.from(start)
	return d
}

// pattern parses alternatives: sequence [| sequence]….
func (p *parser) pattern() ast.Pattern {
	if !p.enter() {
		return &ast.PatternSeq{}
	}
	defer func() { p.depth-- }()
	start := p.start()
	first := p.patternSequence()
	if p.k != token.Bar {
		return first
	}
	alt := &ast.PatternAlt{Items: []ast.Pattern{first}}
	for p.got(token.Bar) {
		alt.Items = append(alt.Items, p.patternSequence())
	}
	alt.Loc = p.from(start)
	return alt
}

func (p *parser) patternSequence() ast.Pattern {
	start := p.start()
	first := p.patternFactor()
	if !p.startsPattern() {
		return first
	}
	seq := &ast.PatternSeq{Items: []ast.Pattern{first}}
	for p.startsPattern() {
		seq.Items = append(seq.Items, p.patternFactor())
	}
	seq.Loc = p.from(start)
	return seq
}

func (p *parser) startsPattern() bool {
	return p.isName(p.k) || p.k == token.LParen || p.k == token.LBrace || p.k == token.PERMUTE
}

// patternFactor parses an element with its quantifier.
func (p *parser) patternFactor() ast.Pattern {
	start := p.start()
	item := p.patternPrimary()
	at := p.start()
	switch p.k {
	case token.Star, token.Plus, token.Question:
		p.next()
	case token.LBrace:
		if p.peek(1) == token.Minus {
			return item // {- … -} is an element of its own
		}
		p.next()
		if p.got(token.Comma) {
			p.unsignedNumber("a number")
		} else {
			p.unsignedNumber("a number, or -")
			if p.got(token.Comma) && p.k.IsNumber() {
				p.next()
			}
		}
		p.expect(token.RBrace)
	default:
		return item
	}
	r := &ast.PatternRepeat{Item: item}
	r.Quantity = strings.Join(strings.Fields(p.text[at:max(at, p.end())]), "")
	r.Reluctant = p.got(token.Question)
	r.Loc = p.from(start)
	return r
}

func (p *parser) patternPrimary() ast.Pattern {
	start := p.start()
	g := &ast.PatternGroup{Kind: p.k}
	switch {
	case p.isName(p.k):
		v := &ast.PatternVar{Name: p.ident("")}
		v.Loc = v.Name.Loc
		return v
	case p.got(token.LParen):
		g.Items = []ast.Pattern{p.pattern()}
		p.expect(token.RParen)
	case p.got(token.LBrace):
		p.expect(token.Minus)
		g.Items = []ast.Pattern{p.pattern()}
		p.expect(token.Minus)
		p.expect(token.RBrace)
	case p.got(token.PERMUTE):
		p.expect(token.LParen)
		g.Items = []ast.Pattern{p.pattern()}
		for p.got(token.Comma) {
			g.Items = append(g.Items, p.pattern())
		}
		p.expect(token.RParen)
	default:
		p.unexpected("a pattern variable")
	}
	g.Loc = p.from(start)
	return g
}
