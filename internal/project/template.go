package project

import (
	"sort"
	"strings"

	"github.com/autostream/autostream/internal/base/source"
)

// reference is a ${NAME} or ${NAME:-default} in a text. Offsets are in bytes.
type reference struct {
	span     source.Span
	name     string // "" for one that is malformed
	fallback string
	optional bool // has a fallback
	escape   bool // no reference but $${, which stands for a plain ${
}

// Rendering is a text whose references were replaced. It knows where each part of it comes from.
type Rendering struct {
	Text  string
	parts []part
}

// part is a replaced reference: where it stands now and where it stood.
type part struct{ now, then source.Span }

// render replaces the references and escapes of a text by what fill gives; where fill says false they stay.
func render(text string, fill func(reference) (string, bool)) Rendering {
	var out strings.Builder
	var parts []part
	done := 0
	for ref, ok := nextReference(text, 0); ok; ref, ok = nextReference(text, ref.span.End) {
		value, filled := fill(ref)
		if !filled {
			continue
		}
		out.WriteString(text[done:ref.span.Start])
		start := out.Len()
		out.WriteString(value)
		parts = append(parts, part{now: source.Span{Start: start, End: out.Len()}, then: ref.span})
		done = ref.span.End
	}
	if parts == nil {
		return Rendering{Text: text}
	}
	out.WriteString(text[done:])
	return Rendering{Text: out.String(), parts: parts}
}

// nextReference finds the next ${ or $${ at or behind an offset.
func nextReference(text string, from int) (reference, bool) {
	at := strings.Index(text[from:], "${")
	switch at += from; {
	case at < from:
		return reference{}, false
	case at > from && text[at-1] == '$':
		return reference{escape: true, span: source.Span{Start: at - 1, End: at + len("${")}}, true
	}
	return readReference(text, at), true
}

// readReference reads the reference whose ${ stands at an offset. Braces inside a default are counted, so that it may
// hold further references and JSON.
func readReference(text string, at int) reference {
	nameStart := at + len("${")
	nameEnd := nameStart
	for nameEnd < len(text) && isNameByte(text[nameEnd], nameEnd > nameStart) {
		nameEnd++
	}
	ref := reference{name: text[nameStart:nameEnd]}
	rest := text[nameEnd:]
	switch {
	case ref.name != "" && strings.HasPrefix(rest, "}"):
		ref.span = source.Span{Start: at, End: nameEnd + 1}
		return ref
	case ref.name != "" && strings.HasPrefix(rest, ":-"):
		depth := 1
		for i := len(":-"); i < len(rest); i++ {
			switch rest[i] {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth == 0 {
				ref.optional, ref.fallback = true, rest[len(":-"):i]
				ref.span = source.Span{Start: at, End: nameEnd + i + 1}
				return ref
			}
		}
	}
	return reference{span: source.Span{Start: at, End: max(nameEnd, nameStart)}}
}

func isNameByte(c byte, digits bool) bool {
	return c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || digits && c >= '0' && c <= '9'
}

// Origin tells where a span of the rendered text comes from. A span that touches a replaced reference takes in all of
// the reference.
func (r Rendering) Origin(s source.Span) source.Span {
	start, _ := r.origin(s.Start)
	if s.End <= s.Start {
		return source.Span{Start: start, End: start}
	}
	_, end := r.origin(s.End - 1)
	return source.Span{Start: start, End: end}
}

// origin returns the span of the original text that one byte of the rendered text comes from.
func (r Rendering) origin(offset int) (start, end int) {
	i := sort.Search(len(r.parts), func(i int) bool { return r.parts[i].now.End > offset })
	if i < len(r.parts) && r.parts[i].now.Start <= offset {
		return r.parts[i].then.Start, r.parts[i].then.End
	}
	if i > 0 {
		offset += r.parts[i-1].then.End - r.parts[i-1].now.End
	}
	return offset, offset + 1
}

// Literal says whether a span of the rendered text stands in the original text as it is, so that an edit of it can be
// made there.
func (r Rendering) Literal(s source.Span) bool {
	i := sort.Search(len(r.parts), func(i int) bool { return r.parts[i].now.End >= s.Start })
	return i == len(r.parts) || r.parts[i].now.Start > s.End
}
