// Package parser turns Flink SQL into the tree of package ast.
//
// It accepts what Flink's own parser accepts, release by release, and stops where Flink's stops: the grammar is that of
// Calcite's Parser.jj with Flink's parserImpls.ftl, written as recursive descent with precedence climbing. What Flink
// decides with two or three tokens of lookahead is decided the same way here, since that is what places its errors.
//
// The parser never fails as a whole. A statement that cannot be parsed becomes an [ast.BadStatement] and a finding, and
// parsing goes on behind its semicolon; inside column lists and SELECT lists it goes on behind the next comma.
package parser

import (
	"sync"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// Options selects the grammar.
type Options struct {
	Release token.Release
}

// Parse parses a script. The findings are in order and cover syntax only: rules AS1001 to AS1006.
func Parse(file *source.File, opts Options) (*ast.Script, []diag.Finding) {
	p := newParser(file, opts)
	defer p.giveBack()
	script := newScript(file)
	for p.fill() {
		s := p.statement()
		script.Statements = append(script.Statements, s)
		p.number++
	}
	p.checkSets(script)
	return script, p.findings
}

// ParseExpr parses the text of a file as one expression. The expression is nil when there are findings.
func ParseExpr(file *source.File, opts Options) (ast.Expr, []diag.Finding) {
	p := newParser(file, opts)
	defer p.giveBack()
	p.fill()
	e := p.expr(subQuery)
	if p.k != token.EOF {
		p.unexpected("the end of the expression")
	}
	if len(p.findings) > 0 {
		return nil, p.findings
	}
	return e, nil
}

// Split returns the place of each statement without parsing: from its first token to its last, without the semicolon.
// Statements are counted as Parse counts them.
func Split(file *source.File) []ast.Loc {
	var all []ast.Loc
	p := newParser(file, Options{Release: token.Default})
	defer p.giveBack()
	for p.fill() {
		p.skipStatement()
		all = append(all, ast.Loc{Start: p.toks[0].Start, End: p.end()})
	}
	return all
}

// maxDepth bounds how deep expressions, queries and types may lie inside each other; Flink's own parser runs out of
// stack at a few thousand. maxChain bounds operators, joins and set operations in a row, whose tree is as deep.
const (
	maxDepth = 3000
	maxChain = 200_000
)

type parser struct {
	file    *source.File
	text    string
	release token.Release
	names   *[token.NumKinds]bool // what can be a name in the release
	lex     token.Lexer
	pos     int // where the statement after this one begins

	toks   []token.Token // of this statement with its terminator, then padding
	i      int
	k      token.Kind // of toks[i]
	bad    int        // index of the padding that no production accepts
	failed bool
	failAt int // index of the token at which parsing stopped

	number   int // of the statement, from 1
	depth    int
	findings []diag.Finding
	sets     []ast.Loc // BEGIN STATEMENT SET that wait for their END
	slabs
}

// parsers keeps finished parsers for later calls: their token buffers and the unused rest of their blocks. A node is
// handed out once, so nothing that one call returns is touched by another.
var parsers = sync.Pool{New: func() any { return new(parser) }}

func newParser(file *source.File, opts Options) *parser {
	p := parsers.Get().(*parser)
	p.file, p.text, p.lex, p.pos = file, file.Text, token.NewLexer(file.Text), 0
	p.release, p.names = min(opts.Release, token.Latest), token.Names(opts.Release)
	p.number, p.depth = 1, 0
	p.reserve(len(file.Text))
	return p
}

// giveBack ends a call. What it returned must not be reached through the parser, nor may a huge statement leave a huge
// buffer behind.
func (p *parser) giveBack() {
	const keep = 1 << 16
	if cap(p.toks) > keep {
		p.toks = nil
	}
	p.findings, p.sets = nil, nil
	p.file, p.text, p.lex = nil, "", token.Lexer{}
	p.retire()
	parsers.Put(p)
}

// newScript returns a script with room for one statement beside it, as most texts of tools and tests have one.
func newScript(file *source.File) *ast.Script {
	var single struct {
		script    ast.Script
		statement [1]ast.Statement
	}
	s := &single
	s.script.File, s.script.Statements = file, s.statement[:0]
	return &s.script
}

// padding is how far behind the current token the parser may look.
const padding = 4

// fill reads the tokens of the next statement, skipping empty ones; false at the end of the text.
func (p *parser) fill() bool {
	p.lex.Seek(p.pos)
	p.toks = p.lex.Statement(p.toks[:0])
	for p.toks[0].Kind == token.Semicolon {
		p.toks = p.lex.Statement(p.toks[:0])
	}
	p.pos = int(p.toks[len(p.toks)-1].End)
	p.pad(int32(p.pos))
	if p.toks[0].Kind == token.EOF {
		return false
	}
	p.i, p.k, p.failed, p.depth = 0, p.toks[0].Kind, false, 0
	return true
}

func (p *parser) pad(end int32) {
	for range padding {
		p.toks = append(p.toks, token.Token{Kind: token.EOF, Start: end, End: end})
	}
	p.bad = len(p.toks)
	for range padding {
		p.toks = append(p.toks, token.Token{Kind: token.Bad, Start: end, End: end})
	}
}

// more appends the tokens up to the next semicolon: in a statement set, semicolons do not end the statement.
func (p *parser) more() {
	p.toks = p.toks[:p.bad-padding]
	p.lex.Seek(p.pos)
	p.toks = p.lex.Statement(p.toks)
	p.pos = int(p.toks[len(p.toks)-1].End)
	p.pad(int32(p.pos))
}

// statement parses the tokens that fill read, whatever they are.
func (p *parser) statement() ast.Statement {
	if s := p.clientCommand(); s != nil {
		return s
	}
	start := p.toks[0].Start
	s := p.statementBody()
	if !p.failed && p.k != token.Semicolon && p.k != token.EOF {
		p.unexpected("the end of the statement, or ;")
	}
	if p.failed {
		p.pos = int(start) // read it again: a statement set may have read past its end
		p.fill()
		p.skipStatement()
		return &ast.BadStatement{Loc: ast.Loc{Start: start, End: max(start, p.end())}}
	}
	return s
}

// skipStatement goes to the terminator of the statement, past the semicolons of a statement set in BEGIN … END.
func (p *parser) skipStatement() {
	if p.clientCommandEnd() {
		return
	}
	for i := 0; ; i++ {
		if p.toks[i].Kind == token.STATEMENT && i > 0 && p.toks[i+1].Kind == token.SET && p.toks[i+2].Kind == token.BEGIN {
			p.skipSet(i)
			return
		}
		if k := p.toks[i].Kind; k == token.Semicolon || k == token.EOF {
			p.finish(i)
			return
		}
	}
}

// skipSet goes to the terminator behind the END of the statement set whose STATEMENT is token i. A set without END
// takes only what looks like its inserts, so that the statements behind it are found again.
func (p *parser) skipSet(i int) {
	for {
		k := p.toks[i].Kind
		if k == token.EOF {
			break
		}
		if k != token.Semicolon {
			i++
			continue
		}
		if i+padding+1 >= p.bad { // the last token that was read
			if !p.setGoesOn() {
				break
			}
			p.more()
		}
		i++
	}
	p.finish(i)
}

// finish makes token i the terminator of the statement; what was read behind it is read again.
func (p *parser) finish(i int) {
	p.i, p.k = i, p.toks[i].Kind
	p.pos = int(p.toks[i].End)
}

// setGoesOn reports whether what follows belongs to an open statement set: another INSERT, or its END.
func (p *parser) setGoesOn() bool {
	for i := len(p.toks) - 2*padding - 2; i >= 0; i-- {
		if k := p.toks[i].Kind; k == token.END {
			return false
		} else if k != token.Semicolon {
			break
		}
	}
	p.lex.Seek(p.pos)
	switch p.lex.Next().Kind {
	case token.INSERT, token.END, token.Semicolon:
		return true
	default:
		return false
	}
}

// checkSets reports every BEGIN STATEMENT SET without END.
func (p *parser) checkSets(script *ast.Script) {
	for i, s := range script.Statements {
		switch s := s.(type) {
		case *ast.BeginStatementSet:
			p.sets = append(p.sets[:0], s.Loc)
			p.number = i + 1
		case *ast.EndStatementSet:
			p.sets = p.sets[:0]
		}
	}
	for _, at := range p.sets {
		p.add(openSet, at, "BEGIN STATEMENT SET has no END", "close the set with END; behind its last INSERT")
	}
}
