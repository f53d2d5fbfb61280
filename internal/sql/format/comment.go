package format

import (
	"iter"
	"strings"
)

// A comment is one comment between two tokens, and how it stood there.
type comment struct {
	text        string // without the line break; block comments keep theirs
	start       int    // byte offset
	line        bool   // -- or //: nothing can follow on its line
	ownLine     bool   // a line break stood before it
	blankBefore bool   // an empty line stood before it
	endsLine    bool   // a line break stood after it
}

// eachComment finds the comments in text[from:to], which holds no token: only blanks and comments.
func eachComment(text string, from, to int) iter.Seq[comment] {
	return func(yield func(comment) bool) {
		breaks := 0
		if strings.TrimSpace(text[:from]) == "" {
			breaks = 1 // the start of the text is the start of a line
		}
		for i := from; i < to; {
			switch {
			case text[i] == '\n':
				breaks++
				i++
			case strings.HasPrefix(text[i:], "--"), strings.HasPrefix(text[i:], "//"):
				end := i + strings.IndexByte(text[i:to]+"\n", '\n')
				c := comment{text: strings.TrimRight(text[i:end], " \t\r\f"), start: i, line: true, ownLine: breaks > 0, blankBefore: breaks > 1, endsLine: true}
				if !yield(c) {
					return
				}
				i, breaks = end, 0
			case strings.HasPrefix(text[i:], "/*"):
				end := i + 2 + strings.Index(text[i+2:to], "*/") + 2
				rest := strings.TrimLeft(text[end:to], " \t\r\f")
				c := comment{text: text[i:end], start: i, ownLine: breaks > 0, blankBefore: breaks > 1, endsLine: strings.HasPrefix(rest, "\n")}
				if !yield(c) {
					return
				}
				i, breaks = end, 0
			default:
				i++
			}
		}
	}
}
