package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// key is a key of the live view as the help shows it.
type key struct {
	name, short, text string // short is "" for keys that the last line leaves out
}

// keys are the keys of the live view, the most needed first.
var keys = []key{
	{"space", "pause", "pause: the rows stay as they are, the job goes on"},
	{"tab", "table", "changelog or table: every row that came, or what they add up to"},
	{"enter", "row", "the whole row, with the types of its columns"},
	{"/", "filter", "only rows with this text in a column; esc takes it back"},
	{"↑ ↓", "", "one row up or down, also k and j; pgup, pgdn, home as usual"},
	{"end", "follow", "the last row, and stay on it while rows come; also G"},
	{"← →", "columns", "columns that have no room, also h and l"},
	{"n", "queries", "end this preview and choose another query"},
	{"?", "", "this help"},
	{"q", "", "end the preview and the job behind it; also ctrl+c"},
}

// press takes a key in. It says whether the user has had enough.
func (w *watch) press(msg tea.KeyPressMsg) (leave bool) {
	pressed := msg.String()
	switch {
	case pressed == "ctrl+c":
		return true
	case w.typing:
		w.typed(msg)
		return false
	case w.panel != noPanel:
		w.pressInPanel(pressed)
		return false
	}
	switch pressed {
	case "q":
		return true
	case "space":
		w.pause()
	case "tab":
		w.toggle()
	case "enter":
		if len(w.rows) > 0 {
			w.panel, w.detail, w.list.follow = detailPanel, scroll{}, false
		}
	case "n":
		w.again = true
		return true
	case "?":
		w.panel, w.detail = helpPanel, scroll{}
	case "/":
		w.typing = true
	case "esc":
		w.search("")
	case "right", "l":
		w.first = min(w.first+1, max(0, len(w.columns)-1))
	case "left", "h":
		w.first = max(0, w.first-1)
	default:
		if by, ok := step(pressed, w.list.cursor, len(w.rows), w.listHeight()); ok {
			w.list.move(by, len(w.rows), w.listHeight(), w.mode == changelogMode)
		}
	}
	return false
}

// typed edits the filter.
func (w *watch) typed(msg tea.KeyPressMsg) {
	switch pressed := msg.String(); pressed {
	case "enter":
		w.typing = false
	case "esc":
		w.typing = false
		w.search("")
	case "ctrl+u":
		w.search("")
	case "backspace":
		text := []rune(w.filter)
		w.search(string(text[:max(0, len(text)-1)]))
	default:
		if text := clean(msg.Text); text != "" {
			w.search(w.filter + strings.ToLower(text))
		}
	}
}

func (w *watch) pressInPanel(pressed string) {
	lines := len(w.panelLines())
	if by, ok := step(pressed, w.detail.top, lines, w.listHeight()); ok {
		w.detail.top = max(0, min(w.detail.top+by, lines-w.listHeight()))
		return
	}
	switch pressed {
	case "left", "h", "right", "l": // the neighbour's row, without leaving the panel
		by := 1
		if pressed == "left" || pressed == "h" {
			by = -1
		}
		w.list.move(by, len(w.rows), w.listHeight(), false)
		w.detail = scroll{}
	case "esc", "enter", "q", "?":
		w.panel = noPanel
	}
}

// step turns a key into a movement in a list of so many rows.
func step(pressed string, at, rows, height int) (by int, ok bool) {
	switch pressed {
	case "up", "k":
		return -1, true
	case "down", "j":
		return 1, true
	case "pgup", "ctrl+b":
		return -max(1, height-1), true
	case "pgdown", "ctrl+f":
		return max(1, height-1), true
	case "home", "g":
		return -at, true
	case "end", "G":
		return max(1, rows-at), true
	}
	return 0, false
}
