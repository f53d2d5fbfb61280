package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/target"
)

// canned is a preview that gives the sample and then waits, ends or fails.
type canned struct {
	once sync.Once
	then func(context.Context) error
	seen chan struct{} // closed when the view asks again after the sample
}

func (c *canned) Columns() []preview.Column { return columns }

func (c *canned) State() preview.State {
	return preview.State{Job: target.Running, Running: 1, Total: 1}
}

func (c *canned) Next(ctx context.Context) (rows []preview.Event, err error) {
	first := false
	c.once.Do(func() { first = true })
	if first {
		return sample(), nil
	}
	close(c.seen)
	return nil, c.then(ctx)
}

func wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// The program itself, on a terminal that is a pipe.
func TestProgram(t *testing.T) {
	t.Parallel()
	broken := errors.New("the job failed")
	for _, tt := range []struct {
		name, keys string
		then       func(context.Context) error
		want       Ending
	}{
		{"q leaves", "q", wait, Ending{}},
		{"n asks for another query", "n", wait, Ending{Again: true}},
		{"the end of the query leaves the screen to the user", "q", func(context.Context) error { return io.EOF }, Ending{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows := &canned{then: tt.then, seen: make(chan struct{})}
			in, keyboard := io.Pipe()
			defer in.Close()
			go func() {
				<-rows.seen
				_, _ = io.WriteString(keyboard, tt.keys)
			}()
			var out bytes.Buffer
			ending, err := Watch(t.Context(), Terminal{In: in, Out: &out, Environ: []string{"TERM=xterm"}}, title, rows)
			if err != nil || ending != tt.want {
				t.Errorf("ending %+v, %v; want %+v", ending, err, tt.want)
			}
			if strings.Contains(out.String(), "\x1b[2J\ny") {
				t.Error("what the data says reached the terminal as it was")
			}
		})
	}
	t.Run("a failure is told when the user leaves", func(t *testing.T) {
		t.Parallel()
		w := &watching{ctx: t.Context(), rows: &canned{then: func(context.Context) error { return broken }, seen: make(chan struct{})}}
		w.watch = newWatch(title, columns, theme{})
		w.Update(w.next())
		w.Update(w.next())
		if !w.watch.ended || !errors.Is(w.watch.problem, broken) || len(w.watch.rows) != len(sample()) {
			t.Errorf("ended %v, problem %v, %d rows", w.watch.ended, w.watch.problem, len(w.watch.rows))
		}
	})
	t.Run("the end of the context is the end of the view", func(t *testing.T) {
		t.Parallel()
		ctx, stop := context.WithCancel(t.Context())
		rows := &canned{then: func(ctx context.Context) error {
			stop()
			return wait(ctx)
		}, seen: make(chan struct{})}
		in, keyboard := io.Pipe()
		defer keyboard.Close()
		if _, err := Watch(ctx, Terminal{In: in, Out: io.Discard, Environ: []string{"TERM=xterm"}}, title, rows); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}
