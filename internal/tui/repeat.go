package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Report is a text that is made anew again and again, such as what is found out about a job.
type Report struct {
	Title string
	Every time.Duration // between the end of one making and the begin of the next
	// Make makes the text for lines of so many cells, without colours.
	Make func(ctx context.Context, cells int) (string, error)
}

// Repeat shows a report until the user leaves or ctx ends, which is its error then.
func Repeat(ctx context.Context, t Terminal, r Report) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends what is being made
	return t.run(ctx, &repeating{ctx: ctx, report: r, page: newPage(r.Title, t.theme())})
}

// repeating is the model of a report: it has the text made and turns it into messages.
type repeating struct {
	ctx    context.Context // here because bubbletea's commands take no arguments
	report Report
	page   *page
}

// Init has the first text made when the size of the screen is known.
func (m *repeating) Init() tea.Cmd { return nil }

// Update takes a message in and asks for what comes next.
func (m *repeating) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	first := m.page.width == 0
	if m.page.update(msg) {
		return m, tea.Quit
	}
	switch msg.(type) {
	case tea.WindowSizeMsg:
		if first {
			return m, m.make
		}
	case textMsg:
		return m, tea.Tick(m.report.Every, func(time.Time) tea.Msg { return againMsg{} })
	case againMsg:
		return m, m.make
	}
	return m, nil
}

// View draws the screen.
func (m *repeating) View() tea.View { return screen(m.page.view()) }

// make has the text made; it is a command.
func (m *repeating) make() tea.Msg {
	text, err := m.report.Make(m.ctx, m.page.width)
	return textMsg{text: text, err: err, at: time.Now()}
}

// The messages that a page takes beside those of the terminal.
type (
	textMsg struct {
		text string
		err  error
		at   time.Time
	}
	againMsg struct{} // the next text is being made
)

// page is a text on the screen. It changes by messages alone.
type page struct {
	title   string
	lines   []string
	made    time.Time
	making  bool
	problem error
	at      scroll

	width, height int
	theme         theme
}

func newPage(title string, t theme) *page {
	return &page{title: title, theme: t, making: true, height: 24}
}

// update takes a message in. It says whether the user has had enough.
func (p *page) update(msg tea.Msg) (leave bool) {
	switch msg := msg.(type) {
	case textMsg:
		p.making, p.problem = false, msg.err
		if msg.err == nil {
			p.lines, p.made = strings.Split(strings.TrimRight(msg.text, "\n"), "\n"), msg.at
		}
	case againMsg:
		p.making = true
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		switch pressed := msg.String(); pressed {
		case "q", "esc", "ctrl+c":
			return true
		default:
			if by, ok := step(pressed, p.at.top, len(p.lines), p.rows()); ok {
				p.at.top += by
			}
		}
	}
	p.at.top = max(0, min(p.at.top, len(p.lines)-p.rows()))
	return false
}

// rows is how many lines of the text fit on the screen: a title and a rule stand above, a rule and the keys below.
func (p *page) rows() int { return max(1, p.height-4) }

// view draws the screen: exactly height lines, none wider than width.
func (p *page) view() string {
	rule := p.theme.faint.Render(strings.Repeat("─", max(0, p.width)))
	lines := []string{spread("  "+p.theme.strong.Render(clean(p.title)), p.state()+"  ", p.width), rule}
	for i := range p.rows() {
		line := ""
		if at := p.at.top + i; at < len(p.lines) {
			line = p.coloured(clean(p.lines[at]))
		}
		lines = append(lines, line)
	}
	keys := "  ↑ ↓ scroll   q leave"
	if below := len(p.lines) - p.at.top - p.rows(); below > 0 {
		keys = spread(keys, count(int64(below))+" more lines below  ", p.width)
	}
	return clip(append(lines, rule, p.theme.faint.Render(keys)), p.width, p.height)
}

func (p *page) state() string {
	switch {
	case p.problem != nil:
		return p.theme.bad.Render("✗ " + clean(p.problem.Error()))
	case p.making:
		return p.theme.notice.Render("◌ looking")
	}
	return p.theme.faint.Render("looked at " + p.made.Format(time.TimeOnly))
}

// coloured marks the headings of findings by how bad they are.
func (p *page) coloured(line string) string {
	_, rest, ok := strings.Cut(line, ". ")
	switch {
	case !ok || line[0] == ' ':
		return line
	case strings.HasPrefix(rest, "serious: "):
		return p.theme.bad.Render(line)
	case strings.HasPrefix(rest, "warning: "):
		return p.theme.notice.Render(line)
	}
	return p.theme.strong.Render(line)
}
