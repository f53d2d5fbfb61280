package format

import (
	"strings"

	"github.com/autostream/autostream/internal/sql/token"
)

// A stream copies the tokens of one statement into a layout, in order and without losing one. The walk over the syntax
// tree only says where groups and breaks are; whatever it does not know is still copied, with the blanks of the general
// rule. Comments are copied where they stand.
type stream struct {
	layout
	marks
	source string
	tokens []token.Token // of the statement, without EOF
	at     int           // next token to copy

	commented bool // the comments before the next token are copied
	separated bool // a break or blank stands before the next token already
	mustBreak bool // a comment stands before it that goes to the end of its line

	clauseBegun bool // the next clause of a table stays on the line that is being written
}

// to copies the tokens that start before offset.
func (s *stream) to(offset int32) {
	for s.at < len(s.tokens) && s.tokens[s.at].Start < offset {
		s.copy()
	}
}

// through copies the tokens up to and including the next one of a kind; none when it does not come before limit.
func (s *stream) through(kind token.Kind, limit int32) {
	if s.reaches(kind, limit) {
		for s.tokens[s.at].Kind != kind {
			s.copy()
		}
		s.copy()
	}
}

// before copies the tokens up to but not including the next one of a kind; none when it does not come before limit.
func (s *stream) before(kind token.Kind, limit int32) bool {
	if !s.reaches(kind, limit) {
		return false
	}
	for s.tokens[s.at].Kind != kind {
		s.copy()
	}
	return true
}

// reaches reports whether a token of a kind is still to come before limit.
func (s *stream) reaches(kind token.Kind, limit int32) bool {
	for i := s.at; i < len(s.tokens) && s.tokens[i].Start < limit; i++ {
		if s.tokens[i].Kind == kind {
			return true
		}
	}
	return false
}

// next is the kind of the next token, EOF at the end of the statement.
func (s *stream) next() token.Kind {
	if s.at < len(s.tokens) {
		return s.tokens[s.at].Kind
	}
	return token.EOF
}

// ask puts a break before the next token, in the group that is open now.
func (s *stream) ask(kind opKind) {
	s.comments()
	switch {
	case s.separated:
		return
	case s.mustBreak && (kind == opOuter || kind == opOuterSpace):
		kind = opOuterLine
	case s.mustBreak && kind != opOuterLine && kind != opBlank:
		kind = opLine
	}
	s.add(kind)
	s.separated, s.mustBreak = true, false
}

// copy copies the next token with the comments before it.
func (s *stream) copy() {
	s.comments()
	t := s.tokens[s.at]
	switch {
	case s.separated:
	case s.mustBreak:
		s.add(opLine)
	case s.at > 0 && !s.tight[t.Start] && spaced(s.tokens[s.at-1], t):
		s.text(" ")
	}
	s.text(s.spelling(t))
	s.at++
	s.commented, s.separated, s.mustBreak = false, false, false
}

// spelling is a token as the formatter writes it: words of the grammar in capitals, everything else as it is.
func (s *stream) spelling(t token.Token) string {
	text := t.Text(s.source)
	if t.Kind.IsWord() && !s.names[t.Start] {
		return strings.ToUpper(text)
	}
	return text
}

// comments copies the comments before the next token. One that begins on the line of a token stays behind that token,
// others get lines of their own.
func (s *stream) comments() {
	if s.commented || s.at == 0 || s.at == len(s.tokens) {
		return // comments around a statement belong to the script
	}
	s.commented = true
	for c := range eachComment(s.source, int(s.tokens[s.at-1].End), int(s.tokens[s.at].Start)) {
		switch {
		case s.separated:
		case c.ownLine && c.blankBefore:
			s.add(opBlank)
		case c.ownLine || s.mustBreak:
			s.add(opLine)
		default:
			s.text(" ")
		}
		s.text(c.text)
		s.separated, s.mustBreak = false, c.line || c.endsLine
	}
}
