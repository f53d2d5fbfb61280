// Package tui draws the views of the terminal: a list to pick a query from, and the live rows of a preview.
//
// Each run has one bubbletea model; what it shows is in plain structs that change by messages and are drawn by pure
// functions of themselves. Input and output happen in commands alone.
package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/autostream/autostream/internal/preview"
)

// Terminal is where the views are drawn.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Environ []string // of the process; TERM and COLORTERM say what the terminal can do
	Color   bool
}

// Rows is a running preview, as the live view needs it.
type Rows interface {
	Columns() []preview.Column
	// Next waits for rows. io.EOF says that the query ended by itself or reached its limit.
	Next(ctx context.Context) ([]preview.Event, error)
	// State is known without waiting.
	State() preview.State
}

// Ending is how a person left the live view.
type Ending struct {
	Again bool  // they want another query
	Err   error // what ended the preview before they did; nil when nothing did
}

// Watch shows the rows of a preview until the user leaves or ctx ends, which is its error then.
func Watch(ctx context.Context, t Terminal, title Title, rows Rows) (Ending, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the command that waits for rows
	m := &watching{ctx: ctx, rows: rows, watch: newWatch(title, rows.Columns(), t.theme())}
	if err := t.run(ctx, m); err != nil {
		return Ending{}, err
	}
	return Ending{Again: m.watch.again, Err: m.watch.problem}, nil
}

// Pick lets the user choose one of several queries. It returns 0 when they leave without choosing.
func Pick(ctx context.Context, t Terminal, script string, choices []Choice) (number int, err error) {
	m := &picking{pick: newPick(script, choices, t.theme())}
	err = t.run(ctx, m)
	return m.pick.chosen, err
}

func (t Terminal) theme() theme {
	if t.Color {
		return colours()
	}
	return theme{}
}

func (t Terminal) run(ctx context.Context, m tea.Model) error {
	environ := slices.Clone(t.Environ)
	if !t.Color {
		environ = append(environ, "NO_COLOR=1")
	}
	// Signals are the program's: they end ctx.
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithEnvironment(environ),
		tea.WithoutSignalHandler(), tea.WithFPS(30))
	_, err := p.Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("drawing on the terminal: %w", err)
	}
	return nil
}

// watching is the model of the live view: it turns the rows of a preview into messages.
type watching struct {
	ctx   context.Context // here because bubbletea's commands take no arguments
	rows  Rows
	watch *watch
}

// Init starts reading.
func (m *watching) Init() tea.Cmd { return tea.Batch(m.next, tick()) }

// Update takes a message in and asks for what comes next.
func (m *watching) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.watch.update(msg) {
		return m, tea.Quit
	}
	switch msg.(type) {
	case rowsMsg:
		return m, m.next
	case tickMsg:
		m.watch.update(stateMsg(m.rows.State()))
		if m.watch.ended {
			return m, nil
		}
		return m, tick()
	}
	return m, nil
}

// View draws the screen.
func (m *watching) View() tea.View { return screen(m.watch.view()) }

// next waits for rows; it is a command.
func (m *watching) next() tea.Msg {
	rows, err := m.rows.Next(m.ctx)
	switch {
	case errors.Is(err, io.EOF):
		return endMsg{}
	case err != nil:
		return endMsg{err: err}
	}
	return rowsMsg{rows: rows, at: time.Now()}
}

// refreshEvery is how often state and rate are looked at when nothing else happens.
const refreshEvery = 500 * time.Millisecond

func tick() tea.Cmd {
	return tea.Tick(refreshEvery, func(at time.Time) tea.Msg { return tickMsg(at) })
}

// picking is the model of the list of queries.
type picking struct{ pick *pick }

// Init has nothing to start.
func (m *picking) Init() tea.Cmd { return nil }

// Update takes a message in.
func (m *picking) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.pick.update(msg) {
		return m, tea.Quit
	}
	return m, nil
}

// View draws the screen.
func (m *picking) View() tea.View { return screen(m.pick.view()) }

func screen(content string) tea.View {
	v := tea.NewView(content)
	v.AltScreen = true
	return v
}
