// Package token cuts Flink SQL into tokens and knows the words of its grammar.
//
// Tokens are small values that point into the text: nothing is copied, and blanks and comments are what lies between
// two tokens, so that a text can always be put together again. One lexer serves all releases; what a release does not
// have is for the parser to say.
package token

import (
	"sync"

	"github.com/autostream/autostream/internal/base/source"
)

// Kind says what a token is. Words of the grammar have a kind each (SELECT, TABLE, …), whatever their case in the text;
// whether such a word may also be a name depends on the release, see [Kind.Reserved].
type Kind uint16

// The kinds that are not words.
const (
	EOF Kind = iota // end of the text, empty
	Bad             // after a syntax error: no production accepts it

	// Things that never are a token of Flink's; each stands for one lexical error.
	Illegal                 // a character that starts no token, or a byte that is no UTF-8
	UnclosedString          // ' without its end
	UnclosedIdentifier      // ` without its end on the same line
	UnclosedComment         // /* without its end
	UnclosedVariable        // ${ without its end
	EmptyIdentifier         // ``
	LocalizedCollation      // en$de: Flink reads a-b$c as one token, a collation, that fits nowhere
	DoubleQuote             // "
	lastLexicalError        = DoubleQuote
	firstName               = Identifier
	lastName                = Variable
	firstStringKind         = String
	lastStringKind          = BinaryString
	firstNumber             = Integer
	lastNumber              = Approximate
	firstKeyword       Kind = 64
)

// The kinds that carry text of their own.
const (
	Identifier       Kind = lastLexicalError + 1 + iota // a
	QuotedIdentifier                                    // `a`
	Variable                                            // ${A}, or a word with one inside: topic_${ENV}

	Integer     // 1
	Decimal     // 1.5
	Approximate // 1e5

	String         // 'a'
	PrefixedString // N'a', _utf8'a'
	UnicodeString  // U&'a'
	CString        // E'a\n', since 2.0
	BinaryString   // X'0F'

	LParen
	RParen
	LBrace
	RBrace
	LBraceDate      // {d
	LBraceTime      // {t
	LBraceTimestamp // {ts
	LBraceFn        // {fn
	LBracket
	RBracket
	Semicolon
	Period
	DoublePeriod
	Comma

	Eq
	Gt
	Lt
	Le
	Ge
	Ne     // <>
	BangEq // !=
	Arrow  // =>
	Question
	Colon
	Plus
	Minus
	Star
	Slash
	Percent
	Concat // ||
	Bar    // |
	Caret
	Dollar
	HintStart // /*+
	HintEnd   // */
)

// Token is a piece of text; its offsets are bytes of the file.
type Token struct {
	Kind       Kind
	Start, End int32
}

// Text returns what stands in the file, unchanged.
func (t Token) Text(file string) string { return file[t.Start:t.End] }

// Span returns the place of the token.
func (t Token) Span() source.Span { return source.Span{Start: int(t.Start), End: int(t.End)} }

// IsWord reports whether the kind is a word of the grammar.
func (k Kind) IsWord() bool { return k >= firstKeyword }

// IsString reports whether the kind is any of the string literals.
func (k Kind) IsString() bool { return k >= firstStringKind && k <= lastStringKind }

// IsNumber reports whether the kind is an unsigned number.
func (k Kind) IsNumber() bool { return k >= firstNumber && k <= lastNumber }

// IsLexicalError reports whether the text of the token is no token of Flink's at all.
func (k Kind) IsLexicalError() bool { return k > Bad && k <= lastLexicalError }

// IsName reports whether a token of this kind can be a name in a release without further quoting.
func (k Kind) IsName(r Release) bool {
	return k >= firstName && k <= lastName || k >= firstKeyword && reservedIn[k]&r.bit() == 0
}

// Names tells for every kind whether a token of it can be a name in a release, as [Kind.IsName] does. The table is
// shared: it must not be changed.
func Names(r Release) *[NumKinds]bool {
	t := &nameTables[min(r, Latest)]
	t.made.Do(func() {
		for k := range NumKinds {
			t.names[k] = k.IsName(min(r, Latest))
		}
	})
	return &t.names
}

// nameTables are made once each: the parser asks for every second token.
var nameTables [Latest + 1]struct {
	made  sync.Once
	names [NumKinds]bool
}

// Reserved reports whether the word needs backticks to be a name in a release.
func (k Kind) Reserved(r Release) bool { return k >= firstKeyword && reservedIn[k]&r.bit() != 0 }

// Word returns the word of a kind in capitals, and "" when it is no word.
func (k Kind) Word() string {
	if k < firstKeyword || int(k) >= len(words) {
		return ""
	}
	return words[k]
}

// String names the kind the way a message does: a word in capitals, a symbol as written, else a noun.
func (k Kind) String() string {
	if w := k.Word(); w != "" {
		return w
	}
	if int(k) < len(names) {
		return names[k]
	}
	return "token"
}

var names = [...]string{
	EOF: "end of text", Bad: "", Illegal: "illegal character", UnclosedString: "unclosed string", UnclosedIdentifier: "unclosed identifier",
	UnclosedComment: "unclosed comment", UnclosedVariable: "unclosed variable", EmptyIdentifier: "empty identifier",
	LocalizedCollation: "collation", DoubleQuote: "\"",
	Identifier: "name", QuotedIdentifier: "name", Variable: "variable",
	Integer: "number", Decimal: "number", Approximate: "number",
	String: "string", PrefixedString: "string", UnicodeString: "string", CString: "string", BinaryString: "binary string",
	LParen: "(", RParen: ")", LBrace: "{", RBrace: "}", LBraceDate: "{d", LBraceTime: "{t", LBraceTimestamp: "{ts", LBraceFn: "{fn",
	LBracket: "[", RBracket: "]", Semicolon: ";", Period: ".", DoublePeriod: "..", Comma: ",",
	Eq: "=", Gt: ">", Lt: "<", Le: "<=", Ge: ">=", Ne: "<>", BangEq: "!=", Arrow: "=>", Question: "?", Colon: ":",
	Plus: "+", Minus: "-", Star: "*", Slash: "/", Percent: "%", Concat: "||", Bar: "|", Caret: "^", Dollar: "$",
	HintStart: "/*+", HintEnd: "*/",
}

// Lookup returns the kind of a word whatever its case, and Identifier when the grammar does not have it.
func Lookup(word string) Kind {
	n := len(word)
	if n < shortestWord && n != 1 || n > longestWord {
		return Identifier
	}
	for slot := slotOf(word); ; slot = (slot + 1) % len(slots) {
		k := slots[slot]
		if k == 0 {
			return Identifier
		}
		if w := words[k]; len(w) == n && equalFold(w, word) {
			return k
		}
	}
}

// slotOf mixes the length, both ends and the middle of a word; letters of both cases fall together.
func slotOf(word string) int {
	n := len(word)
	h := uint32(n)<<27 ^ uint32(word[0]|0x20)<<19 ^ uint32(word[n-1]|0x20)<<11 ^ uint32(word[n/2]|0x20)<<4
	h ^= uint32(word[(n-1)/4]|0x20)<<8 ^ uint32(word[n*3/4]|0x20)
	return int(h * slotMix >> (32 - slotBits))
}

// equalFold compares with a word in capitals.
func equalFold(capitals, word string) bool {
	for i := 0; i < len(capitals); i++ {
		c := word[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != capitals[i] {
			return false
		}
	}
	return true
}
