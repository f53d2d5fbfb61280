package parser

import (
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// maxFindings bounds the findings of one file: a text that is no SQL at all says so soon enough. clipped bounds what a
// message quotes.
const (
	maxFindings = 10_000
	clipped     = 40
)

// add records a finding that does not stop the parser.
func (p *parser) add(r diag.Rule, at ast.Loc, message, help string) *diag.Finding {
	if len(p.findings) >= maxFindings {
		return &diag.Finding{}
	}
	f := r.At(p.file, at.Span(), message, help)
	f.Statement = p.number
	p.findings = append(p.findings, f)
	return &p.findings[len(p.findings)-1]
}

// stop makes every production return: from here on no token fits.
func (p *parser) stop() {
	p.failed, p.failAt = true, p.i
	p.i, p.k = p.bad, token.Bad
}

// fail records a syntax error at a token and stops. Only the first failure counts.
func (p *parser) fail(at token.Token, message, help string) *diag.Finding {
	return p.failRule(syntaxError, at, message, help)
}

func (p *parser) failRule(r diag.Rule, at token.Token, message, help string) *diag.Finding {
	if p.failed {
		return &diag.Finding{}
	}
	f := p.add(r, p.placeOf(at), message, help)
	p.stop()
	return f
}

// missingBehind reports that something else has to follow the current token, at that token: so does Flink where it looks
// two tokens ahead.
func (p *parser) missingBehind(expected string) {
	if p.failed {
		return
	}
	then := p.toks[p.i+1]
	if then.Kind.IsLexicalError() {
		p.lexicalError(then)
		return
	}
	p.fail(p.tok(), "expected "+expected+" behind "+p.tok().Text(p.text)+", found "+p.found(then), "")
}

// needBehind reports when the token behind the current one is of another kind.
func (p *parser) needBehind(k token.Kind) {
	if p.peek(1) != k {
		p.missingBehind(k.String())
	}
}

// placeOf is where a finding about a token stands. The end of the text has no characters: Flink names the last one.
func (p *parser) placeOf(t token.Token) ast.Loc {
	if t.Kind == token.EOF && t.End > 0 {
		end := t.End
		for end > 1 && p.text[end-1]&0xc0 == 0x80 {
			end--
		}
		return ast.Loc{Start: end - 1, End: t.End}
	}
	return ast.Loc{Start: t.Start, End: t.End}
}

// unexpected reports that the current token does not fit, and what would.
func (p *parser) unexpected(expected string) {
	if p.failed {
		return
	}
	p.unexpectedAt(p.i, expected)
}

// unexpectedAt reports token i. A text that is no token at all within Flink's lookahead is reported instead, since
// there Flink's lexer stops first.
func (p *parser) unexpectedAt(i int, expected string) {
	if p.failed {
		return
	}
	for ahead := range 3 {
		if t := p.toks[i+ahead]; t.Kind.IsLexicalError() && t.Kind != token.DoubleQuote && t.Kind != token.UnclosedString {
			p.lexicalError(t)
			return
		}
	}
	t := p.toks[i]
	if t.Kind.IsLexicalError() {
		p.lexicalError(t)
		return
	}
	message := "unexpected " + p.found(t)
	help := ""
	if expected != "" {
		message += ", expected " + expected
	}
	switch {
	case t.Kind == token.BangEq:
		p.bangEqual(t)
		return
	case t.Kind == token.Comma && !p.toks[i+1].Kind.IsName(p.release):
		p.comma(i)
		return
	case t.Kind == token.QuotedIdentifier || t.Kind == token.Variable:
	case t.Kind.Reserved(p.release) && p.looksLikeName(i):
		help = fmt.Sprintf("%s is a reserved word: write `%s` to use it as a name", t.Kind.Word(), t.Text(p.text))
	}
	f := p.fail(t, message, help)
	if help != "" {
		f.Fixes = []diag.Fix{p.quote(t)}
	}
}

// comma reports a comma with nothing behind it that its list could take.
func (p *parser) comma(i int) {
	behind := p.toks[i+1]
	help := ""
	if behind.Kind.Reserved(p.release) && p.looksLikeName(i+1) {
		help = fmt.Sprintf("%s is a reserved word: write `%s` to use it as a name", behind.Kind.Word(), behind.Text(p.text))
	}
	f := p.fail(p.toks[i], "unexpected "+p.found(behind)+" behind the comma", help)
	if help != "" {
		f.Fixes = []diag.Fix{p.quote(behind)}
	}
}

// looksLikeName guesses whether a reserved word was meant as a name: what follows could follow a name.
func (p *parser) looksLikeName(i int) bool {
	switch p.toks[i].Kind {
	case token.SELECT, token.FROM, token.WHERE, token.GROUP, token.HAVING, token.AND, token.OR, token.ON, token.JOIN, token.UNION,
		token.INSERT, token.CREATE, token.AS, token.NOT, token.NULL, token.WITH, token.CASE, token.THEN, token.ELSE, token.BY:
		return false
	}
	switch k := p.toks[i+1].Kind; k {
	case token.Comma, token.RParen, token.Period, token.FROM, token.AS, token.Eq, token.EOF, token.Semicolon, token.Plus, token.Minus,
		token.Lt, token.Gt, token.Le, token.Ge, token.Ne, token.Star, token.Slash, token.AND, token.OR, token.IN, token.IS, token.DESC, token.ASC:
		return true
	default:
		_, isType := typeWords[k]
		return isType || k == token.STRING
	}
}

func (p *parser) quote(t token.Token) diag.Fix {
	return diag.Fix{Title: "put the name in backticks", Edits: []diag.Edit{{Span: t.Span(), Text: "`" + t.Text(p.text) + "`"}}}
}

// bangEqual reports !=, which Flink's conformance refuses.
func (p *parser) bangEqual(t token.Token) {
	f := p.fail(t, "Flink does not know !=", "write <> instead")
	f.Fixes = []diag.Fix{{Title: "write <>", Safe: true, Edits: []diag.Edit{{Span: t.Span(), Text: "<>"}}}}
}

// missingName reports that a name should stand here.
func (p *parser) missingName(what string) {
	if p.failed {
		return
	}
	t := p.tok()
	if t.Kind.Reserved(p.release) {
		f := p.fail(t, fmt.Sprintf("unexpected %s, expected %s", p.found(t), what),
			fmt.Sprintf("%s is a reserved word: write `%s` to use it as a name", t.Kind.Word(), t.Text(p.text)))
		f.Fixes = []diag.Fix{p.quote(t)}
		return
	}
	p.unexpected(what)
}

// found describes a token for a message.
func (p *parser) found(t token.Token) string {
	switch {
	case t.Kind == token.EOF || t.Kind == token.Semicolon:
		return "end of the statement"
	case t.Kind.IsString():
		return "string " + clip(t.Text(p.text))
	case t.Kind.IsNumber():
		return "number " + t.Text(p.text)
	case t.Kind.IsWord():
		return t.Text(p.text)
	case t.Kind == token.Identifier:
		return "name " + clip(t.Text(p.text))
	default:
		return clip(t.Text(p.text))
	}
}

func clip(s string) string {
	if r := []rune(s); len(r) > clipped {
		return string(r[:clipped-1]) + "…"
	}
	return s
}

// lexicalError reports text that is no token.
func (p *parser) lexicalError(t token.Token) {
	text := t.Text(p.text)
	switch t.Kind {
	case token.UnclosedString:
		p.fail(token.Token{Kind: t.Kind, Start: t.Start, End: t.Start + 1}, "the string has no closing quote", "a quote inside a string is written twice: ''")
	case token.UnclosedIdentifier:
		p.fail(token.Token{Kind: t.Kind, Start: t.Start, End: t.Start + 1}, "the quoted name has no closing backtick on its line", "")
	case token.UnclosedComment:
		p.fail(token.Token{Kind: t.Kind, Start: t.Start, End: t.Start + 2}, "the comment has no closing */", "")
	case token.UnclosedVariable:
		p.fail(token.Token{Kind: t.Kind, Start: t.Start, End: t.Start + 2}, "the variable has no closing }", "")
	case token.EmptyIdentifier:
		p.fail(t, "a name cannot be empty", "")
	case token.LocalizedCollation:
		p.fail(t, clip(text)+" is read as one token, a collation, because of its $", "put the name with the $ in backticks")
	case token.DoubleQuote:
		p.doubleQuote(t)
	default:
		p.illegal(t, text)
	}
}

// doubleQuote reports ", which quotes nothing in Flink's SQL.
func (p *parser) doubleQuote(t token.Token) {
	f := p.fail(t, "double quotes quote nothing in Flink SQL", "names stand in backticks, strings in single quotes")
	rest := p.text[t.End:]
	if end := strings.IndexAny(rest, "\"\n"); end > 0 && rest[end] == '"' && !strings.ContainsAny(rest[:end], "`'") {
		span := source.Span{Start: int(t.Start), End: int(t.End) + end + 1}
		f.Fixes = []diag.Fix{
			{Title: "quote it as a name", Edits: []diag.Edit{{Span: span, Text: "`" + rest[:end] + "`"}}},
			{Title: "quote it as a string", Edits: []diag.Edit{{Span: span, Text: "'" + rest[:end] + "'"}}},
		}
	}
}

// illegal reports a character that Flink's lexer does not know, with the sign people type it for.
func (p *parser) illegal(t token.Token, text string) {
	meant := map[string]string{
		"\ufeff": "", "\u00a0": " ", "\u3000": " ", "，": ",", "；": ";", "（": "(", "）": ")", "‘": "'", "’": "'", "“": "'", "”": "'", "＝": "=", "！": "",
	}
	if sign, ok := meant[text]; ok {
		name := map[string]string{"\ufeff": "a byte order mark", "\u00a0": "a no-break space", "\u3000": "a wide space"}[text]
		if name == "" {
			name = text
		}
		f := p.fail(t, "Flink's parser does not accept "+name, "")
		title := "replace it by " + sign
		switch sign {
		case "":
			title = "remove it"
		case " ":
			title = "replace it by a blank"
		}
		f.Fixes = []diag.Fix{{Title: title, Edits: []diag.Edit{{Span: t.Span(), Text: sign}}}}
		return
	}
	p.fail(t, fmt.Sprintf("the character %q is not part of Flink SQL", text), "")
}

// need records that something is not in the grammar of this release; parsing goes on.
func (p *parser) need(since token.Release, at ast.Loc, what string) {
	if p.release >= since || p.failed {
		return
	}
	p.add(needsNewer, at, fmt.Sprintf("%s needs Flink ≥ %s, this is for %s", what, since, p.release), "")
}

// wrong records that Flink's check of the syntax tree refuses what its grammar accepts.
func (p *parser) wrong(at ast.Loc, message, help string) *diag.Finding {
	if p.failed {
		return &diag.Finding{}
	}
	return p.add(invalidDefinition, at, message, help)
}

// or joins alternatives for a message.
func or(words ...string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
