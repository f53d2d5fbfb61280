package tui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/target"
)

// The lines around the list: two of header, a rule, the names of the columns; below it a rule and the keys.
const (
	linesAbove = 4
	linesBelow = 2
)

// listHeight is how many rows fit on the screen.
func (w *watch) listHeight() int { return max(1, w.height-linesAbove-linesBelow) }

// view draws the screen: exactly height lines, none wider than width.
func (w *watch) view() string {
	lines := []string{
		spread("  "+w.titleText(), w.stateText()+"  ", w.width),
		spread("  "+w.modeText(), w.countText()+"  ", w.width),
		w.theme.faint.Render(strings.Repeat("─", max(0, w.width))),
	}
	if w.panel != noPanel {
		lines = append(lines, w.panelView()...)
	} else {
		lines = append(lines, w.listView()...)
	}
	lines = append(lines, w.theme.faint.Render(strings.Repeat("─", max(0, w.width))), w.footer())
	return clip(lines, w.width, w.height)
}

// clip makes lines fit a screen that is smaller than they were made for; the last line stays.
func clip(lines []string, cells, height int) string {
	if len(lines) > height {
		lines = append(lines[:max(0, height-1)], lines[len(lines)-1])
	}
	for i, line := range lines {
		lines[i] = cut(line, cells)
	}
	return strings.Join(lines, "\n")
}

func (w *watch) titleText() string {
	text := w.theme.strong.Render(fmt.Sprintf("query %d", w.title.Query.Number))
	if w.title.Of > 1 {
		text += w.theme.faint.Render(fmt.Sprintf(" of %d", w.title.Of))
	}
	text += "  " + clean(fmt.Sprintf("%s:%d", w.title.Script, w.title.Line))
	if w.title.Query.Sink != "" {
		text += w.theme.faint.Render("  " + string(w.title.Query.Verb) + " " + clean(w.title.Query.Sink) + ", not written")
	}
	return text
}

func (w *watch) stateText() string {
	switch {
	case w.problem != nil:
		return w.theme.bad.Render("✗ FAILED")
	case w.ended:
		return w.theme.strong.Render("■ FINISHED")
	}
	switch w.state.Job {
	case "":
		return w.theme.notice.Render("◌ starting")
	case target.Running:
		if w.state.Running < w.state.Total {
			return w.theme.notice.Render(fmt.Sprintf("◌ %d of %d tasks run", w.state.Running, w.state.Total))
		}
		return w.theme.good.Render("● RUNNING")
	case target.Finished:
		return w.theme.strong.Render("■ FINISHED")
	case target.FailedState, target.Failing:
		return w.theme.bad.Render("✗ " + string(w.state.Job))
	default:
		return w.theme.notice.Render("◌ " + string(w.state.Job))
	}
}

func (w *watch) modeText() string {
	name := func(m mode, text string) string {
		if w.mode == m {
			return w.theme.strong.Render("● " + text)
		}
		return w.theme.faint.Render("○ " + text)
	}
	text := name(changelogMode, "changelog") + "  " + name(tableMode, "table")
	if w.paused {
		text += "   " + w.theme.notice.Render("paused")
		if w.since > 0 {
			text += w.theme.notice.Render(", " + count(w.since) + " more came")
		}
	}
	if w.filter != "" && !w.typing {
		text += "   " + w.theme.notice.Render("filter "+w.filter)
	}
	return text
}

func (w *watch) countText() string {
	kept, all := int64(w.ring.Len()), w.ring.Total()
	text := count(all) + " rows"
	switch {
	case w.mode == tableMode && w.table.Dropped() > 0:
		text = "the newest " + count(int64(w.table.Len())) + " rows of more"
	case w.mode == tableMode:
		text = count(int64(w.table.Len())) + " rows from " + count(all) + " changes"
	case kept < all:
		text = "the newest " + count(kept) + " of " + text
	}
	if w.ended {
		return w.theme.faint.Render(text)
	}
	return count(w.rate.perSecond()) + "/s" + w.theme.faint.Render(" · "+text)
}

// listView is the names of the columns and the rows below.
func (w *watch) listView() []string {
	lead := 2 // the mark of the cursor
	if w.mode == changelogMode {
		lead += len("+I") + gap
	}
	widths := w.measure.layout(w.first, w.width-lead-1)
	lines := []string{w.names(widths, lead)}
	if len(w.rows) == 0 {
		lines = append(lines, "", "  "+w.theme.faint.Render(w.emptyText()))
	}
	height := w.listHeight()
	for i := w.list.top; i < min(len(w.rows), w.list.top+height); i++ {
		lines = append(lines, w.row(w.rows[i], widths, i == w.list.cursor))
	}
	for len(lines) < height+1 {
		lines = append(lines, "")
	}
	return lines[:height+1]
}

