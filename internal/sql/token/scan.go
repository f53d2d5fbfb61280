package token

import (
	"strings"
	"unicode/utf8"
)

// This file holds the rarer rules of Flink's lexer: letters beyond ASCII, variables, collations, line ends.

// lineEnd returns the offset behind a -- or // comment.
func lineEnd(s string, i int) int {
	for ; i < len(s); i++ {
		if s[i] == '\n' || s[i] == '\r' {
			return i + 1
		}
	}
	return i
}

// variableEnd returns the offset behind the ${…} that starts at i, and -1 when it has no end on its line.
func variableEnd(s string, i int) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '}':
			return i + 1
		case '\n', '\r':
			return -1
		}
	}
	return -1
}

// hasDollar reports whether text has a $ that starts no ${.
func hasDollar(text string) bool {
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], '$')
		if next < 0 {
			return false
		}
		i += next
		if i+1 >= len(text) || text[i+1] != '{' {
			return true
		}
	}
}

// collationEnd returns the offset behind a collation such as de_DE$x or a.b$c that starts at i, and -1 when there is
// none. Flink's lexer takes the longest match, so that even the column reference a.b$c is one.
func collationEnd(s string, i int) int {
	letters := func(at int, extra string) int {
		for at < len(s) && s[at] != '$' {
			_, size := utf8.DecodeRuneInString(s[at:])
			if !isPart(s, at) && strings.IndexByte(extra, s[at]) < 0 {
				break
			}
			at += size
		}
		return at
	}
	end := letters(i, ":.-_")
	if end == i || end >= len(s) || s[end] != '$' || strings.IndexByte(":.-", s[i]) >= 0 {
		return -1
	}
	tail := end + 1
	for tail < len(s) && s[tail] != '$' && isLetter(s, tail) {
		_, size := utf8.DecodeRuneInString(s[tail:])
		tail += size
	}
	if tail == end+1 {
		return -1
	}
	if tail < len(s) && s[tail] == '$' {
		if more := letters(tail+1, "_"); more > tail+1 {
			tail = more
		}
	}
	return tail
}

// isLetter reports whether the character at i may start an identifier, as LETTER of Calcite's Parser.jj.
func isLetter(s string, i int) bool {
	switch class[s[i]] {
	case classLetter, classDollar:
		return true
	case classWide:
		r, _ := utf8.DecodeRuneInString(s[i:])
		for _, span := range letters {
			if r >= span[0] && r <= span[1] {
				return true
			}
		}
	}
	return false
}

// isPart reports whether the character at i may stand inside an identifier: LETTER or DIGIT of Calcite's Parser.jj.
func isPart(s string, i int) bool {
	if isLetter(s, i) || class[s[i]] == classDigit {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return true
		}
	}
	return false
}

var letters = [...][2]rune{
	{0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0xff}, {0x100, 0x1fff}, {0x3040, 0x318f}, {0x3300, 0x337f},
	{0x3400, 0x3d2d}, {0x4e00, 0x9fff}, {0xf900, 0xfaff},
}

// zeros are the zeros of the scripts whose digits count; Tamil starts at one.
var zeros = [...]rune{
	0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0x1040,
}

// Comments calls yield for each comment between two offsets, which must be the end of one token and the start of
// another; the comment includes its marks but not the line break behind it.
func Comments(text string, from, to int, yield func(start, end int)) {
	for i := from; i+1 < to; i++ {
		switch {
		case text[i] == '-' && text[i+1] == '-', text[i] == '/' && text[i+1] == '/':
			end := lineEnd(text, i+2)
			start := i
			i = end - 1
			for end > start && (text[end-1] == '\n' || text[end-1] == '\r') {
				end--
			}
			yield(start, end)
		case text[i] == '/' && text[i+1] == '*':
			end := strings.Index(text[i+2:], "*/")
			if end < 0 {
				return
			}
			yield(i, i+2+end+2)
			i += 2 + end + 1
		}
	}
}
