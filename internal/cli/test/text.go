package test

import (
	"fmt"
	"io"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/sqltest"
)

// show writes what became of a case, as soon as that is known.
func (o *Options) show(result sqltest.Result) {
	at := outcomeOf(result)
	word := o.IO.Paint(term.Good, "ok  ")
	if at.Status != passed {
		word = o.IO.Paint(term.Bad, "FAIL")
	}
	fmt.Fprintf(o.IO.Out, "%s  %s  %s\n", word, at.Name, o.IO.Paint(term.Faint, fmt.Sprintf("%s:%d", at.File, at.Line)))
	if at.Status == broken || at.Status == timedOut {
		fmt.Fprintf(o.IO.Out, "      %s\n", strings.ReplaceAll(at.Message, "\n", "\n      "))
	}
	for _, d := range at.Differences {
		fmt.Fprintf(o.IO.Out, "      %s: %s\n", o.IO.Paint(term.Strong, d.Place), d.Summary)
		o.table(o.IO.Out, d)
	}
}

// shownRows bounds the equal rows around those that differ.
const shownRows = 40

// table writes rows under the names of their columns, a sign in front: - expected and missing, + not expected, ~ with other
// values. Of a value that differs both are shown.
func (o *Options) table(w io.Writer, d difference) {
	lines := [][]string{append([]string{" "}, d.Columns...)}
	signs := []sqltest.Sign{sqltest.Equal}
	left := 0
	for _, r := range d.Rows {
		if len(lines) > shownRows {
			left++
			continue
		}
		cells := []string{string(r.Sign)}
		for i, cell := range r.Cells {
			if r.Sign == sqltest.Changed && r.Wanted[i] != cell {
				cell = r.Wanted[i] + " → " + cell
			}
			cells = append(cells, flat.Replace(cell))
		}
		lines, signs = append(lines, cells), append(signs, r.Sign)
	}
	widths := make([]int, len(d.Columns)+1)
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], term.Width(cell))
		}
	}
	paints := map[sqltest.Sign]term.Paint{sqltest.Missing: term.Bad, sqltest.Unexpected: term.Good, sqltest.Changed: term.Notice, sqltest.Equal: term.Faint}
	for n, line := range lines {
		var text strings.Builder
		for i, cell := range line {
			text.WriteString(cell + strings.Repeat(" ", widths[i]-term.Width(cell)) + "  ")
		}
		fmt.Fprintf(w, "        %s\n", o.IO.Paint(paints[signs[n]], strings.TrimRight(text.String(), " ")))
	}
	if left > 0 {
		fmt.Fprintf(w, "        and %d more; --format json has all of them\n", left)
	}
}

// flat keeps a row on one line.
var flat = strings.NewReplacer("\n", "⏎", "\r", "", "\t", " ")

// Rows writes what the live lines left out: what is wrong with the files, and the verdict.
func (r *report) Rows(io *term.IO) error {
	style := diag.Style{
		Level: func(_ diag.Level, text string) string { return io.Paint(term.Bad, text) },
		Dim:   func(text string) string { return io.Paint(term.Faint, text) },
	}
	if err := diag.WriteText(io.Out, r.findings, style); err != nil {
		return err
	}
	switch {
	case r.Files == 0:
		io.Hint("no test files; write a first one:\n  autostream test --generate JOB")
	case r.Failed == 0 && len(r.findings) == 0:
		io.Hint("%s passed on Flink %s in %.1f s", plural(r.Passed, "test"), r.Flink, r.Seconds)
	}
	return nil
}
