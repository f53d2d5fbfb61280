package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/sql/types"
	"github.com/autostream/autostream/internal/target"
)

var update = flag.Bool("update", false, "rewrite the golden files of the tests that run")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// golden compares a screen with its file, testdata/TEST.golden.
func golden(t *testing.T, got string) {
	t.Helper()
	file := filepath.Join("testdata", strings.ReplaceAll(t.Name(), "/", "_")+".golden")
	got += "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.ReplaceAll(string(want), "\r\n", "\n"), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got), -update rewrites it:\n%s", file, diff)
	}
}

var title = Title{
	Script: "jobs/traffic.sql", Line: 14, Of: 3,
	Query: preview.Query{Number: 2, Verb: preview.InsertInto, Sink: "page_views"},
}

var columns = []preview.Column{
	{Name: "page", Type: types.String},
	{Name: "访问量", Type: types.Long.Required()},
	{Name: "visitors", Type: types.Long.Required()},
	{Name: "revenue", Type: types.DecimalOf(12, 2)},
	{Name: "last_seen", Type: types.Sized(types.TimestampLTZ, 3)},
	{Name: "tags", Type: types.ArrayOf(types.String)},
	{Name: "note", Type: types.String},
}

// at is the clock of the tests.
var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sample is rows of every kind, wide, hostile and missing values among them.
func sample() []preview.Event {
	pages := []string{"/home", "/汽车/电动车", "/🚗💨/offers", "/a/very/long/path/that/nobody/would/ever/type/by/hand?utm_source=mail", "", "👨‍👩‍👧 family"}
	kinds := []preview.Kind{preview.Insert, preview.Insert, preview.Insert, preview.UpdateBefore, preview.UpdateAfter, preview.Delete}
	var out []preview.Event
	for i := range 12 {
		n := i % len(pages)
		if kinds[n] == preview.UpdateAfter {
			n-- // an update of the same page
		}
		e := preview.Event{Seq: int64(i + 1), Kind: kinds[i%len(kinds)], Fields: []preview.Value{
			preview.Text(pages[n]), preview.Number(fmt.Sprint(1204 * (i + 1))), preview.Number(fmt.Sprint(87 + i)),
			preview.Number(fmt.Sprintf("%d.50", i*1000)), preview.Timestamp("2026-03-01T12:00:00.250Z"),
			preview.List{preview.Text("新"), preview.Text("b")}, preview.Null{},
		}}
		if i == 3 {
			e.Fields[6] = preview.Text("x\x1b[2J\ny\tz\u202e")
		}
		out = append(out, e)
	}
	return out
}

// running is a view that has seen the sample.
func running(width, height int) *watch {
	w := newWatch(title, columns, theme{})
	w.update(tea.WindowSizeMsg{Width: width, Height: height})
	w.update(stateMsg{Job: target.Running, Running: 3, Total: 3})
	w.update(rowsMsg{rows: sample(), at: at})
	return w
}

// keystrokes presses keys as bubbletea names them.
func keystrokes(t *testing.T, w *watch, names ...string) (left bool) {
	t.Helper()
	for _, name := range names {
		left = w.update(stroke(name))
	}
	return left
}

