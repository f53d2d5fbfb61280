package plan

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
)

// origin tells where the text of one statement of a Spec comes from.
type origin struct{ fragments []fragment }

// fragment is a part of a statement that stands in a script as it is.
type fragment struct {
	at     int // in the statement
	length int
	script Script
	number int // of the statement in its file
	from   int // in the recorded text of the script
}

// Place is a place in a file of the user.
type Place struct {
	File      *source.File
	Span      source.Span
	Statement int // in its file, counted from 1
}

func (p *Plan) add(text string, fragments ...fragment) {
	p.Spec.Statements = append(p.Spec.Statements, text)
	p.origins = append(p.origins, origin{fragments})
}

// Files names the scripts that the statements of the Spec come from, in their order.
func (p *Plan) Files() []string {
	var all []string
	for _, o := range p.origins {
		for _, f := range o.fragments {
			if name := f.script.Written.Name; !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// Place finds a place in a statement of the Spec in the text that the user wrote; false when there is none. Line and
// column count from 1 and characters as Flink's parser does; without a line it is the beginning of the statement.
func (p *Plan) Place(statement, line, column int) (Place, bool) {
	if statement < 0 || statement >= len(p.origins) || len(p.origins[statement].fragments) == 0 {
		return Place{}, false
	}
	text := source.New("", p.Spec.Statements[statement])
	offset := 0
	if line > 0 {
		offset = text.Offset(source.Position{Line: line, Column: max(column, 1)})
	}
	return p.origins[statement].place(offset, wordAt(text.Text, offset)), true
}

func (o origin) place(offset, length int) Place {
	f := o.fragments[0]
	for _, next := range o.fragments[1:] {
		if next.at <= offset {
			f = next
		}
	}
	start := f.from + min(max(offset-f.at, 0), f.length)
	end := min(start+length, f.from+f.length)
	return Place{File: f.script.Written, Span: f.script.Origin(source.Span{Start: start, End: end}), Statement: f.number}
}

// wordAt is the length of the word or sign that begins at an offset.
func wordAt(text string, offset int) int {
	rest := text[min(offset, len(text)):]
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && r != '$' && r < 0x80 && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
	switch {
	case end < 0:
		return len(rest)
	case end == 0:
		return 1
	}
	return end
}
