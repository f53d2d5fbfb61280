package preview

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/preview"
)

// stream writes rows as lines until there are no more.
func (o *Options) stream(ctx context.Context, run *preview.Run) error {
	// A reader that has had enough, such as head, must not kill the process: the job behind the rows has to end first.
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	defer signal.Stop(gone)

	out := bufio.NewWriterSize(o.IO.Out, 64<<10)
	columns := run.Columns()
	patience := time.AfterFunc(quiet, func() { o.explain(run.State()) })
	defer patience.Stop()
	var line []byte
	for {
		events, err := run.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		patience.Stop()
		for _, e := range events {
			if o.Format == term.JSON {
				line = preview.AppendLine(line[:0], columns, e)
			} else {
				line = appendTabs(line[:0], e)
			}
			_, _ = out.Write(line) // Flush says what went wrong
		}
		switch err := out.Flush(); {
		case errors.Is(err, syscall.EPIPE):
			return nil
		case err != nil:
			return fmt.Errorf("writing rows: %w", err)
		}
	}
}

// quiet is how long no row may come before a person is told why.
const quiet = 10 * time.Second

// explain says why there may be no rows yet.
func (o *Options) explain(s preview.State) {
	if s.Running < s.Total {
		o.IO.Hint("no row yet: %d of %d tasks run, the others wait for task slots", s.Running, s.Total)
		return
	}
	o.IO.Hint("no row yet: the query runs, nothing has come out of it")
}

// flat is what keeps a row on one line and its columns apart.
var flat = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

// appendTabs appends a row as a line: its kind, then its columns, separated by tabs.
func appendTabs(b []byte, e preview.Event) []byte {
	b = append(b, e.Kind.String()...)
	for _, v := range e.Fields {
		b = append(append(b, '\t'), flat.Replace(preview.String(v))...)
	}
	return append(b, '\n')
}

// progress says on a terminal what is being done, in one line that the next one replaces.
type progress struct {
	io    *term.IO
	shown bool
}

func (p *progress) tell(what string) {
	if p.io.ErrTerminal {
		p.shown = true
		fmt.Fprintf(p.io.Err, "\r\x1b[K%s", p.io.Paint(term.Faint, what+" …"))
	}
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.io.Err, "\r\x1b[K")
	}
}
