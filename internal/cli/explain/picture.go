// Plans as people read them.

package explain

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/sql/connector"
)

// Rows draws a tree for each statement on a terminal, and writes one line for each operator elsewhere.
func (r *report) Rows(io *term.IO) error {
	if !io.OutTerminal {
		return r.lines(io)
	}
	if len(r.Statements) == 0 {
		io.Hint("there is no query and no INSERT here")
		return nil
	}
	for i := range r.Statements {
		if i > 0 {
			fmt.Fprintln(io.Out)
		}
		r.Statements[i].draw(io)
	}
	return nil
}

func (r *report) lines(io *term.IO) error {
	var rows [][]string
	for _, s := range r.Statements {
		for _, o := range s.Operators {
			rows = append(rows, []string{s.Job, s.place(), s.Sink, fmt.Sprint(o.ID), o.Type, strings.Join(o.Changelog, ","), o.Detail, o.State})
		}
	}
	return io.Grid([]string{"job", "statement", "sink", "id", "operator", "changelog", "detail", "state"}, rows)
}

func (s *statement) place() string { return fmt.Sprintf("%s:%d", s.File, s.line) }

// draw writes
//
//	visitors  pv_uv, jobs/pv_uv.sql:12  certain
//	rows are inserted and updated, by key page
//	Sink visitors
//	└─ GroupAggregate  +I +U  by page: COUNT(DISTINCT user_id)
//	   ● accumulators per key, kept forever: table.exec.state.ttl is not set
func (s *statement) draw(io *term.IO) {
	name, where := s.Sink, s.place()
	if name == "" {
		name = "query"
	} else if parts := strings.Split(name, "."); len(parts) > 0 {
		name = parts[len(parts)-1]
	}
	if s.Job != "" {
		where = s.Job + ", " + where
	}
	fmt.Fprintf(io.Out, "%s  %s\n", io.Paint(term.Strong, name), io.Paint(term.Faint, where+", "+s.Certainty))
	if s.plan.Root != nil {
		fmt.Fprintln(io.Out, s.words())
	}
	if s.SharesSink {
		fmt.Fprintln(io.Out, "one Sink, behind a Union, takes the rows of all INSERTs of the set into "+name)
	}
	for _, f := range s.findings {
		fmt.Fprintln(io.Out, io.Paint(term.Bad, "Flink refuses it: "+f.Message))
	}
	if len(s.Operators) > 0 {
		s.branch(io, s.Operators[len(s.Operators)-1], "", "")
	}
}

// words says what reaches the sink in a sentence.
func (s *statement) words() string {
	c := s.plan.Changes()
	var verbs []string
	for _, w := range []struct {
		kind connector.Changes
		word string
	}{{connector.Insert, "inserted"}, {connector.UpdateAfter, "updated"}, {connector.Delete, "deleted"}} {
		if c.Has(w.kind) {
			verbs = append(verbs, w.word)
		}
	}
	text := "rows are only appended"
	if c != connector.Append && len(verbs) > 0 {
		text = "rows are " + listed(verbs)
		if c.Has(connector.UpdateBefore) {
			text += ", updates with the row before"
		}
	}
	if len(s.UpsertKeys) > 0 {
		text += ", by key (" + strings.Join(s.UpsertKeys[0], ", ") + ")"
	}
	return text
}

func listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// branch draws an operator and what is below it. first stands before its own line, rest before the others.
func (s *statement) branch(io *term.IO, o operator, first, rest string) {
	line := first + io.Paint(term.Strong, o.Type)
	width := utf8.RuneCountInString(first + o.Type)
	if marks := signs(o.op.Changes); marks != "" {
		line += "  " + marks
		width += 2 + len(marks)
	}
	if o.Detail != "" {
		line += "  " + cut(o.Detail, io.Width-width-2)
	}
	fmt.Fprintln(io.Out, line)
	below := rest
	if len(o.Inputs) > 0 {
		below += "│ "
	} else {
		below += "  "
	}
	for _, note := range []string{o.State, o.Cost} {
		if note != "" {
			fmt.Fprintln(io.Out, below+io.Paint(term.Faint, cut(note, io.Width-utf8.RuneCountInString(below))))
		}
	}
	for i, in := range o.Inputs {
		corner, bar := "├─", "│ "
		if i == len(o.Inputs)-1 {
			corner, bar = "└─", "  "
		}
		s.branch(io, s.Operators[in-1], rest+corner, rest+bar)
	}
}

// signs are the kinds of changes as Flink prints rows: +I, -U, +U, -D.
func signs(c connector.Changes) string {
	var out []string
	for _, k := range []struct {
		kind connector.Changes
		sign string
	}{{connector.Insert, "+I"}, {connector.UpdateBefore, "-U"}, {connector.UpdateAfter, "+U"}, {connector.Delete, "-D"}} {
		if c.Has(k.kind) {
			out = append(out, k.sign)
		}
	}
	return strings.Join(out, " ")
}

// cut shortens a text to a number of characters, the last of them an ellipsis.
func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	if width < 2 {
		return ""
	}
	return string([]rune(text)[:width-1]) + "…"
}
