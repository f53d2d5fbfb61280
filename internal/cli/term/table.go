package term

import (
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Grid prints rows under a header: aligned columns without lines on a terminal, tab-separated lines without a header
// elsewhere, so that `autostream list | cut -f2` works. Cells must not contain line breaks; tabs become blanks.
func (io *IO) Grid(header []string, rows [][]string) error {
	if !io.OutTerminal {
		for _, row := range rows {
			clean := make([]string, len(row))
			for i, cell := range row {
				clean[i] = strings.NewReplacer("\t", " ", "\n", " ").Replace(cell)
			}
			if _, err := fmt.Fprintln(io.Out, strings.Join(clean, "\t")); err != nil {
				return err
			}
		}
		return nil
	}
	table := tablewriter.NewTable(io.Out,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Settings: tw.Settings{
				Separators: tw.SeparatorsNone,
				Lines:      tw.LinesNone,
			},
		})),
		// A column a_b must not be printed as "A B": the names are the user's.
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAlignment(tw.AlignLeft),
		tablewriter.WithRowAlignment(tw.AlignLeft),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithPadding(tw.Padding{Left: "", Right: "  ", Overwrite: true}),
	)
	head := make([]string, len(header))
	for i, name := range header {
		head[i] = io.Paint(Faint, name)
	}
	table.Header(head)
	if err := table.Bulk(rows); err != nil {
		return fmt.Errorf("filling table: %w", err)
	}
	return table.Render()
}
