package tui

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// clean makes a text safe for one line of a terminal: what the data says must neither move the cursor nor break the
// line. Line breaks and tabs become their symbols, other control characters a dot.
func clean(text string) string {
	if !strings.ContainsFunc(text, hostile) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r == '\t':
			return '⇥'
		case r == '\r':
			return '␍'
		case hostile(r):
			return '·'
		}
		return r
	}, text)
}

// hostile says whether a terminal may act on a character: control characters, and those that turn the direction of text.
func hostile(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == unicode.ReplacementChar
}

// width is the number of cells a text takes; East Asian characters and emoji take two.
func width(text string) int { return ansi.StringWidth(text) }

// cut shortens a text to a number of cells, with an ellipsis when something is missing.
func cut(text string, cells int) string {
	if cells <= 0 {
		return ""
	}
	return ansi.Truncate(text, cells, "…")
}

// left pads or cuts a text to exactly so many cells.
func left(text string, cells int) string {
	text = cut(text, cells)
	return text + blank(cells-width(text))
}

// right is left for numbers.
func right(text string, cells int) string {
	text = cut(text, cells)
	return blank(cells-width(text)) + text
}

// spread puts one text at the left edge and one at the right; the left one yields.
func spread(a, b string, cells int) string {
	b = cut(b, cells)
	a = cut(a, max(0, cells-width(b)-2))
	return a + blank(cells-width(a)-width(b)) + b
}

func blank(cells int) string { return strings.Repeat(" ", max(0, cells)) }

// count writes a number with a comma between thousands.
func count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// fold breaks a text into lines of at most so many cells, also inside words.
func fold(text string, cells int) []string {
	return strings.Split(ansi.Hardwrap(text, max(1, cells), true), "\n")
}