func stroke(name string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "tab": tea.KeyTab, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft,
		"right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace,
	}
	switch {
	case name == "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case name == "ctrl+c":
		return tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
	case codes[name] != 0:
		return tea.KeyPressMsg{Code: codes[name]}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// screens are the states of the live view that the goldens hold.
var screens = []struct {
	name string
	make func(t *testing.T, w *watch)
}{
	{"changelog", func(*testing.T, *watch) {}},
	{"table", func(t *testing.T, w *watch) { keystrokes(t, w, "tab") }},
	{"paused", func(t *testing.T, w *watch) {
		keystrokes(t, w, "space", "up", "up")
		w.update(rowsMsg{rows: sample(), at: at.Add(time.Second)})
	}},
	{"filter", func(t *testing.T, w *watch) { keystrokes(t, w, "/", "汽", "车") }},
	{"scrolled", func(t *testing.T, w *watch) { keystrokes(t, w, "right", "right", "home") }},
	{"row", func(t *testing.T, w *watch) { keystrokes(t, w, "home", "down", "enter") }},
	{"waiting", func(_ *testing.T, w *watch) {
		cells, height := w.width, w.height
		*w = *newWatch(title, columns, w.theme)
		w.update(tea.WindowSizeMsg{Width: cells, Height: height})
		w.update(stateMsg{Job: target.Running, Running: 0, Total: 3})
	}},
	{"help", func(t *testing.T, w *watch) { keystrokes(t, w, "?") }},
	{"failed", func(_ *testing.T, w *watch) {
		w.update(endMsg{err: fmt.Errorf("the job failed: TaskManager 127.0.0.1:42821-9a3001 is no longer reachable")})
	}},
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for _, s := range screens {
		for _, cells := range []int{50, 80, 130} {
			t.Run(fmt.Sprintf("%s/%d", s.name, cells), func(t *testing.T) {
				t.Parallel()
				w := running(cells, 20)
				s.make(t, w)
				golden(t, w.view())
			})
		}
	}
}

// Whatever is shown, the screen has its size: a line too many or too wide would scroll the terminal.
func TestScreenHasItsSize(t *testing.T) {
	t.Parallel()
	for _, s := range screens {
		for _, coloured := range []theme{{}, colours()} {
			for cells := 1; cells <= 140; cells += 7 {
				for height := 1; height <= 40; height += 3 {
					w := running(cells, height)
					w.theme = coloured
					s.make(t, w)
					lines := strings.Split(w.view(), "\n")
					if len(lines) > height {
						t.Fatalf("%s at %d×%d has %d lines", s.name, cells, height, len(lines))
					}
					for _, line := range lines {
						if width(line) > cells {
							t.Fatalf("%s at %d×%d has a line of %d cells: %q", s.name, cells, height, width(line), line)
						}
					}
				}
			}
		}
	}
}

func TestPick(t *testing.T) {
	t.Parallel()
	for _, cells := range []int{50, 80, 130} {
		t.Run(fmt.Sprint(cells), func(t *testing.T) {
			t.Parallel()
			p := newPick("jobs/traffic.sql", choices(), theme{})
			p.update(tea.WindowSizeMsg{Width: cells, Height: 16})
			p.update(stroke("down"))
			golden(t, p.view())
		})
	}
}

func choices() []Choice {
	return []Choice{
		{Query: preview.Query{Number: 1, Verb: preview.Select}, Line: 9, SQL: "SELECT * FROM clicks"},
		{Query: preview.Query{Number: 2, Verb: preview.InsertInto, Sink: "page_views"}, Line: 14, SQL: "SELECT page, -- 页面\n\tCOUNT(*) AS views,\n\tCOUNT(DISTINCT user_id) AS visitors\nFROM clicks\nWHERE page LIKE '/汽车/%'\nGROUP BY page"},
		{Query: preview.Query{Number: 3, Verb: preview.InsertInto, Sink: "hive.reports.visitors_of_the_day_by_page_and_country"}, Line: 31, SQL: "SELECT 1"},
	}
}

func TestPickChooses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		keys   string
		chosen int
		leave  bool
	}{
		{"enter", 1, true}, {"down enter", 2, true}, {"3 enter", 3, true}, {"9 enter", 1, true}, {"down down down down up enter", 2, true},
		{"end enter", 3, true}, {"q", 0, true}, {"down esc", 0, true}, {"ctrl+c", 0, true}, {"x", 0, false},
	} {
		p := newPick("a.sql", choices(), theme{})
		leave := false
		for name := range strings.FieldsSeq(tt.keys) {
			leave = p.update(stroke(name))
		}
		if p.chosen != tt.chosen || leave != tt.leave {
			t.Errorf("%s chooses %d, leave %v; want %d, %v", tt.keys, p.chosen, leave, tt.chosen, tt.leave)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, keys string
		check      func(w *watch, left bool) bool
	}{
		{"q leaves", "q", func(w *watch, left bool) bool { return left && !w.again }},
		{"ctrl+c leaves while a filter is typed", "/ q ctrl+c", func(_ *watch, left bool) bool { return left }},
		{"n asks for another query", "n", func(w *watch, left bool) bool { return left && w.again }},
		{"q is a letter of the filter", "/ q", func(w *watch, left bool) bool { return !left && w.filter == "q" }},
		{"backspace takes a character back", "/ 汽 车 backspace", func(w *watch, _ bool) bool { return w.filter == "汽" }},
		{"esc clears the filter", "/ x esc", func(w *watch, _ bool) bool { return w.filter == "" && len(w.rows) == 12 }},
		{"enter keeps the filter", "/ H O M E enter tab", func(w *watch, _ bool) bool { return w.filter == "home" && len(w.rows) == 2 }},
		{"up stops following", "up", func(w *watch, _ bool) bool { return !w.list.follow && w.list.cursor == 10 }},
		{"end follows again", "home end", func(w *watch, _ bool) bool { return w.list.follow && w.list.cursor == 11 }},
		{"a panel closes before the program", "? q", func(w *watch, left bool) bool { return !left && w.panel == noPanel }},
		{"neighbours in the row's panel", "home enter right right left", func(w *watch, _ bool) bool { return w.list.cursor == 1 && w.panel == detailPanel }},
		{"columns end at the last", "l l l l l l l l l l l", func(w *watch, _ bool) bool { return w.first == 6 }},
		{"pause holds both views", "space tab", func(w *watch, _ bool) bool { return w.paused && len(w.rows) == 8 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := running(80, 24)
			if left := keystrokes(t, w, strings.Fields(tt.keys)...); !tt.check(w, left) {
				t.Errorf("after %q: %+v, left %v", tt.keys, w.list, left)
			}
		})
	}
}

// A row that a person looks at stays under the cursor while others come and the oldest go.
func TestCursorStaysOnItsRow(t *testing.T) {
	t.Parallel()
	w := running(80, 10)
	w.ring = preview.NewRing(20)
	w.update(rowsMsg{rows: sample(), at: at})
	keystrokes(t, w, "home", "down", "down", "down", "down", "down")
	seq := w.rows[w.list.cursor].Seq
	for i := range 14 {
		w.update(rowsMsg{rows: []preview.Event{{Seq: int64(13 + i), Fields: []preview.Value{preview.Text("new")}}}, at: at})
		if now := w.rows[w.list.cursor].Seq; now != max(seq, w.rows[0].Seq) {
			t.Fatalf("after %d more rows the cursor is on row %d, not %d", i+1, now, seq)
		}
	}
}

func TestPausedRowsStay(t *testing.T) {
	t.Parallel()
	w := running(80, 24)
	keystrokes(t, w, "space")
	before := w.view()
	w.update(rowsMsg{rows: sample(), at: at})
	if len(w.rows) != 12 || w.since != 12 {
		t.Errorf("%d rows, %d since the pause", len(w.rows), w.since)
	}
	keystrokes(t, w, "space")
	if len(w.rows) != 24 || before == w.view() {
		t.Errorf("%d rows after the pause, want 24", len(w.rows))
	}
}
