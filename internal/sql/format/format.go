// Package format writes Flink SQL in one style.
//
// Words of the grammar are in capitals, names stay as they are, clauses begin lines where a query does not fit on one,
// columns and options have a line each, statement sets are indented, comments and hints stay where they stand. Only
// blanks, line breaks, the case of words and the semicolons at the ends of statements change; a statement with a syntax
// error stays byte for byte. Formatting a formatted text changes nothing.
package format

import (
	"strings"

	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/parser"
	"github.com/autostream/autostream/internal/sql/token"
)

// DefaultWidth is how many characters a line has at most where it can be broken.
const DefaultWidth = 100

// Options say how to format. The zero value is the style everybody uses.
type Options struct {
	Release token.Release // whose grammar the text is in
	Width   int           // 0 means DefaultWidth
}

// Script returns the text of a file in the one style. It ends with a line break unless it is empty.
func Script(file *source.File, o Options) string {
	if o.Width <= 0 {
		o.Width = DefaultWidth
	}
	// A byte order mark is no text: it stays in front, whatever comes after it.
	text, marked := strings.CutPrefix(file.Text, source.ByteOrderMark)
	if marked {
		file = source.New(file.Name, text)
	}
	script, _ := parser.Parse(file, parser.Options{Release: o.Release})
	p := printer{text: text, options: o}
	for _, st := range script.Statements {
		p.statement(st)
	}
	p.between(len(text), nil)
	if marked {
		return source.ByteOrderMark + p.finish()
	}
	return p.finish()
}

// A printer puts statements and what stands between them together.
type printer struct {
	text    string
	options Options
	out     strings.Builder

	done  int           // everything before this offset is written
	last  ast.Statement // written before; nil at the start
	depth int           // within BEGIN STATEMENT SET … END
}

// statement writes what stands before a statement, the statement, and its semicolon.
func (p *printer) statement(st ast.Statement) {
	at := st.Span()
	p.between(at.Start, st)
	whole := !broken(st)
	if whole {
		p.out.WriteString(p.layout(st))
	} else {
		p.out.WriteString(p.text[at.Start:at.End])
	}
	p.done, p.last = at.End, st
	if p.skipSemicolon() || whole {
		p.out.WriteByte(';')
	}
	if _, begin := st.(*ast.BeginStatementSet); begin {
		p.depth = indent
	}
}

// broken reports whether a statement has a part that could not be parsed: nobody knows then how it is meant.
func broken(st ast.Statement) bool {
	found := false
	ast.Inspect(st, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.BadStatement, *ast.BadQuery, *ast.BadTable, *ast.BadExpr, *ast.BadElement, *ast.BadType:
			found = true
		}
		return !found
	})
	return found
}

// skipSemicolon passes over blanks and one semicolon; comments before it are left for later, they then stand behind it.
func (p *printer) skipSemicolon() bool {
	rest := strings.TrimLeft(p.text[p.done:], " \t\r\n\f")
	if strings.HasPrefix(rest, ";") {
		p.done = len(p.text) - len(rest) + 1
		return true
	}
	return false
}

// between writes the comments before offset and the empty lines around them. Semicolons without a statement are dropped.
func (p *printer) between(offset int, next ast.Statement) {
	fresh := p.last == nil && p.out.Len() == 0
	wanted := p.distance(p.last, next)
	from := p.done
	for c := range eachComment(p.text, p.done, offset) {
		switch {
		case fresh:
		case !c.ownLine:
			p.out.WriteByte(' ')
		case c.blankBefore || p.last != nil && wanted == 2 && from == p.done:
			p.newlines(2)
		default:
			p.newlines(1)
		}
		p.indent(c.ownLine)
		p.out.WriteString(c.text)
		fresh, from = false, c.start+len(c.text)
		if c.ownLine {
			// The empty line stood before the comment; what follows keeps its own distance to it.
			wanted = 1
		}
	}
	if next == nil {
		p.done = offset
		return
	}
	if !fresh {
		if strings.Count(p.text[from:offset], "\n") > 1 {
			wanted = 2
		}
		p.newlines(wanted)
	}
	if _, end := next.(*ast.EndStatementSet); end {
		p.depth = 0
	}
	p.indent(true)
}

// distance is how many line breaks stand between two statements at least: short commands may stand together.
func (p *printer) distance(before, after ast.Statement) int {
	if before == nil || after == nil {
		return 1
	}
	switch before.(type) {
	case *ast.BeginStatementSet:
		return 1
	}
	switch after.(type) {
	case *ast.EndStatementSet:
		return 1
	}
	if command(before) && command(after) {
		return 1
	}
	return 2
}

// command reports whether a statement is a short one of the kind that people write below each other.
func command(st ast.Statement) bool {
	switch st.(type) {
	case *ast.Set, *ast.Reset, *ast.Use, *ast.AddJar, *ast.RemoveJar, *ast.LoadModule, *ast.UnloadModule, *ast.Drop,
		*ast.Show, *ast.ShowCreate, *ast.ShowCurrent, *ast.Describe, *ast.ClientCommand, *ast.BadStatement:
		return true
	}
	return false
}

func (p *printer) newlines(n int) {
	for range n {
		p.out.WriteByte('\n')
	}
}

func (p *printer) indent(line bool) {
	if line {
		writeBlanks(&p.out, p.depth)
	}
}

// finish returns the text with one line break at its end.
func (p *printer) finish() string {
	text := strings.TrimRight(p.out.String(), " \t\r\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

// layout returns a statement in the one style, without its semicolon. Statements that are no statements of the grammar
// stay as they are.
func (p *printer) layout(st ast.Statement) string {
	span := st.Span()
	text := p.text[span.Start:span.End]
	switch st := st.(type) {
	case *ast.ClientCommand:
		return text
	case *ast.Set:
		if st.Plain {
			return text
		}
	case *ast.Reset:
		if st.Plain {
			return text
		}
	}
	tokens := tokensOf(p.text, span)
	s := stream{source: p.text, tokens: tokens, marks: mark(st, tokens)}
	s.statement(st)
	var out strings.Builder
	s.print(&out, p.options.Width, p.depth)
	formatted := strings.TrimLeft(out.String(), " ")
	if !sameTokens(text, formatted) {
		return text
	}
	return formatted
}

// tokensOf returns the tokens within a span.
func tokensOf(text string, span source.Span) []token.Token {
	lexer := token.NewLexer(text[:span.End])
	lexer.Seek(span.Start)
	tokens := make([]token.Token, 0, (span.End-span.Start)/4+4)
	for t := lexer.Next(); t.Kind != token.EOF; t = lexer.Next() {
		tokens = append(tokens, t)
	}
	return tokens
}

// sameTokens is the last line of defence: a formatter must never change what a statement says, whatever else it does.
func sameTokens(a, b string) bool {
	la, lb := token.NewLexer(a), token.NewLexer(b)
	for {
		ta, tb := la.Next(), lb.Next()
		if ta.Kind != tb.Kind {
			return false
		}
		if ta.Kind == token.EOF {
			return true
		}
		if sa, sb := ta.Text(a), tb.Text(b); sa != sb && !(ta.Kind.IsWord() && strings.EqualFold(sa, sb)) {
			return false
		}
	}
}
