package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/autostream/autostream/internal/preview"
)

// Choice is a query to choose, with its text.
type Choice struct {
	Query preview.Query
	Line  int // where it begins
	SQL   string
}

// pick is the list of a script's queries, with the text of the one under the cursor beside it.
type pick struct {
	script  string
	choices []Choice
	list    scroll
	chosen  int // number of a query; 0 as long as none is chosen

	width, height int
	theme         theme
}

func newPick(script string, choices []Choice, t theme) *pick {
	return &pick{script: script, choices: choices, theme: t, width: 80, height: 24}
}

// update takes a message in. It says whether the list has done its work.
func (p *pick) update(msg tea.Msg) (leave bool) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
		p.list.settle(len(p.choices), p.listHeight())
	case tea.KeyPressMsg:
		switch pressed := msg.String(); pressed {
		case "q", "esc", "ctrl+c":
			return true
		case "enter", "space":
			p.chosen = p.choices[p.list.cursor].Query.Number
			return true
		case "1", "2", "3", "4", "5", "6", "7", "8", "9":
			if n := int(pressed[0] - '0'); n <= len(p.choices) {
				p.list.cursor = n - 1
				p.list.settle(len(p.choices), p.listHeight())
			}
		default:
			if by, ok := step(pressed, p.list.cursor, len(p.choices), p.listHeight()); ok {
				p.list.move(by, len(p.choices), p.listHeight(), false)
			}
		}
	}
	return false
}

// wide is the width from which the text of a query stands beside the list, not below it.
const wide = 90

func (p *pick) listHeight() int {
	if p.width >= wide {
		return max(1, p.height-5)
	}
	return max(1, min(len(p.choices), (p.height-6)/2))
}

// view draws the screen.
func (p *pick) view() string {
	lines := []string{
		cut("  "+p.theme.strong.Render(clean(p.script))+p.theme.faint.Render(fmt.Sprintf("  %d queries", len(p.choices))), p.width),
		p.theme.faint.Render(strings.Repeat("─", max(0, p.width))),
		"",
	}
	if p.width >= wide {
		lines = append(lines, p.beside()...)
	} else {
		lines = append(lines, p.below()...)
	}
	for len(lines) < p.height-2 {
		lines = append(lines, "")
	}
	lines = append(lines[:max(0, min(len(lines), p.height-2))],
		p.theme.faint.Render(strings.Repeat("─", max(0, p.width))), p.footer())
	return clip(lines, p.width, p.height)
}

func (p *pick) beside() []string {
	half := p.width * 2 / 5
	list, text := p.items(half), p.text(p.width-half-4, p.listHeight())
	var out []string
	for i := range max(len(list), len(text)) {
		a, b := "", ""
		if i < len(list) {
			a = list[i]
		}
		if i < len(text) {
			b = text[i]
		}
		out = append(out, strings.TrimRight(left(a, half)+p.theme.faint.Render("│")+" "+b, " "))
	}
	return out
}

func (p *pick) below() []string {
	out := append(p.items(p.width), "", "")
	return append(out, p.text(p.width-2, p.height-len(out)-5)...)
}

// items is the part of the list that is on the screen.
func (p *pick) items(cells int) []string {
	var out []string
	digits := len(fmt.Sprint(len(p.choices)))
	for i := p.list.top; i < min(len(p.choices), p.list.top+p.listHeight()); i++ {
		c := p.choices[i]
		what := string(c.Query.Verb)
		if c.Query.Sink != "" {
			what += " " + clean(c.Query.Sink)
		}
		mark, number := "  ", fmt.Sprintf("%*d  ", digits, c.Query.Number)
		if i == p.list.cursor {
			mark, what = p.theme.cursor.Render("▌")+" ", p.theme.strong.Render(what)
		}
		out = append(out, cut(spread(mark+number+what, p.theme.faint.Render(fmt.Sprintf("line %d", c.Line))+"  ", cells), cells))
	}
	return out
}

// text is the beginning of the chosen query.
func (p *pick) text(cells, height int) []string {
	var out []string
	for line := range strings.SplitSeq(p.choices[p.list.cursor].SQL, "\n") {
		out = append(out, cut("  "+clean(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    ")), cells))
	}
	if height = max(1, height); len(out) > height {
		more := len(out) - height + 1
		out = append(out[:height-1], p.theme.faint.Render(fmt.Sprintf("  … %d more lines", more)))
	}
	return out
}

func (p *pick) footer() string {
	var b strings.Builder
	b.WriteString("  ")
	for _, k := range [][2]string{{"↑ ↓", "choose"}, {"enter", "preview"}, {"q", "quit"}} {
		b.WriteString(p.theme.strong.Render(k[0]) + " " + p.theme.faint.Render(k[1]) + "  ")
	}
	return cut(strings.TrimRight(b.String(), " "), p.width)
}
