// Package source holds the text of a file and turns byte offsets into what a person reads: lines, columns, excerpts.
package source

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// File is one text with a name. It is immutable and safe for concurrent use; the line table is made on first need,
// so that parsing a large script pays nothing for positions nobody asks about.
type File struct {
	Name string // as the user wrote it, or relative to the project
	Text string

	once  sync.Once
	lines []int // byte offset of the start of each line
}

// New returns a file that shares text; it does not copy it.
func New(name, text string) *File { return &File{Name: name, Text: text} }

// Span is a half-open range of byte offsets in one file. The zero Span is the empty range at the start.
type Span struct{ Start, End int }

// Position is what messages print: both numbers count from 1, columns count characters (not bytes).
type Position struct{ Line, Column int }

// Position converts a byte offset. Offsets outside the text are moved to its nearest end.
func (f *File) Position(offset int) Position {
	offset = min(max(offset, 0), len(f.Text))
	f.index()
	line := sort.SearchInts(f.lines, offset+1) - 1
	return Position{Line: line + 1, Column: utf8.RuneCountInString(f.Text[f.lines[line]:offset]) + 1}
}

// Offset converts a position back; a column past the end of its line gives the end of that line.
func (f *File) Offset(p Position) int {
	f.index()
	if p.Line < 1 {
		return 0
	}
	if p.Line > len(f.lines) {
		return len(f.Text)
	}
	offset := f.lines[p.Line-1]
	for column := 1; column < p.Column && offset < len(f.Text) && f.Text[offset] != '\n'; column++ {
		_, size := utf8.DecodeRuneInString(f.Text[offset:])
		offset += size
	}
	return offset
}

// Lines is the number of lines; a text without a line break has one.
func (f *File) Lines() int {
	f.index()
	return len(f.lines)
}

// Line returns the text of a line counted from 1, without its line break.
func (f *File) Line(n int) string {
	f.index()
	if n < 1 || n > len(f.lines) {
		return ""
	}
	text := f.Text[f.lines[n-1]:]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return strings.TrimSuffix(text, "\r")
}

// Slice returns the text of a span; the part of the span outside the file is ignored.
func (f *File) Slice(s Span) string {
	start := min(max(s.Start, 0), len(f.Text))
	return f.Text[start:min(max(s.End, start), len(f.Text))]
}

func (f *File) index() {
	f.once.Do(func() {
		f.lines = append(make([]int, 0, 1+strings.Count(f.Text, "\n")), 0)
		for i := 0; i < len(f.Text); i++ {
			next := strings.IndexByte(f.Text[i:], '\n')
			if next < 0 {
				break
			}
			i += next
			f.lines = append(f.lines, i+1)
		}
	})
}
