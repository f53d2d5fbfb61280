package diagnose

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/tui"
)

// again is the time between two looks of --watch: a look costs the job a little.
const again = 10 * time.Second

// watch looks again and again until the user leaves: on the whole screen of a terminal, elsewhere one report after the
// other. What the last look found makes the exit code.
func (o *Options) watch(ctx context.Context, subject collect.Subject, look func(context.Context) (diagnose.Snapshot, error)) error {
	if o.Format != term.Table || !o.IO.InTerminal || !o.IO.OutTerminal {
		return o.report(ctx, look)
	}
	var last atomic.Pointer[report] // a look may end after the user has left
	screen := tui.Terminal{In: o.IO.In, Out: o.IO.Out, Environ: o.Environ, Color: o.IO.Color}
	err := tui.Repeat(ctx, screen, tui.Report{Title: subject.Name, Every: o.Again, Make: func(ctx context.Context, cells int) (string, error) {
		s, err := look(ctx)
		if err != nil {
			return "", err
		}
		r := reportOf(s)
		last.Store(&r)
		var text bytes.Buffer
		err = r.Rows(&term.IO{Out: &text, Err: &text, OutTerminal: true, Width: cells})
		return text.String(), err
	}})
	if r := last.Load(); err == nil && r != nil {
		return r.verdict()
	}
	return err
}

// report writes one report after the other. A look that fails after one that did not may be at a JobManager that is just
// starting again.
func (o *Options) report(ctx context.Context, look func(context.Context) (diagnose.Snapshot, error)) error {
	for seen := false; ; {
		s, err := look(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			seen = true
			err = o.write(reportOf(s))
			if err != nil {
				return err
			}
		case !seen || fault.KindOf(err) == fault.Denied:
			return err
		default:
			o.IO.Hint("looking again in %s: %v", o.Again, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.Again):
		}
	}
}
