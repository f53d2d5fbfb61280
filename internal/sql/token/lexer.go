package token

import (
	"strings"
	"unicode/utf8"
)

// Lexer cuts one text into tokens. The zero value is not useful; copies go on independently.
type Lexer struct {
	text string
	pos  int
	// dollar says that collations such as en$de may occur; most texts have no $ outside of ${…} and skip that check.
	dollar bool
}

// NewLexer returns a lexer at the start of text.
func NewLexer(text string) Lexer {
	return Lexer{text: text, dollar: hasDollar(text)}
}

// Seek goes on at a byte offset, which must not lie inside a token or comment.
func (l *Lexer) Seek(offset int) { l.pos = offset }

// All returns the tokens of text, the last one is EOF.
func All(text string) []Token {
	l := NewLexer(text)
	tokens := make([]Token, 0, len(text)/5+4)
	for {
		t := l.Next()
		tokens = append(tokens, t)
		if t.Kind == EOF {
			return tokens
		}
	}
}

// What a byte can start.
const (
	classOther uint8 = iota
	classBlank
	classLetter
	classDigit
	classWide // first byte of a character beyond ASCII
	classQuote
	classBacktick
	classSlash
	classMinus
	classPeriod
	classDollar
	classLBrace
	classSimple // a symbol of one byte that starts no longer one
	classPair   // a symbol that may have a second byte
)

var class = func() (c [256]uint8) {
	for b := 'a'; b <= 'z'; b++ {
		c[b], c[b-'a'+'A'] = classLetter, classLetter
	}
	c['_'] = classLetter
	for b := '0'; b <= '9'; b++ {
		c[b] = classDigit
	}
	for b := 0x80; b < 0x100; b++ {
		c[b] = classWide
	}
	for _, b := range " \t\n\r\f" {
		c[b] = classBlank
	}
	for _, b := range "()}[];,:?+*%^=\"" {
		c[b] = classSimple
	}
	for _, b := range "<>!|=*" {
		c[b] = classPair
	}
	c['\''], c['`'], c['/'], c['-'], c['.'], c['$'], c['{'] = classQuote, classBacktick, classSlash, classMinus, classPeriod, classDollar, classLBrace
	return c
}()

var simple = [128]Kind{
	'(': LParen, ')': RParen, '}': RBrace, '[': LBracket, ']': RBracket, ';': Semicolon, ',': Comma, ':': Colon, '?': Question,
	'+': Plus, '*': Star, '%': Percent, '^': Caret, '=': Eq, '"': DoubleQuote, '<': Lt, '>': Gt, '!': Illegal, '|': Bar,
}

// Next returns the next token; at the end of the text EOF, again and again.
func (l *Lexer) Next() Token {
	s, i := l.text, l.pos
	for {
		if i >= len(s) {
			l.pos = len(s)
			return Token{EOF, int32(len(s)), int32(len(s))}
		}
		switch class[s[i]] {
		case classBlank:
			i++
			continue
		case classLetter:
			return l.word(i)
		case classDigit:
			return l.number(i)
		case classSimple:
			l.pos = i + 1
			return Token{simple[s[i]], int32(i), int32(i + 1)}
		case classQuote:
			return l.quoted(String, i, i)
		case classPair:
			return l.pair(i)
		case classMinus:
			if i+1 < len(s) && s[i+1] == '-' {
				i = lineEnd(s, i+2)
				continue
			}
			return l.symbol(Minus, i, 1)
		case classSlash:
			if i+1 < len(s) && s[i+1] == '/' {
				i = lineEnd(s, i+2)
				continue
			}
			if i+1 < len(s) && s[i+1] == '*' {
				if i+2 < len(s) && s[i+2] == '+' {
					return l.symbol(HintStart, i, 3)
				}
				end := strings.Index(s[i+2:], "*/")
				if end < 0 {
					return l.symbol(UnclosedComment, i, len(s)-i)
				}
				i += 2 + end + 2
				continue
			}
			return l.symbol(Slash, i, 1)
		case classBacktick:
			return l.backtick(i)
		case classPeriod:
			if i+1 < len(s) && class[s[i+1]] == classDigit {
				return l.number(i)
			}
			if i+1 < len(s) && s[i+1] == '.' {
				return l.symbol(DoublePeriod, i, 2)
			}
			return l.symbol(Period, i, 1)
		case classDollar:
			if i+1 < len(s) && (s[i+1] == '{' || isLetter(s, i+1) || class[s[i+1]] == classDigit) {
				return l.word(i)
			}
			return l.symbol(Dollar, i, 1)
		case classLBrace:
			return l.brace(i)
		case classWide:
			if isLetter(s, i) {
				return l.word(i)
			}
			_, size := utf8.DecodeRuneInString(s[i:])
			return l.symbol(Illegal, i, size)
		default:
			return l.symbol(Illegal, i, 1)
		}
	}
}

