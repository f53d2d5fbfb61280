package diagnose

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/autostream/autostream/internal/cli/term"
)

// margin is how far the texts of a block stand to the right.
const margin = 11

// writeBlock writes a named text below a finding: its name, then its lines, indented, and on a terminal wrapped.
func writeBlock(io *term.IO, name, text string) {
	text = strings.TrimRight(text, "\n")
	if io.OutTerminal && io.Width > 2*margin {
		text = ansi.Wordwrap(text, io.Width-margin, "")
	}
	for i, line := range strings.Split(text, "\n") {
		head := strings.Repeat(" ", margin)
		if i == 0 {
			head = fmt.Sprintf("  %-*s", margin-2, name)
		}
		fmt.Fprintln(io.Out, strings.TrimRight(io.Paint(term.Faint, head)+line, " "))
	}
}

// joined lists names, at most so many of them.
func joined(names []string, most int) string {
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
