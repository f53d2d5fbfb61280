package lint

import (
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// The words of a comment that suppresses findings:
//
//	-- autostream:ignore AS5101, select-star because the topic has one key a day
//	-- autostream:ignore-file AS7005 because these tables belong to other teams
//
// Behind code it holds for its line, on a line of its own for the statement or, inside a statement, the line below it.
const (
	ignoreWord = "autostream:ignore"
	fileWord   = "-file"
	reasonWord = "because"
)

// The rules about suppression. They keep comments that no longer mean anything from piling up.
var (
	ignoreWithoutReason = diag.Rule{ID: "AS7901", Name: "ignore-without-reason", Level: diag.Warning, Category: diag.Hygiene,
		Text: "A comment that suppresses findings says why, behind the word because: the next reader has to judge whether it still holds. Without a reason it suppresses nothing."}
	unusedIgnore = diag.Rule{ID: "AS7902", Name: "unused-ignore", Level: diag.Warning, Category: diag.Hygiene,
		Text: "The comment suppresses a rule that has nothing to report here any more, or the name of the rule is not known. It would hide the next mistake."}
)

func ignoreRules() []diag.Rule { return []diag.Rule{ignoreWithoutReason, unusedIgnore} }

// Ignore is one comment that suppresses findings.
type Ignore struct {
	Rules  []string // ids or names
	Reason string

	file  *source.File
	at    source.Span // of the comment
	named source.Span // of the rules, or of the comment where there are none
	holds source.Span // findings that begin here are suppressed
	used  map[string]bool
}

// ignores finds the comments of a script.
func ignores(s *ast.Script) []*Ignore {
	text := s.File.Text
	if !strings.Contains(text, ignoreWord) {
		return nil
	}
	var found []*Ignore
	from := 0
	for _, t := range append(token.All(text), token.Token{Start: int32(len(text)), End: int32(len(text))}) {
		for _, c := range comments(text, from, int(t.Start)) {
			if i := readIgnore(s.File, c); i != nil {
				i.holds = i.reach(s, int(t.Start))
				found = append(found, i)
			}
		}
		from = int(t.End)
	}
	return found
}

// comments lists the comments between two tokens.
func comments(text string, from, to int) []source.Span {
	var found []source.Span
	for from < to {
		rest := text[from:to]
		length := 1
		switch {
		case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "//"):
			length = upTo(rest, "\n")
			found = append(found, source.Span{Start: from, End: from + len(strings.TrimRight(rest[:length], "\r\n"))})
		case strings.HasPrefix(rest, "/*"):
			length = min(upTo(rest[2:], "*/")+4, len(rest))
			found = append(found, source.Span{Start: from, End: from + length})
		}
		from += length
	}
	return found
}

// upTo is the length of text before an end, or all of it.
func upTo(text, end string) int {
	if at := strings.Index(text, end); at >= 0 {
		return at
	}
	return len(text)
}

// readIgnore reads a comment, and returns nil for one that is about something else.
func readIgnore(file *source.File, at source.Span) *Ignore {
	text := file.Slice(at)
	words := strings.TrimSuffix(strings.TrimLeft(text, "-/* \t"), "*/")
	rest, ok := strings.CutPrefix(words, ignoreWord)
	if !ok {
		return nil
	}
	i := &Ignore{file: file, at: at, named: at, used: map[string]bool{}}
	rest, whole := strings.CutPrefix(rest, fileWord)
	if whole {
		i.holds = source.Span{End: len(file.Text) + 1}
	}
	list, reason, _ := strings.Cut(rest, reasonWord)
	i.Reason = strings.TrimSpace(reason)
	i.Rules = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
	if len(i.Rules) > 0 {
		start := at.Start + strings.Index(text, i.Rules[0])
		i.named = source.Span{Start: start, End: start + len(strings.TrimSpace(list))}
	}
	return i
}

// reach says where an Ignore holds: for its line behind code, else for the statement or line that begins with the token
// at next.
func (i *Ignore) reach(s *ast.Script, next int) source.Span {
	if i.holds.End > 0 {
		return i.holds
	}
	line := lineAt(i.file.Text, i.at.Start)
	if strings.TrimSpace(i.file.Text[line.Start:i.at.Start]) != "" {
		return line
	}
	for _, st := range s.Statements {
		if at := st.Span(); at.Start == next {
			return at
		}
	}
	return lineAt(i.file.Text, next)
}

// lineAt is the line that an offset lies in.
func lineAt(text string, offset int) source.Span {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	return source.Span{Start: start, End: offset + upTo(text[offset:], "\n")}
}

// takes says whether a finding is suppressed, and remembers that the comment is of use.
func (i *Ignore) takes(f *diag.Finding) bool {
	if i.Reason == "" || f.File != i.file || f.Span.Start < i.holds.Start || f.Span.Start > i.holds.End {
		return false
	}
	taken := false
	for _, name := range i.Rules {
		if strings.EqualFold(name, f.Rule) || strings.EqualFold(name, f.Name) {
			i.used[name], taken = true, true
		}
	}
	return taken
}

// removal takes the comment away, with its line where nothing else stands there.
func (i *Ignore) removal() diag.Fix {
	line := lineAt(i.file.Text, i.at.Start)
	before, after := i.file.Text[line.Start:i.at.Start], i.file.Text[min(i.at.End, line.End):line.End]
	span := source.Span{Start: line.Start + len(strings.TrimRight(before, " \t")), End: i.at.End}
	if strings.TrimSpace(before) == "" && strings.TrimSpace(after) == "" {
		span = source.Span{Start: line.Start, End: min(max(line.End, i.at.End)+1, len(i.file.Text))}
	}
	return diag.Fix{Title: "remove the comment", Safe: true, Edits: []diag.Edit{{Span: span}}}
}