func (w *watch) names(widths []int, lead int) string {
	var b strings.Builder
	b.WriteString(blank(lead))
	for i, cells := range widths {
		c := w.columns[w.first+i]
		b.WriteString(w.theme.strong.Render(align(c, clean(c.Name), cells)))
		b.WriteString(blank(gap))
	}
	names := strings.TrimRight(b.String(), " ")
	if w.first > 0 {
		names = w.theme.notice.Render("‹") + strings.TrimPrefix(names, " ")
	}
	if more := len(w.columns) - w.first - len(widths); more > 0 {
		return spread(names, w.theme.notice.Render(fmt.Sprintf("%d more ›", more)), w.width)
	}
	return names
}

func (w *watch) row(e preview.Event, widths []int, cursor bool) string {
	mark, style := "  ", lipgloss.NewStyle()
	if cursor {
		mark, style = w.theme.cursor.Render("▌")+" ", w.theme.strong
	}
	var b strings.Builder
	b.WriteString(mark)
	if w.mode == changelogMode {
		b.WriteString(w.kind(e.Kind).Render(e.Kind.String()) + blank(gap))
	}
	for i, cells := range widths {
		value := preview.Value(preview.Null{})
		if w.first+i < len(e.Fields) {
			value = e.Fields[w.first+i]
		}
		cell := align(w.columns[w.first+i], clean(preview.String(value)), cells)
		switch {
		case isNull(value):
			b.WriteString(w.theme.faint.Render(cell))
		case w.mode == changelogMode && !e.Kind.Adds() && !cursor:
			b.WriteString(w.theme.faint.Render(cell))
		default:
			b.WriteString(style.Render(cell))
		}
		b.WriteString(blank(gap))
	}
	return strings.TrimRight(b.String(), " ")
}

func isNull(v preview.Value) bool {
	_, null := v.(preview.Null)
	return null
}

// kind is the colour of a kind: what is added, what is replaced, what goes.
func (w *watch) kind(k preview.Kind) lipgloss.Style {
	return [...]lipgloss.Style{
		preview.Insert: w.theme.good, preview.UpdateBefore: w.theme.faint,
		preview.UpdateAfter: w.theme.notice, preview.Delete: w.theme.bad,
	}[k]
}

func align(c preview.Column, text string, cells int) string {
	if numeric(c.Type) {
		return right(text, cells)
	}
	return left(text, cells)
}

func (w *watch) emptyText() string {
	switch {
	case w.filter != "":
		return "no row has " + w.filter + " in it"
	case w.problem != nil:
		return "no row came"
	case w.ended && w.ring.Total() == 0:
		return "the query ended without a row"
	case w.ring.Total() > 0:
		return "the result is empty"
	case w.state.Job == target.Running && w.state.Running < w.state.Total:
		return "waiting for task slots: another job may hold them"
	}
	return "waiting for the first row"
}

// footer is the last line: the filter being typed, what went wrong, or the keys.
func (w *watch) footer() string {
	ways := []string{w.hint("?", "help"), w.hint("q", "quit")}
	out := strings.Join(ways, "  ") + "  "
	switch {
	case w.typing:
		return spread("  filter "+w.theme.strong.Render(w.filter)+w.theme.cursor.Render("▏"), w.hint("enter", "keep")+"  "+w.hint("esc", "clear")+"  ", w.width)
	case w.problem != nil:
		return spread("  "+w.theme.bad.Render(clean(strings.SplitN(w.problem.Error(), "\n", 2)[0])), out, w.width)
	case w.panel != noPanel:
		return spread("  "+w.hint("↑ ↓", "scroll")+"  "+w.hint("esc", "back"), out, w.width)
	}
	var parts []string
	for _, k := range keys {
		if short := w.short(k); short != "" {
			parts = append(parts, w.hint(k.name, short))
		}
	}
	for len(parts) > 1 && width("  "+strings.Join(parts, "  "))+2+width(out) > w.width {
		parts = parts[:len(parts)-1]
	}
	return spread("  "+strings.Join(parts, "  "), out, w.width)
}

// short is what a key does now, "" when the last line need not say.
func (w *watch) short(k key) string {
	switch {
	case k.name == "space" && w.paused:
		return "go on"
	case k.name == "tab" && w.mode == tableMode:
		return "changelog"
	case k.name == "n" && w.title.Of < 2, k.name == "end" && (w.mode == tableMode || w.list.follow):
		return ""
	}
	return k.short
}

func (w *watch) hint(name, short string) string {
	return w.theme.strong.Render(name) + " " + w.theme.faint.Render(short)
}