func (l *Lexer) symbol(k Kind, start, size int) Token {
	l.pos = start + size
	return Token{k, int32(start), int32(l.pos)}
}

func (l *Lexer) pair(i int) Token {
	next := byte(0)
	if i+1 < len(l.text) {
		next = l.text[i+1]
	}
	switch {
	case l.text[i] == '<' && next == '=':
		return l.symbol(Le, i, 2)
	case l.text[i] == '<' && next == '>':
		return l.symbol(Ne, i, 2)
	case l.text[i] == '>' && next == '=':
		return l.symbol(Ge, i, 2)
	case l.text[i] == '!' && next == '=':
		return l.symbol(BangEq, i, 2)
	case l.text[i] == '|' && next == '|':
		return l.symbol(Concat, i, 2)
	case l.text[i] == '=' && next == '>':
		return l.symbol(Arrow, i, 2)
	case l.text[i] == '*' && next == '/':
		return l.symbol(HintEnd, i, 2)
	}
	return l.symbol(simple[l.text[i]], i, 1)
}

// word scans an identifier, a word of the grammar, a variable, or the prefix of a string.
func (l *Lexer) word(start int) Token {
	s := l.text
	i := start
	for i < len(s) && (class[s[i]] == classLetter || class[s[i]] == classDigit) {
		i++
	}
	if i == len(s) || class[s[i]] == classBlank {
		return l.keyword(start, i)
	}
	switch s[i] {
	case '(', ')', ',', ';', '=', '[', ']', '<', '>', '*', '+':
		return l.keyword(start, i)
	case '.':
		if !l.dollar && s[start] != '_' {
			return l.keyword(start, i)
		}
	}
	return l.longWord(start, i)
}

func (l *Lexer) keyword(start, end int) Token {
	l.pos = end
	return Token{Lookup(l.text[start:end]), int32(start), int32(end)}
}

