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

	"github.com/autostream/autostream/internal/base/fault"
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
	var line []byte
	for {
		events, err := run.Next(ctx)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return &fault.Error{Kind: fault.Interrupted, Message: "interrupted", Err: nil}
		case err != nil:
			return err
		}
		for _, e := range events {
			if o.Format == term.JSON {
				line = preview.AppendLine(line[:0], columns, e)
			} else {
				line = appendTabs(line[:0], e)
			}
			_, _ = out.Write(line) // Flush says what went wrong
		}
		if err := out.Flush(); err != nil {
			if errors.Is(err, syscall.EPIPE) {
				return nil
			}
			return fmt.Errorf("writing rows: %w", err)
		}
	}
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
