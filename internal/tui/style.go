package tui

import "charm.land/lipgloss/v2"

// theme is the colours of the views, named by what they mean. All of them are from the terminal's own sixteen, so that
// they suit its background; the zero theme is plain text.
type theme struct {
	strong, faint, good, notice, bad, cursor lipgloss.Style
}

// colours is the theme of a terminal with colours.
func colours() theme {
	plain := lipgloss.NewStyle()
	return theme{
		strong: plain.Bold(true),
		faint:  plain.Faint(true),
		good:   plain.Foreground(lipgloss.Green),
		notice: plain.Foreground(lipgloss.Yellow),
		bad:    plain.Foreground(lipgloss.Red),
		cursor: plain.Bold(true).Foreground(lipgloss.Cyan),
	}
}
