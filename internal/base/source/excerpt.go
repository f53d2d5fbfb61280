package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// excerptWidth is how many characters of a long line an excerpt shows around the place it marks.
const excerptWidth = 120

// Excerpt returns the line where the span starts with carets under the span and a note behind them:
//
//	14 |   COUNT(DISTINCT uuid) AS uv
//	   |                  ^^^^ unknown column
//
// A span over several lines is marked to the end of its first line; an empty span gets one caret. Tabs are kept in both
// rows, so that the carets stand under the text whatever the tab width. Very long lines are cut around the span.
func (f *File) Excerpt(s Span, note string) string {
	at := f.Position(s.Start)
	line := f.Line(at.Line)
	before := []rune(line)
	start := min(at.Column-1, len(before))
	length := max(1, min(utf8.RuneCountInString(f.Slice(s)), len(before)-start))

	head, tail := "", ""
	if len(before) > excerptWidth {
		from := max(0, start-excerptWidth/2)
		to := min(len(before), from+excerptWidth)
		if from > 0 {
			head = "…"
		}
		if to < len(before) {
			tail = "…"
		}
		before, start = before[from:to], start-from
		length = min(length, max(1, len(before)-start))
	}
	var pad strings.Builder
	pad.WriteString(strings.Repeat(" ", utf8.RuneCountInString(head)))
	for _, r := range before[:start] {
		if r == '\t' {
			pad.WriteRune('\t')
		} else {
			pad.WriteString(strings.Repeat(" ", cells(r)))
		}
	}
	carets := 0
	for _, r := range before[start:min(start+length, len(before))] {
		carets += cells(r)
	}
	mark := strings.Repeat("^", max(1, carets))
	if note != "" {
		mark += " " + note
	}
	return fmt.Sprintf("%5d | %s%s%s\n%5s | %s%s\n", at.Line, head, string(before), tail, "", pad.String(), mark)
}

// cells is how many terminal cells a character takes: two for the wide blocks of East Asian scripts and emoji.
func cells(r rune) int {
	switch {
	case r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0xffe0 && r <= 0xffe6 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd):
		return 2
	}
	return 1
}
