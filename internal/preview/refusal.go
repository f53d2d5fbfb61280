package preview

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/flink/wire"
)

// refused says what Flink has against a statement, at its place in what the user wrote.
func (r *Run) refused(s Statement, err error) error {
	refusal, answered := wire.Refused(err)
	if !answered {
		return r.unanswered(err)
	}
	if early(refusal) {
		r.phase = unsubmitted
	}
	line, column := refusal.Chain.Position()
	at := source.Span{Start: 0, End: len(s.Text)}
	if line > 0 {
		at = word(s.Text, offset(s.Text, line, column))
	}
	file, place := s.Origin(at)
	if line == 0 {
		place.End = place.Start + len(firstWord(file.Slice(place)))
	}
	position := file.Position(place.Start)
	return &fault.Error{
		Kind:    fault.Failed,
		Message: fmt.Sprintf("%s:%d:%d: %s", file.Name, position.Line, position.Column, r.redact(refusal.Error())),
		Fix:     file.Excerpt(place, ""),
	}
}

// early says whether Flink refused a statement before it could have submitted a job.
func early(refusal *wire.Error) bool {
	return slices.ContainsFunc([]string{"SqlParserException", "SqlParserEOFException", "ValidationException", "SqlValidatorException", "TableException"}, refusal.Chain.Has)
}

// failed says why no more rows come.
func (r *Run) failed(err error) error {
	refusal, _ := wire.Refused(err)
	if refusal.Chain.Has("JobCancellationException") {
		return fault.Errorf(fault.Failed, "somebody else cancelled the job %s behind the preview", r.job)
	}
	return fault.Errorf(fault.Failed, "the job behind the preview failed: %s", r.redact(refusal.Error()))
}

// unanswered says that the gateway is gone.
func (r *Run) unanswered(err error) error {
	return fault.Errorf(fault.Failed, "the SQL Gateway does not answer any more: %w", err)
}

func (r *Run) redact(text string) string {
	if r.request.Redact == nil {
		return text
	}
	return r.request.Redact(text)
}

// offset turns a position as Calcite gives it, both from 1, columns in UTF-16 units, into bytes.
func offset(text string, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return at
		}
		at += next + 1
	}
	for units := 1; units < column && at < len(text) && text[at] != '\n'; {
		r, size := utf8.DecodeRuneInString(text[at:])
		units += max(1, utf16.RuneLen(r))
		at += size
	}
	return at
}

// word is the place of the name, number or quoted text that begins at an offset; at least one character.
func word(text string, at int) source.Span {
	rest := text[min(at, len(text)):]
	length := len(firstWord(rest))
	if length == 0 {
		_, length = utf8.DecodeRuneInString(rest)
	}
	return source.Span{Start: at, End: at + length}
}

// firstWord is what text begins with: a name, or something in quotes.
func firstWord(text string) string {
	if text != "" && strings.ContainsRune("`'\"", rune(text[0])) {
		if end := strings.IndexByte(text[1:], text[0]); end >= 0 {
			return text[:end+2]
		}
	}
	end := strings.IndexFunc(text, func(r rune) bool { return r != '_' && r != '$' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}
