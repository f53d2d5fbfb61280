package term

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// gap is what stands between two columns on a terminal.
const gap = "  "

// Grid prints rows under a header: aligned columns without lines on a terminal, tab-separated lines without a header
// elsewhere, so that `autostream list | cut -f2` works. Tabs and line breaks in cells become blanks.
//
// It is by hand because starting the program must not pay for it: a library for tables took an eighth of that time.
func (io *IO) Grid(header []string, rows [][]string) error {
	oneLine := strings.NewReplacer("\t", " ", "\n", " ")
	clean := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			clean[i] = append(clean[i], oneLine.Replace(cell))
		}
	}
	if io.OutTerminal {
		return io.aligned(header, clean)
	}
	for _, row := range clean {
		if _, err := fmt.Fprintln(io.Out, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// aligned prints rows with every column as wide as its widest cell. Widths count cells of the screen, colours left out.
func (io *IO) aligned(header []string, rows [][]string) error {
	head := make([]string, len(header))
	for i, name := range header {
		head[i] = io.Paint(Faint, name)
	}
	rows = append([][]string{head}, rows...)
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], Width(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", widths[i]-Width(cell)) + gap)
		}
		if _, err := fmt.Fprintln(io.Out, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// Width is how many cells of the screen a text takes, colours left out.
func Width(text string) int { return ansi.StringWidth(text) }
