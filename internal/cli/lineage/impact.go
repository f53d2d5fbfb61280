// The reach of a change as people read it.

package lineage

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/autostream/autostream/internal/cli/term"
)

// Rows draws a tree for each change on a terminal, and writes one line for each elsewhere.
func (i *impact) Rows(io *term.IO) error {
	if !io.OutTerminal {
		rows := make([][]string, len(i.Changes))
		for n := range i.Changes {
			c := &i.Changes[n]
			rows[n] = []string{c.Change, c.name(), c.where(), c.Was.text(), c.Now.text(), strings.Join(c.reached(), ", ")}
		}
		return io.Grid([]string{"change", "column", "where", "was", "now", "reaches"}, rows)
	}
	if len(i.Changes) == 0 {
		io.Hint("no column has changed since %.12s", i.Against)
		return nil
	}
	for n := range i.Changes {
		c := &i.Changes[n]
		fmt.Fprintf(io.Out, "%s %s  %s\n", c.Change, io.Paint(term.Strong, c.name()), io.Paint(term.Faint, c.where()))
		var lines []string
		if c.Change == "changed" {
			lines = append(lines, "was "+c.Was.text(), "now "+c.Now.text())
		}
		for _, r := range c.reached() {
			lines = append(lines, "reaches "+r)
		}
		for l, line := range lines {
			branch := "├─ "
			if l == len(lines)-1 {
				branch = "└─ "
			}
			fmt.Fprintln(io.Out, io.Paint(term.Faint, branch)+cut(line, io.Width-utf8.RuneCountInString(branch)))
		}
	}
	return nil
}

func (c *change) name() string {
	if c.Column == "" {
		return "rows of " + c.Table
	}
	return c.Table + "." + c.Column
}

func (c *change) where() string {
	if c.Job != "" {
		return c.Job + ", " + c.File
	}
	return c.File
}

// text is the type of a declared column, or the sources of one that is written.
func (o *origin) text() string {
	if o == nil {
		return ""
	}
	if o.Type != "" {
		return o.Type
	}
	if o.Transform != "" {
		return o.Transform
	}
	names := make([]string, len(o.Sources))
	for i, s := range o.Sources {
		names[i] = s.Table[strings.LastIndex(s.Table, ".")+1:] + "." + s.Column
	}
	return strings.ToLower(strings.ReplaceAll(o.Subtype, "_", " ")) + " " + strings.Join(names, ", ")
}

// reached lists columns and rows with the job or file that writes them.
func (c *change) reached() []string {
	all := make([]string, len(c.Reaches))
	for i, r := range c.Reaches {
		to := change{Job: r.Job, File: r.File, Table: r.Table, Column: r.Column}
		by := r.Job
		if by == "" {
			by = r.File
		}
		all[i] = to.name() + " (" + by + ")"
	}
	return all
}
