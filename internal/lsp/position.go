package lsp

import (
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/base/source"
)

// Position is a place in a text as the protocol counts: lines and UTF-16 units from 0.
type Position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// Range is from one place up to another.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Location is a range of a file.
type Location struct {
	URI   string `json:"uri"`
	Range Range  `json:"range"`
}

// offset turns a position into bytes. One behind the end of its line is the end of the line, as the protocol wants.
func offset(text string, p Position) int {
	at := 0
	for line := 0; line < p.Line; line++ {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	for units := 0; units < p.Character && at < len(text) && text[at] != '\n' && text[at] != '\r'; {
		r, size := utf8.DecodeRuneInString(text[at:])
		units++
		if r > 0xffff {
			units++
		}
		at += size
	}
	return at
}

// rangeOf turns a span into what the protocol wants. Files know where their lines begin.
func rangeOf(f *source.File, at source.Span) Range {
	return Range{positionOf(f, at.Start), positionOf(f, at.End)}
}

func positionOf(f *source.File, at int) Position {
	at = min(max(at, 0), len(f.Text))
	p := f.Position(at)
	begin := strings.LastIndexByte(f.Text[:at], '\n') + 1
	units := 0
	for _, r := range f.Text[begin:at] {
		units++
		if r > 0xffff {
			units++
		}
	}
	return Position{p.Line - 1, units}
}

// pathOf is the file of a URI, "" for one that is no file.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' { // /C:/…
		path = path[1:]
	}
	return filepath.Clean(filepath.FromSlash(path))
}

func uriOf(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