// longWord goes on where a word of ASCII letters ended at something that may still belong to it.
func (l *Lexer) longWord(start, i int) Token {
	s := l.text
	kind := Identifier
	for i < len(s) {
		if class[s[i]] == classLetter || class[s[i]] == classDigit {
			i++
			continue
		}
		if s[i] == '$' {
			if i+1 < len(s) && s[i+1] == '{' {
				end := variableEnd(s, i)
				if end < 0 && i == start {
					return l.symbol(UnclosedVariable, i, len(s)-i)
				}
				if end < 0 { // the word before it is a token of its own: no byte gets lost
					l.pos = i
					return Token{kind, int32(start), int32(i)}
				}
				kind, i = Variable, end
				continue
			}
			i++
			continue
		}
		if class[s[i]] != classWide || !isPart(s, i) {
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	if kind == Variable {
		l.pos = i
		return Token{Variable, int32(start), int32(i)}
	}
	if i < len(s) {
		if t, ok := l.prefixed(start, i); ok {
			return t
		}
	}
	if l.dollar {
		if end := collationEnd(s, start); end > i {
			return l.symbol(LocalizedCollation, start, end-start)
		}
	}
	return l.keyword(start, i)
}

// prefixed recognises N'…', E'…', X'…', U&'…', U&`…` and _charset'…'.
func (l *Lexer) prefixed(start, i int) (Token, bool) {
	s := l.text
	if s[i] == '\'' {
		if s[start] == '_' && i > start+1 {
			return l.quoted(PrefixedString, start, i), true
		}
		if i == start+1 {
			switch s[start] | 0x20 {
			case 'n':
				return l.quoted(PrefixedString, start, i), true
			case 'e':
				return l.cString(start, i), true
			case 'x':
				return l.quoted(BinaryString, start, i), true
			}
		}
		return Token{}, false
	}
	if s[i] == '&' && i == start+1 && s[start]|0x20 == 'u' && i+1 < len(s) {
		switch {
		case s[i+1] == '\'':
			return l.quoted(UnicodeString, start, i+1), true
		case s[i+1] == '"':
			if end := strings.IndexByte(s[i+2:], '"'); end > 0 {
				return l.symbol(QuotedIdentifier, start, i+2+end+1-start), true
			}
		}
		return Token{}, false
	}
	if s[start] == '_' && (s[i] == '-' || s[i] == '.' || s[i] == ':') {
		for end := i; end < len(s); end++ {
			if c := s[end]; c == '\'' {
				return l.quoted(PrefixedString, start, end), true
			} else if class[c] != classLetter && class[c] != classDigit && c != '-' && c != '.' && c != ':' {
				break
			}
		}
	}
	return Token{}, false
}

// quoted scans a string whose opening quote stands at open; a doubled quote inside is one quote.
func (l *Lexer) quoted(k Kind, start, open int) Token {
	s := l.text
	for i := open + 1; ; {
		end := strings.IndexByte(s[i:], '\'')
		if end < 0 {
			return l.symbol(UnclosedString, start, len(s)-start)
		}
		i += end + 1
		if i >= len(s) || s[i] != '\'' {
			return l.symbol(k, start, i-start)
		}
		i++
	}
}

// cString scans E'…', where a backslash takes the next character with it.
func (l *Lexer) cString(start, open int) Token {
	s := l.text
	for i := open + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\'':
			if i+1 < len(s) && s[i+1] == '\'' {
				i++
				continue
			}
			return l.symbol(CString, start, i+1-start)
		}
	}
	return l.symbol(UnclosedString, start, len(s)-start)
}

// backtick scans `…` on one line; a doubled backtick inside is one.
func (l *Lexer) backtick(start int) Token {
	s := l.text
	for i := start + 1; i < len(s); i++ {
		switch s[i] {
		case '\n', '\r':
			return l.symbol(UnclosedIdentifier, start, i-start)
		case '`':
			if i+1 < len(s) && s[i+1] == '`' {
				i++
				continue
			}
			if i == start+1 {
				return l.symbol(EmptyIdentifier, start, 2)
			}
			return l.symbol(QuotedIdentifier, start, i+1-start)
		}
	}
	if strings.HasPrefix(s[start:], "``") {
		return l.symbol(EmptyIdentifier, start, 2)
	}
	return l.symbol(UnclosedIdentifier, start, len(s)-start)
}

// number scans 1, 1.5, .5, 1. and 1e5. Letters right behind it are the next token, as for Flink: 1abc is 1 AS abc.
func (l *Lexer) number(start int) Token {
	s, i, kind := l.text, start, Integer
	for i < len(s) && class[s[i]] == classDigit {
		i++
	}
	if i < len(s) && s[i] == '.' {
		kind = Decimal
		for i++; i < len(s) && class[s[i]] == classDigit; i++ {
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && class[s[j]] == classDigit {
			for i, kind = j, Approximate; i < len(s) && class[s[i]] == classDigit; i++ {
			}
		}
	}
	if l.dollar {
		if end := collationEnd(s, start); end > i {
			return l.symbol(LocalizedCollation, start, end-start)
		}
	}
	return l.symbol(kind, start, i-start)
}

// brace scans {, {d, {t, {ts and {fn.
func (l *Lexer) brace(start int) Token {
	s, i := l.text, start+1
	for i < len(s) && s[i] == ' ' {
		i++
	}
	letter := func(at int) byte {
		if at < len(s) {
			return s[at] | 0x20
		}
		return 0
	}
	switch {
	case letter(i) == 'd':
		return l.symbol(LBraceDate, start, i+1-start)
	case letter(i) == 't' && letter(i+1) == 's':
		return l.symbol(LBraceTimestamp, start, i+2-start)
	case letter(i) == 't':
		return l.symbol(LBraceTime, start, i+1-start)
	case letter(i) == 'f' && letter(i+1) == 'n':
		return l.symbol(LBraceFn, start, i+2-start)
	}
	return l.symbol(LBrace, start, 1)
}
