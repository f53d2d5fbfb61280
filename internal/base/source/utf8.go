package source

import (
	"strings"
	"unicode/utf8"
)

// ByteOrderMark is what some editors write in front of UTF-8 text; it is no part of the text.
const ByteOrderMark = "\ufeff"

// NotUTF8 returns the place of the first byte that is not UTF-8 and a sentence that helps, and false for good text.
func (f *File) NotUTF8() (at Span, help string, bad bool) {
	if utf8.ValidString(f.Text) {
		return Span{}, "", false
	}
	offset := 0
	for offset < len(f.Text) {
		r, size := utf8.DecodeRuneInString(f.Text[offset:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		offset += size
	}
	help = "save the file as UTF-8"
	if strings.HasPrefix(f.Text, "\xff\xfe") || strings.HasPrefix(f.Text, "\xfe\xff") {
		help = "the file is UTF-16: save it as UTF-8"
	}
	return Span{Start: offset, End: offset + 1}, help, true
}
