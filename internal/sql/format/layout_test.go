package format

import (
	"strings"
	"testing"
)

// build makes a layout from a small notation: words are texts, "_" a blank or break, "|" a cut, "!" a line, "=" an empty
// line, "[" and "]" a group indented by two, "{" and "}" a fill.
func build(notation string) *layout {
	l := new(layout)
	for word := range strings.FieldsSeq(notation) {
		switch word {
		case "_":
			l.add(opSpace)
		case "|":
			l.add(opCut)
		case ">":
			l.add(opOuter)
		case "!":
			l.add(opLine)
		case "=":
			l.add(opBlank)
		case "[":
			l.open(opOpen, 2)
		case "{":
			l.open(opFill, 2)
		case "]", "}":
			l.close()
		default:
			l.text(word)
		}
	}
	return l
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, notation, want string }{
		{"fits", "[ a _ b _ c ]", "a b c"},
		{"a group breaks everywhere", "[ aaaa _ bbbb _ cccc ]", "aaaa\n  bbbb\n  cccc"},
		{"a fill breaks where it must", "{ aa _ bb _ cc _ dd _ ee }", "aa bb cc\n  dd ee"},
		{"inner groups stay whole", "[ aaaa _ [ bb _ cc ] _ dddd ]", "aaaa\n  bb cc\n  dddd"},
		{"what follows a group counts", "[ aa _ bb _ cc ] )))", "aa\n  bb\n  cc)))"},
		{"cuts are nothing when flat", "[ ( | a | ) ]", "(a)"},
		{"lines break what is around", "[ a _ [ b ! c ] ]", "a\n  b\n    c"},
		{"the end goes back out", "[ ((( | aaaa _ bbbb > ] )))", "(((\n  aaaa\n  bbbb\n)))"},
		{"empty lines hold no blanks", "[ a = b ]", "a\n\n  b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			build(test.notation).print(&out, 10, 0)
			if out.String() != test.want {
				t.Errorf("got\n%s\nwant\n%s", out.String(), test.want)
			}
		})
	}
}
