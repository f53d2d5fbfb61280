package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/autostream/autostream/internal/preview"
)

// Title says what is being watched.
type Title struct {
	Script string // as the user named it
	Query  preview.Query
	Line   int // where the query begins
	Of     int // how many queries the script has
}

// watch is the live view of one query. It changes by messages alone and does no work of its own.
type watch struct {
	title   Title
	columns []preview.Column
	ring    *preview.Ring
	table   *preview.Table
	state   preview.State
	rate    rate
	measure measure
	ended   bool
	problem error
	again   bool // the user wants another query

	mode   mode
	paused bool
	since  int64 // rows that came since the pause
	filter string
	typing bool               // the filter is being typed
	rows   []preview.Event    // what the list shows, filtered
	frozen [2][]preview.Event // by mode, what there was at the pause
	list   scroll
	first  int // first column on the screen
	panel  panel
	detail scroll // of the panel

	width, height int
	theme         theme
}

// mode is which of the two views is shown.
type mode int

const (
	changelogMode mode = iota // every row that came, with its kind
	tableMode                 // what they add up to
)

// panel is what covers the list.
type panel int

const (
	noPanel panel = iota
	helpPanel
	detailPanel
)

// The messages that a watch takes beside those of the terminal.
type (
	rowsMsg struct {
		rows []preview.Event
		at   time.Time
	}
	stateMsg preview.State
	tickMsg  time.Time
	endMsg   struct{ err error } // nil: the query ended by itself
)

func newWatch(title Title, columns []preview.Column, t theme) *watch {
	return &watch{
		title: title, columns: columns, theme: t, width: 80, height: 24,
		ring: preview.NewRing(preview.RingSize), table: preview.NewTable(preview.RingSize, nil),
		measure: newMeasure(columns), list: scroll{follow: true},
	}
}

// update takes a message in. It says whether the user has had enough.
func (w *watch) update(msg tea.Msg) (leave bool) {
	switch msg := msg.(type) {
	case rowsMsg:
		w.take(msg)
	case stateMsg:
		w.state = preview.State(msg)
	case tickMsg:
		w.rate.forget(time.Time(msg))
	case endMsg:
		w.ended, w.problem = true, msg.err
		w.rate = rate{}
	case tea.WindowSizeMsg:
		w.width, w.height = msg.Width, msg.Height
		w.list.settle(len(w.rows), w.listHeight())
	case tea.PasteMsg:
		if w.typing {
			w.search(w.filter + strings.ToLower(clean(msg.Content)))
		}
	case tea.KeyPressMsg:
		return w.press(msg)
	}
	return false
}

func (w *watch) take(msg rowsMsg) {
	for _, e := range msg.rows {
		w.ring.Add(e)
		w.table.Apply(e)
		w.measure.add(e)
	}
	w.rate.add(msg.at, len(msg.rows))
	if w.paused {
		w.since += int64(len(msg.rows))
		return
	}
	w.refresh()
}

// refresh makes the list anew and keeps the cursor on its row.
func (w *watch) refresh() {
	var seq int64 // of the row under the cursor
	if w.list.cursor < len(w.rows) {
		seq = w.rows[w.list.cursor].Seq
	}
	shift := w.list.cursor - w.list.top
	w.rows = w.matching(w.current())
	if w.mode == changelogMode && !w.list.follow {
		w.list.cursor = position(w.rows, seq)
		w.list.top = max(0, w.list.cursor-shift)
	}
	w.list.settle(len(w.rows), w.listHeight())
}

// position finds the first row that is not older than seq; rows are in the order of their numbers.
func position(rows []preview.Event, seq int64) int {
	low, high := 0, len(rows)
	for low < high {
		if middle := (low + high) / 2; rows[middle].Seq < seq {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// matching returns the rows with the filter's text in any column, upper or lower case.
func (w *watch) matching(rows []preview.Event) []preview.Event {
	if w.filter == "" {
		return rows
	}
	var out []preview.Event
	for _, e := range rows {
		for _, v := range e.Fields {
			if strings.Contains(strings.ToLower(preview.String(v)), w.filter) {
				out = append(out, e)
				break
			}
		}
	}
	return out
}

func (w *watch) search(text string) {
	w.filter = text
	w.refresh()
}

func (w *watch) pause() {
	if w.paused = !w.paused; w.paused {
		w.since = 0
		w.frozen = [2][]preview.Event{w.ring.Rows(), w.table.Rows()}
	}
	w.refresh()
}

// current is all rows of the view, as they are now or as they were at the pause.
func (w *watch) current() []preview.Event {
	switch {
	case w.paused:
		return w.frozen[w.mode]
	case w.mode == tableMode:
		return w.table.Rows()
	}
	return w.ring.Rows()
}

func (w *watch) toggle() {
	w.mode = tableMode - w.mode
	w.list = scroll{follow: w.mode == changelogMode}
	w.rows = nil
	w.refresh()
}
