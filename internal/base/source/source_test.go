package source_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/base/source"
)

func TestPosition(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		offset     int
		want       source.Position
	}{
		{"empty text", "", 0, source.Position{Line: 1, Column: 1}},
		{"before the start", "ab", -5, source.Position{Line: 1, Column: 1}},
		{"after the end", "ab\nc", 99, source.Position{Line: 2, Column: 2}},
		{"line break belongs to its line", "ab\ncd", 2, source.Position{Line: 1, Column: 3}},
		{"first of a line", "ab\ncd", 3, source.Position{Line: 2, Column: 1}},
		{"columns count characters", "é漢x", len("é漢"), source.Position{Line: 1, Column: 3}},
		{"carriage return", "a\r\nb", 3, source.Position{Line: 2, Column: 1}},
		{"empty last line", "a\n", 2, source.Position{Line: 2, Column: 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := source.New("f", test.text).Position(test.offset); got != test.want {
				t.Errorf("Position(%d) = %v, want %v", test.offset, got, test.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	f := source.New("f", "one\r\ntwo\n")
	for n, want := range map[int]string{0: "", 1: "one", 2: "two", 3: "", 4: ""} {
		if got := f.Line(n); got != want {
			t.Errorf("Line(%d) = %q, want %q", n, got, want)
		}
	}
	if got := f.Lines(); got != 3 {
		t.Errorf("Lines() = %d, want 3", got)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300) + "HERE" + strings.Repeat("y", 300)
	for _, test := range []struct {
		name, text string
		mark, note string
		want       string
	}{
		{"middle of a line", "SELECT a,\n  uuid FROM t", "uuid", "unknown", "    2 |   uuid FROM t\n      |   ^^^^ unknown\n"},
		{"tabs stay tabs", "\tbad", "bad", "", "    1 | \tbad\n      | \t^^^\n"},
		{"wide characters take two cells", "漢字 bad", "bad", "", "    1 | 漢字 bad\n      |      ^^^\n"},
		{"over the end of the line", "a (b\nc)", "(b\nc)", "", "    1 | a (b\n      |   ^^\n"},
		{"long line", long, "HERE", "", "    1 | …" + strings.Repeat("x", 60) + "HERE" + strings.Repeat("y", 56) + "…\n      | " + strings.Repeat(" ", 61) + "^^^^\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			start := strings.Index(test.text, test.mark)
			got := source.New("f", test.text).Excerpt(source.Span{Start: start, End: start + len(test.mark)}, test.note)
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func FuzzPosition(f *testing.F) {
	f.Add("ab\n漢\r\n", 4)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		file := source.New("f", text)
		at := file.Position(offset)
		if at.Line < 1 || at.Line > file.Lines() || at.Column < 1 {
			t.Fatalf("Position(%d) = %v of %d lines", offset, at, file.Lines())
		}
		// Positions and offsets agree wherever the offset starts a character and does not stand on a line break.
		if offset >= 0 && offset < len(text) && utf8.RuneStart(text[offset]) && utf8.ValidString(text) {
			if back := file.Offset(at); back != offset {
				t.Fatalf("Offset(Position(%d)) = %d", offset, back)
			}
		}
		file.Excerpt(source.Span{Start: offset, End: offset + 3}, "note")
	})
}

func TestNotUTF8(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"plain": -1, "ünï \ufffd": -1, "ü\xe9x": 2, "\xff\xfea": 0, "": -1, "a\xc3": 1} {
		at, help, bad := source.New("a", text).NotUTF8()
		if bad != (want >= 0) || bad && (at.Start != want || at.End != want+1 || help == "") {
			t.Errorf("%q: %v %q %v, want %d", text, at, help, bad, want)
		}
	}
}
