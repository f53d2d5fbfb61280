package parser

import (
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// stringPieces reads a string of any kind with the plain strings behind it, which Flink joins to it, and UESCAPE.
func (p *parser) stringPieces() (value string, escape *ast.Text) {
	t := p.tok()
	value = p.stringValue(t)
	p.next()
	if t.Kind == token.CString {
		p.need(token.V2_0, ast.Loc{Start: t.Start, End: t.End}, "a C-style string E'…'")
		return value, nil
	}
	for p.k == token.String {
		value += p.stringValue(p.tok())
		if t.Kind == token.BinaryString && !isHex(p.stringValue(p.tok())) {
			p.fail(p.tok(), "a binary string has hexadecimal digits only", "")
			return value, nil
		}
		p.next()
	}
	if p.k == token.UESCAPE && t.Kind != token.BinaryString {
		p.next()
		if t.Kind != token.UnicodeString {
			if at := p.tok(); p.quotedText("the escape character").End > 0 {
				p.fail(at, "UESCAPE needs a string that begins with U&", "")
			}
			return value, nil
		}
		e := p.quotedText("the escape character")
		escape = &e
	}
	return value, escape
}

// stringValue is what one piece of a string means.
func (p *parser) stringValue(t token.Token) string {
	text := t.Text(p.text)
	switch t.Kind {
	case token.CString:
		if malformedEscape(text, "\\u") {
			p.fail(t, "\\u takes four hexadecimal digits", "")
		}
		return cValue(text[2 : len(text)-1])
	case token.UnicodeString:
		if malformedEscape(strings.ReplaceAll(text, `\\`, ""), `\`) && p.toks[p.i+1].Kind != token.UESCAPE {
			p.fail(t, `\ takes four hexadecimal digits in U&'…'`, "")
		}
	case token.BinaryString:
		if digits := text[2 : len(text)-1]; !isHex(digits) {
			p.fail(t, "a binary string has hexadecimal digits only", "")
		}
	case token.PrefixedString:
		p.charset(t, text)
	}
	open := strings.IndexByte(text, '\'')
	return unquote(text[open+1 : len(text)-1])
}

// charsets are the prefixes that Flink's parser knows, next to N.
var charsets = map[string]bool{
	"UTF8": true, "UTF-8": true, "UTF16": true, "UTF-16": true, "UTF-16LE": true, "UTF-16BE": true, "LATIN1": true, "ISO-8859-1": true,
	"US-ASCII": true, "ISO8859-1": true, "ISO-8859-15": true, "ASCII": true, "BIG5": true, "GBK": true, "GB2312": true, "GB18030": true,
	"EUC-JP": true, "EUC-KR": true, "SHIFT_JIS": true, "WINDOWS-1252": true, "WINDOWS-1251": true, "UTF_8": true, "UTF_16": true, "UTF-32": true,
	"UTF32": true, "UTF_32": true, "ISO_8859_1": true, "ISO_8859-1": true, "CP1252": true,
}

func (p *parser) charset(t token.Token, text string) {
	open := strings.IndexByte(text, '\'')
	ascii := !strings.ContainsFunc(text, func(r rune) bool { return r > 0xff })
	if text[0] != '_' {
		if !ascii {
			p.fail(t, "N'…' holds characters of ISO-8859-1 only", "leave the N away")
		}
		return
	}
	if name := strings.ToUpper(text[1:open]); !charsets[name] {
		p.fail(t, "unknown character set "+text[1:open], "")
	}
}

// malformedEscape reports whether the sign that begins an escape is not followed by four hexadecimal digits somewhere.
func malformedEscape(text, sign string) bool {
	for {
		at := strings.Index(text, sign)
		if at < 0 {
			return false
		}
		text = text[at+len(sign):]
		if strings.HasPrefix(text, "+") && len(text) > 6 && isHex(text[1:7]) {
			continue
		}
		if len(text) < 4 || !isHex(text[:4]) {
			return true
		}
	}
}

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// cValue undoes the escapes of E'…'; what is no escape stands for itself.
func cValue(s string) string {
	if !strings.ContainsAny(s, `\'`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\'' && i+1 < len(s) { // doubled
			i++
		}
		if c != '\\' || i+1 == len(s) {
			b.WriteByte(c)
			continue
		}
		i++
		switch c := s[i]; c {
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u', 'U', 'x':
			n := map[byte]int{'u': 4, 'U': 8, 'x': 2}[c]
			end := min(i+1+n, len(s))
			if v, err := strconv.ParseUint(s[i+1:end], 16, 32); err == nil {
				b.WriteRune(rune(v))
				i = end - 1
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// dateTime parses DATE 'text' and its kin.
func (p *parser) dateTime() ast.Expr {
	d := p.dateTimes.put(ast.DateTime{Kind: p.k})
	start := p.start()
	p.next()
	if d.Kind == token.TIMESTAMP && p.k == token.WITH {
		p.next()
		p.expect(token.LOCAL)
		p.expect(token.TIME)
		p.expect(token.ZONE)
		d.Kind = token.TIMESTAMP_LTZ
	}
	d.Value = p.quotedText("a " + d.Kind.String())
	d.Loc = p.from(start)
	p.checkDateTime(d)
	return d
}

// bracedDateTime parses {d 'text'}.
func (p *parser) bracedDateTime() ast.Expr {
	d := p.dateTimes.put(ast.DateTime{Kind: p.k})
	start := p.start()
	if then := p.peek(1); then != token.String && then != token.Variable {
		p.missingBehind("a date or time in single quotes")
	}
	p.next()
	d.Value = p.quotedText("a date or time")
	p.expect(token.RBrace)
	d.Loc = p.from(start)
	return d
}

// checkDateTime does what Flink's parser did up to 1.20: look at the text of a date. Later releases leave it to the planner.
func (p *parser) checkDateTime(d *ast.DateTime) {
	if p.release < token.V2_0 && !p.failed && !d.Valid() {
		p.add(syntaxError, d.Loc, "'"+d.Value.Value+"' is no "+d.Kind.String(), "")
	}
}

// interval parses INTERVAL … .
func (p *parser) interval() ast.Expr {
	if !p.startsExpr2(p.i) {
		p.unexpected("an expression")
		return &ast.BadExpr{}
	}
	v := p.intervals.alloc()
	start := p.start()
	p.next()
	v.Sign = p.either(token.Plus, token.Minus)
	switch {
	case p.k == token.String:
		t := p.quotedText("")
		v.Value = p.strings.put(ast.String{Loc: t.Loc, Kind: t.Kind, Value: t.Value})
		v.Unit = p.qualifier()
	case p.k == token.LParen:
		at := p.start()
		p.next()
		x := p.parens.put(ast.Paren{X: p.expr(subQuery)})
		p.expect(token.RParen)
		x.Loc = p.from(at)
		v.Value = x
		v.Unit = p.unitWithoutTo()
	case p.k.IsNumber():
		v.Value = p.numberLiteral()
		v.Unit = p.unitWithoutTo()
	case p.k == token.Variable:
		v.Value = p.nameOrCall()
		v.Unit = p.qualifier()
	default:
		at := p.start()
		n := p.name("a string, number or column behind INTERVAL")
		v.Value = p.columnRefs.put(ast.ColumnRef{Loc: p.from(at), Parts: n.Parts})
		v.Unit = p.unitWithoutTo()
	}
	v.Loc = p.from(start)
	return v
}

// intervalUnits are the units of INTERVAL; the value is the rank for TO, larger units first, 0 for units without TO.
var intervalUnits = map[token.Kind]int{
	token.YEAR: 1, token.YEARS: 1, token.QUARTER: 0, token.QUARTERS: 0, token.MONTH: 2, token.MONTHS: 2, token.WEEK: 0, token.WEEKS: 0,
	token.DAY: 3, token.DAYS: 3, token.HOUR: 4, token.HOURS: 4, token.MINUTE: 5, token.MINUTES: 5, token.SECOND: 6, token.SECONDS: 6,
}

func isIntervalUnit(k token.Kind) bool {
	_, ok := intervalUnits[k]
	return ok
}

// qualifier parses unit [(precision)] [TO unit [(fraction)]].
func (p *parser) qualifier() (u ast.TimeUnit) {
	start := p.start()
	u = p.unitWithoutTo()
	if p.failed || p.k != token.TO {
		return u
	}
	from, to := intervalUnits[u.From], intervalUnits[p.peek(1)]
	month := func(rank int) bool { return rank <= 2 }
	if from == 0 || from == 2 || from == 6 {
		return u
	}
	if to <= from || month(to) != month(from) {
		p.fail(p.tok(), "expected a smaller unit of time behind TO, found "+p.found(p.toks[p.i+1]), "")
		return u
	}
	p.next()
	u.To = p.k
	p.next()
	if to == 6 && p.got(token.LParen) {
		u.Fraction = p.digits()
		p.expect(token.RParen)
	}
	u.Loc = p.from(start)
	return u
}

// unitWithoutTo parses unit [(precision)], and SECOND [(precision, fraction)].
func (p *parser) unitWithoutTo() (u ast.TimeUnit) {
	start := p.start()
	if !isIntervalUnit(p.k) {
		p.unexpected("a unit of time such as SECOND, MINUTE, HOUR, DAY or MONTH")
		return u
	}
	u.From = p.k
	p.next()
	switch u.From {
	case token.WEEK, token.WEEKS, token.QUARTER, token.QUARTERS:
		p.need(token.V2_0, p.from(start), "an interval in "+u.From.String())
	}
	if p.k == token.LParen {
		p.next()
		u.Precision = p.digits()
		if (u.From == token.SECOND || u.From == token.SECONDS) && p.got(token.Comma) {
			u.Precision += ", " + p.digits()
		}
		p.expect(token.RParen)
	}
	u.Loc = p.from(start)
	return u
}

// digits reads an unsigned whole number, or a variable in its place.
func (p *parser) digits() string {
	if p.k != token.Integer && p.k != token.Variable {
		p.unexpected("a whole number")
		return ""
	}
	t := p.tok()
	text := t.Text(p.text)
	if t.Kind == token.Integer {
		if _, err := strconv.ParseInt(text, 10, 32); err != nil {
			p.fail(t, "the number is too large", "")
			return ""
		}
	}
	p.next()
	return text
}

// unsignedNumber reads a number without sign, or a variable in its place.
func (p *parser) unsignedNumber(what string) ast.Expr {
	switch {
	case p.k.IsNumber():
		return p.numberLiteral()
	case p.k == token.Variable:
		return p.nameOrCall()
	}
	p.unexpected(what)
	return &ast.BadExpr{}
}

// signedNumber reads a number that may have a sign.
func (p *parser) signedNumber(what string) ast.Expr {
	if p.k != token.Plus && p.k != token.Minus {
		return p.unsignedNumber(what)
	}
	start, op := p.start(), p.k
	p.next()
	u := p.unaries.put(ast.Unary{Op: op, X: p.unsignedNumber(what)})
	u.Loc = p.from(start)
	return u
}

// literal reads a constant, as the values of a partition are.
func (p *parser) literal(what string) ast.Expr {
	switch p.k {
	case token.Plus, token.Minus:
		return p.signedNumber("a number")
	case token.DATE, token.TIME, token.TIMESTAMP, token.DATETIME:
		if !p.isName(p.k) {
			return p.dateTime()
		}
	case token.NULL, token.TRUE, token.FALSE, token.UNKNOWN, token.Variable, token.LBraceDate, token.LBraceTime, token.LBraceTimestamp:
		return p.operandOf(subQuery)
	case token.INTERVAL:
		if k := p.peek(1); k == token.String || (k == token.Plus || k == token.Minus) && p.peek(2) == token.String {
			return p.interval()
		}
	default:
		if p.k.IsNumber() || p.k.IsString() {
			return p.operandOf(subQuery)
		}
	}
	p.unexpected(what)
	return &ast.BadExpr{}
}
