package tui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/autostream/autostream/internal/diagnose/flame"
)

// Flame shows a profile as a tree to zoom and search in, until the user leaves or ctx ends, which is its error then.
func Flame(ctx context.Context, t Terminal, title string, p flame.Profile) error {
	return t.run(ctx, &burning{tree: newTree(title, p.Tree(), t.theme())})
}

// burning is the model of a profile.
type burning struct{ tree *tree }

// Init has nothing to start.
func (m *burning) Init() tea.Cmd { return nil }

// Update takes a message in.
func (m *burning) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.tree.update(msg) {
		return m, tea.Quit
	}
	return m, nil
}

// View draws the screen.
func (m *burning) View() tea.View { return screen(m.tree.view()) }

// least is the share of what is shown below which a frame is left out.
const least = 0.005

// tree is the view of a profile. It changes by messages alone.
type tree struct {
	title string
	way   []*flame.Frame // from the root to the frame that is zoomed into
	rows  []branch
	list  scroll

	search string
	typing bool

	width, height int
	theme         theme
}

// branch is a line of the tree: a frame and those that it alone calls, which have the same samples.
type branch struct {
	frame  *flame.Frame // the last of them
	folded int          // how many come before it
	depth  int
}

func newTree(title string, root *flame.Frame, t theme) *tree {
	v := &tree{title: title, way: []*flame.Frame{root}, theme: t, width: 80, height: 24}
	v.spread()
	return v
}

// spread makes the lines anew.
func (t *tree) spread() {
	t.rows, t.list = nil, scroll{}
	at := t.way[len(t.way)-1]
	floor := int64(least * float64(at.Samples))
	var add func(f *flame.Frame, depth int)
	add = func(f *flame.Frame, depth int) {
		b := branch{frame: f, depth: depth}
		operator := depth == 0 && len(t.way) == 1 // always shown by its own name
		for !operator && len(b.frame.Children) == 1 && b.frame.Children[0].Samples == b.frame.Samples {
			b.frame = b.frame.Children[0]
			b.folded++
		}
		t.rows = append(t.rows, b)
		for _, c := range b.frame.Children {
			if c.Samples > floor {
				add(c, depth+1)
			}
		}
	}
	for _, c := range at.Children {
		if c.Samples > floor {
			add(c, 0)
		}
	}
}

// update takes a message in. It says whether the user has had enough.
func (t *tree) update(msg tea.Msg) (leave bool) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		t.width, t.height = msg.Width, msg.Height
		t.list.settle(len(t.rows), t.lines())
	case tea.KeyPressMsg:
		if t.typing {
			t.typed(msg)
			return msg.String() == "ctrl+c"
		}
		return t.press(msg.String())
	}
	return false
}

func (t *tree) press(pressed string) (leave bool) {
	switch pressed {
	case "q", "ctrl+c":
		return true
	case "enter":
		if t.list.cursor < len(t.rows) && len(t.rows[t.list.cursor].frame.Children) > 0 {
			t.way = append(t.way, t.rows[t.list.cursor].frame)
			t.spread()
		}
	case "esc", "backspace":
		if len(t.way) > 1 {
			t.way = t.way[:len(t.way)-1]
			t.spread()
		}
	case "/":
		t.search, t.typing = "", true
	case "n":
		t.next(t.list.cursor + 1)
	default:
		if by, ok := step(pressed, t.list.cursor, len(t.rows), t.lines()); ok {
			t.list.move(by, len(t.rows), t.lines(), false)
		}
	}
	return false
}

// typed edits the text that is searched for, and goes to the first frame with it.
func (t *tree) typed(msg tea.KeyPressMsg) {
	switch pressed := msg.String(); pressed {
	case "enter":
		t.typing = false
	case "esc":
		t.search, t.typing = "", false
	case "backspace":
		text := []rune(t.search)
		t.search = string(text[:max(0, len(text)-1)])
	default:
		t.search += strings.ToLower(clean(msg.Text))
		t.next(t.list.cursor)
	}
}

// next puts the cursor on the next line with the text, from a line on and then from the top.
func (t *tree) next(from int) {
	for i := range t.rows {
		at := (from + i) % len(t.rows)
		if t.found(t.rows[at]) {
			t.list.move(at-t.list.cursor, len(t.rows), t.lines(), false)
			return
		}
	}
}

func (t *tree) found(b branch) bool {
	return t.search != "" && strings.Contains(strings.ToLower(b.frame.Name), t.search)
}

// lines is how many lines of the tree fit on the screen.
func (t *tree) lines() int { return max(1, t.height-5) }

// view draws the screen: exactly height lines, none wider than width.
func (t *tree) view() string {
	at := t.way[len(t.way)-1]
	rule := t.theme.faint.Render(strings.Repeat("─", max(0, t.width)))
	whole := "all samples"
	if at.Name != "" {
		whole = "in " + clean(at.Name)
	}
	lines := []string{
		spread("  "+t.theme.strong.Render(clean(t.title)), count(t.way[0].Samples)+" samples  ", t.width),
		spread("  "+whole, share(at.Samples, t.way[0].Samples)+"  ", t.width), rule,
	}
	for i := range t.lines() {
		line := ""
		if n := t.list.top + i; n < len(t.rows) {
			line = t.row(t.rows[n], n == t.list.cursor, at.Samples)
		}
		lines = append(lines, line)
	}
	keys := "  ↑ ↓ move   enter zoom   esc back   / search   n next   q leave"
	if t.typing {
		keys = "  search: " + clean(t.search) + "▏"
	}
	return clip(append(lines, rule, t.theme.faint.Render(keys)), t.width, t.height)
}

// bar is how wide the share of a frame is drawn at most.
const bar = 10

func (t *tree) row(b branch, cursor bool, of int64) string {
	full := 0
	if of > 0 {
		full = int((b.frame.Samples*bar + of/2) / of)
	}
	name := clean(b.frame.Name)
	switch {
	case cursor:
		name = t.theme.cursor.Render(name)
	case t.found(b):
		name = t.theme.notice.Render(name)
	}
	if b.folded > 0 {
		name += t.theme.faint.Render(fmt.Sprintf("  below %d more", b.folded))
	}
	mark := "  "
	if cursor {
		mark = "▸ "
	}
	return mark + right(share(b.frame.Samples, of), 6) + " " + strings.Repeat("█", full) + strings.Repeat("░", bar-full) + " " + strings.Repeat("  ", b.depth) + name
}

func share(n, of int64) string {
	if of == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(of))
}
