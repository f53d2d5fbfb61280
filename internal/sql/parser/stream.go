package parser

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// This file walks over the tokens and reads the small things: words, names, strings, numbers.

func (p *parser) next() {
	if p.k <= token.Bad {
		return
	}
	p.i++
	p.k = p.toks[p.i].Kind
}

// peek returns the kind n tokens ahead, at most padding.
func (p *parser) peek(n int) token.Kind { return p.toks[p.i+n].Kind }

func (p *parser) tok() token.Token { return p.toks[p.i] }

// start is where the current token begins.
func (p *parser) start() int32 { return p.toks[p.i].Start }

// end is where the token before the current one ends.
func (p *parser) end() int32 {
	i := p.i
	if p.failed {
		i = p.failAt
	}
	if i == 0 {
		return p.toks[0].Start
	}
	return p.toks[i-1].End
}

// from is the place from an offset to the end of what was read.
func (p *parser) from(start int32) ast.Loc { return ast.Loc{Start: start, End: max(start, p.end())} }

func (p *parser) got(k token.Kind) bool {
	if p.k != k {
		return false
	}
	p.next()
	return true
}

// got2 takes two words when both are there.
func (p *parser) got2(a, b token.Kind) bool {
	if p.k != a || p.peek(1) != b {
		return false
	}
	p.next()
	p.next()
	return true
}

// either takes one of the words and returns it, and 0 when none is there.
func (p *parser) either(kinds ...token.Kind) token.Kind {
	for _, k := range kinds {
		if p.k == k {
			p.next()
			return k
		}
	}
	return 0
}

// expect takes a token or reports that it is missing.
func (p *parser) expect(k token.Kind) {
	if !p.got(k) {
		p.unexpected(k.String())
	}
}

// oneOf takes one of the words, or reports what could stand here.
func (p *parser) oneOf(kinds ...token.Kind) token.Kind {
	k := p.either(kinds...)
	if k == 0 {
		words := make([]string, len(kinds))
		for i, k := range kinds {
			words[i] = k.String()
		}
		p.unexpected(or(words...))
	}
	return k
}

// isName reports whether a token of the kind can be a name in this release.
func (p *parser) isName(k token.Kind) bool { return p.names[k] }

// ident reads one name; what says whose name it is: "a column name".
func (p *parser) ident(what string) (id ast.Ident) {
	if !p.isName(p.k) {
		p.missingName(what)
		return id
	}
	id = p.identOf(p.tok())
	p.next()
	return id
}

// identOf makes a name of a token.
func (p *parser) identOf(t token.Token) ast.Ident {
	id := ast.Ident{Loc: ast.Loc{Start: t.Start, End: t.End}}
	if t.Kind != token.QuotedIdentifier {
		id.Name = p.text[t.Start:t.End]
	} else if p.text[t.Start] == '`' {
		id.Name = p.text[t.Start+1 : t.End-1]
		if strings.Contains(id.Name, "``") {
			id.Name = strings.ReplaceAll(id.Name, "``", "`")
		}
	} else { // U&"name"
		id.Name = p.text[t.Start+3 : t.End-1]
	}
	if len(id.Name) > longestName && len([]rune(id.Name)) > longestName {
		p.fail(t, "the name is longer than 256 characters", "")
	}
	return id
}

// longestName is the limit of Flink's parser, in characters.
const longestName = 256

// optIdent reads a name when one is there.
func (p *parser) optIdent() *ast.Ident {
	if !p.isName(p.k) {
		return nil
	}
	id := p.soleIdents.alloc()
	*id = p.ident("")
	return id
}

// parts reads name [. name]… whose first token is known to be a name.
func (p *parser) parts() []ast.Ident {
	n := 1
	for p.toks[p.i+2*n-1].Kind == token.Period && p.isName(p.toks[p.i+2*n].Kind) {
		n++
	}
	parts, first := p.idents.take(n), p.i
	for i := range parts {
		parts[i] = p.identOf(p.toks[first+2*i])
	}
	if p.i == first { // a name that is too long has stopped the statement
		p.i += 2*n - 1
		p.k = p.toks[p.i].Kind
	}
	return parts
}

// name reads a name of several parts.
func (p *parser) name(what string) (n ast.Name) {
	if !p.isName(p.k) {
		p.missingName(what)
		return n
	}
	start := p.start()
	n.Parts = p.parts()
	n.Loc = ast.Loc{Start: start, End: n.Last().End}
	return n
}

// simpleName is a Name of one part.
func (p *parser) simpleName(what string) (n ast.Name) {
	if !p.isName(p.k) {
		p.missingName(what)
		return n
	}
	mark := p.idents.mark()
	p.idents.push(p.ident(what))
	n.Parts = p.idents.keep(mark)
	n.Loc = n.Parts[0].Loc
	return n
}

