package tui

import (
	"strings"

	"github.com/autostream/autostream/internal/preview"
)

// panelView draws what covers the list: a heading and as many lines as the list has.
func (w *watch) panelView() []string {
	heading, height := "keys", w.listHeight()
	if w.panel == detailPanel {
		heading = "row"
		if w.list.cursor < len(w.rows) {
			e := w.rows[w.list.cursor]
			heading = w.kind(e.Kind).Render(e.Kind.String()) + w.theme.strong.Render("  row "+count(e.Seq)) +
				w.theme.faint.Render("  ← → neighbours  esc back")
		}
	} else {
		heading = w.theme.strong.Render(heading) + w.theme.faint.Render("  esc back")
	}
	out := []string{cut("  "+heading, w.width)}
	lines := w.panelLines()
	for _, line := range lines[min(w.detail.top, len(lines)):min(w.detail.top+height, len(lines))] {
		out = append(out, cut(line, w.width))
	}
	for len(out) < height+1 {
		out = append(out, "")
	}
	return out
}

// panelLines is all of what the panel scrolls over.
func (w *watch) panelLines() []string {
	if w.panel == helpPanel {
		lines := []string{""}
		for _, k := range keys {
			lines = append(lines, "  "+w.theme.strong.Render(left(k.name, 7))+k.text)
		}
		return append(lines, "",
			"  "+w.theme.good.Render("+I")+" inserted   "+w.theme.faint.Render("-U")+" before an update   "+
				w.theme.notice.Render("+U")+" after it   "+w.theme.bad.Render("-D")+" deleted")
	}
	if w.list.cursor >= len(w.rows) {
		return nil
	}
	lines := []string{""}
	for i, c := range w.columns {
		lines = append(lines, "  "+w.theme.strong.Render(clean(c.Name))+"  "+w.theme.faint.Render(c.Type.String()))
		value := preview.Value(preview.Null{})
		if fields := w.rows[w.list.cursor].Fields; i < len(fields) {
			value = fields[i]
		}
		lines = append(lines, w.outline(value, "    ", "")...)
	}
	return lines
}

// outline writes a value over as many lines as it needs, what is inside it indented.
func (w *watch) outline(v preview.Value, indent, name string) []string {
	if name != "" {
		name += ": "
	}
	inside := func(entries []preview.Entry, empty string) []string {
		if len(entries) == 0 {
			return []string{indent + name + w.theme.faint.Render(empty)}
		}
		var lines []string
		if name != "" {
			lines, indent = append(lines, indent+strings.TrimSpace(name)), indent+"  "
		}
		for _, e := range entries {
			lines = append(lines, w.outline(e.Value, indent, clean(e.Name))...)
		}
		return lines
	}
	switch v := v.(type) {
	case preview.Record:
		return inside(v, "()")
	case preview.Map:
		return inside(v, "{}")
	case preview.List:
		entries := make([]preview.Entry, len(v))
		for i, item := range v {
			entries[i] = preview.Entry{Name: "[" + count(int64(i+1)) + "]", Value: item}
		}
		return inside(entries, "[]")
	case preview.Null:
		return []string{indent + name + w.theme.faint.Render("NULL")}
	}
	var lines []string
	for part := range strings.Lines(preview.String(v)) {
		for _, line := range fold(clean(strings.TrimRight(part, "\r\n")), w.width-len(indent)-width(name)-1) {
			lines = append(lines, indent+name+line)
			name = blank(width(name))
		}
	}
	if lines == nil {
		return []string{indent + name + w.theme.faint.Render("empty text")}
	}
	return lines
}
