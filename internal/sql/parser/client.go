package parser

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// Before its grammar Flink tries regular expressions on the text of a statement (ExtendedParser and its strategies):
// SET key = value, RESET key, HELP, CLEAR, QUIT and EXIT. They see raw text, so that keys and values need no quotes and
// may hold what is no token. This file does the same.

// clientCommand parses such a command; nil when the statement is none.
func (p *parser) clientCommand() ast.Statement {
	t := p.toks[0]
	switch t.Kind {
	case token.SET:
		return p.plainSet(t)
	case token.RESET:
		return p.plainReset(t)
	case token.Identifier:
		if p.toks[1].Kind != token.Semicolon && p.toks[1].Kind != token.EOF {
			return nil
		}
		switch word := strings.ToUpper(t.Text(p.text)); word {
		case "HELP", "CLEAR", "QUIT", "EXIT":
			p.next()
			return &ast.ClientCommand{Loc: ast.Loc{Start: t.Start, End: t.End}, Command: word}
		}
	}
	return nil
}

// plainSet parses SET key = value, where the key has no quotes and the value none or single ones. As in the regular
// expression the key reaches to the last = that lets the rest be a value.
func (p *parser) plainSet(t token.Token) ast.Statement {
	line, keyStart, ok := p.rest(t)
	if !ok {
		return nil
	}
	keyEnd := keyStart
	for keyEnd < len(line) && !isBlank(line[keyEnd]) && line[keyEnd] != '\'' {
		keyEnd++
	}
	for end := keyEnd; end > keyStart; end-- {
		at := skipBlanks(line, end)
		if at == len(line) || line[at] != '=' {
			continue
		}
		from := skipBlanks(line, at+1)
		valueEnd, quoted, ok := plainValue(line, from)
		if !ok {
			continue
		}
		offset := int(t.End) - 0
		s := p.settings.put(ast.Set{Plain: true, Key: line[keyStart:end]})
		s.KeyText = textAt(offset+keyStart, offset+end, s.Key)
		s.Value = line[from:valueEnd]
		if quoted {
			s.Value = line[from+1 : valueEnd-1]
		}
		s.ValueText = textAt(offset+from, offset+valueEnd, s.Value)
		s.Loc = ast.Loc{Start: t.Start, End: int32(offset + valueEnd)}
		p.jump(offset + valueEnd)
		return s
	}
	return nil
}

// plainReset parses RESET key.
func (p *parser) plainReset(t token.Token) ast.Statement {
	line, start, ok := p.rest(t)
	if !ok {
		return nil
	}
	end := start
	for end < len(line) && !isBlank(line[end]) && line[end] != ';' && line[end] != '\'' {
		end++
	}
	if end == start || !endsStatement(line, end) {
		return nil
	}
	r := &ast.Reset{Plain: true, Key: line[start:end]}
	offset := int(t.End)
	r.KeyText = textAt(offset+start, offset+end, r.Key)
	r.Loc = ast.Loc{Start: t.Start, End: int32(offset + end)}
	p.jump(offset + end)
	return r
}

// rest returns the text behind the first word, where something that is no quote follows after a blank.
func (p *parser) rest(t token.Token) (line string, start int, ok bool) {
	line = p.text[t.End:]
	start = skipBlanks(line, 0)
	return line, start, start > 0 && start < len(line) && line[start] != '\'' && line[start] != ';'
}

// plainValue finds the end of a value: 'text', or anything without blanks and semicolons, at the end of the statement.
func plainValue(line string, from int) (end int, quoted, ok bool) {
	if from < len(line) && line[from] == '\'' {
		if n := strings.IndexByte(line[from+1:], '\''); n >= 0 && endsStatement(line, from+n+2) {
			return from + n + 2, true, true
		}
	}
	end = from
	for end < len(line) && !isBlank(line[end]) && line[end] != ';' {
		end++
	}
	return end, false, end > from && endsStatement(line, end)
}

func endsStatement(line string, at int) bool {
	at = skipBlanks(line, at)
	return at == len(line) || line[at] == ';'
}

func isBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func skipBlanks(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}

func textAt(start, end int, value string) *ast.Text {
	return &ast.Text{Loc: ast.Loc{Start: int32(start), End: int32(end)}, Kind: token.Identifier, Value: value}
}

// jump ends the statement at an offset: its text may have been cut into quite different tokens.
func (p *parser) jump(end int) {
	at := skipBlanks(p.text, end)
	last := token.Token{Kind: token.EOF, Start: int32(at), End: int32(at)}
	if at < len(p.text) {
		last = token.Token{Kind: token.Semicolon, Start: int32(at), End: int32(at + 1)}
	}
	p.toks = append(p.toks[:0], token.Token{Kind: token.Identifier, Start: p.toks[0].Start, End: int32(end)}, last)
	p.pos = int(last.End)
	p.pad(last.End)
	p.i, p.k = 1, last.Kind
}

// clientCommandEnd goes to the end of the statement when it is a client command.
func (p *parser) clientCommandEnd() bool { return p.clientCommand() != nil }