// names reads ( name [, name]… ).
func (p *parser) nameList(what string) *ast.Names {
	n := p.nameLists.alloc()
	start := p.start()
	p.expect(token.LParen)
	mark := p.idents.mark()
	p.idents.push(p.ident(what))
	for p.got(token.Comma) {
		p.idents.push(p.ident(what))
	}
	n.Items = p.idents.keep(mark)
	p.expect(token.RParen)
	n.Loc = p.from(start)
	return n
}

// nameOrNames reads one name, or several in parentheses.
func (p *parser) nameOrNames(what string) ast.Names {
	if p.k == token.LParen {
		return *p.nameList(what)
	}
	start := p.start()
	mark := p.idents.mark()
	p.idents.push(p.ident(what))
	return ast.Names{Loc: p.from(start), Items: p.idents.keep(mark)}
}

// quotedText reads one plain string, where Flink's grammar wants exactly that.
func (p *parser) quotedText(what string) (t ast.Text) {
	switch p.k {
	case token.String:
		t = ast.Text{Loc: p.loc(), Kind: token.String, Value: unquote(p.text[p.start()+1 : p.tok().End-1])}
	case token.Variable:
		t = ast.Text{Loc: p.loc(), Kind: token.Variable, Value: p.tok().Text(p.text)}
	default:
		p.unexpected(what + " in single quotes")
		return t
	}
	p.next()
	return t
}

// loc is the place of the current token.
func (p *parser) loc() ast.Loc { return ast.Loc{Start: p.start(), End: p.tok().End} }

// stringText reads a string of any kind, adjacent pieces joined.
func (p *parser) stringText(what string) (t ast.Text) {
	if p.k == token.Variable {
		return p.quotedText(what)
	}
	if !p.k.IsString() {
		p.unexpected(what + " in single quotes")
		return t
	}
	start, kind := p.start(), p.k
	value, _ := p.stringPieces()
	return ast.Text{Loc: p.from(start), Kind: kind, Value: value}
}

// optComment reads COMMENT 'text' when it is there.
func (p *parser) optComment() *ast.Text {
	if !p.got(token.COMMENT) {
		return nil
	}
	return p.soleTexts.put(p.quotedText("the comment"))
}

// optAnyComment is the comment of a column or a catalog: any string up to 2.2, a plain one since.
func (p *parser) optAnyComment() *ast.Text {
	if p.release >= token.V2_3 {
		return p.optComment()
	}
	if !p.got(token.COMMENT) {
		return nil
	}
	return p.soleTexts.put(p.stringText("the comment"))
}

func unquote(s string) string {
	if strings.Contains(s, "''") {
		return strings.ReplaceAll(s, "''", "'")
	}
	return s
}

func (p *parser) ifExists() bool { return p.got2(token.IF, token.EXISTS) }

func (p *parser) ifNotExists() bool {
	if p.k != token.IF || p.peek(1) != token.NOT || p.peek(2) != token.EXISTS {
		return false
	}
	p.next()
	p.next()
	p.next()
	return true
}

// properties reads ( 'key' = 'value', … ), which may be empty.
func (p *parser) properties() *ast.Options {
	o := p.optionLists.alloc()
	start := p.start()
	p.expect(token.LParen)
	mark := p.options.mark()
	if p.k != token.RParen {
		p.options.push(p.property())
		for p.got(token.Comma) {
			p.options.push(p.property())
		}
	}
	o.Items = p.options.keep(mark)
	p.expect(token.RParen)
	o.Loc = p.from(start)
	return o
}

func (p *parser) property() (o ast.Option) {
	start := p.start()
	o.Key = p.stringText("an option key")
	p.expect(token.Eq)
	o.Value = p.stringText("a value")
	o.Loc = p.from(start)
	return o
}

// optWith reads WITH ( options ) when it is there.
func (p *parser) optWith() *ast.Options {
	if !p.got(token.WITH) {
		return nil
	}
	return p.properties()
}

// keys reads ( 'key', … ), which may be empty.
func (p *parser) keys() *ast.Keys {
	k := &ast.Keys{}
	start := p.start()
	p.expect(token.LParen)
	if p.k != token.RParen {
		k.Items = append(k.Items, p.stringText("an option key"))
		for p.got(token.Comma) {
			k.Items = append(k.Items, p.stringText("an option key"))
		}
	}
	p.expect(token.RParen)
	k.Loc = p.from(start)
	return k
}

// enter counts nesting; the caller leaves with p.depth--.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok(), "the statement is nested too deeply", "")
		return false
	}
	return true
}
