package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/demo"
	"github.com/autostream/autostream/internal/flink/release"
)

// UpOptions is everything `autostream demo up` depends on.
type UpOptions struct {
	IO    *term.IO
	Dir   string // absolute
	Flink release.Line
	Watch time.Duration // how long live rows are shown
	Feed  time.Duration // how long the site has visitors
	Run   Runner
}

func newUp(d *deps.Deps, run func(context.Context, *UpOptions) error) *cobra.Command {
	if run == nil {
		run = up
	}
	opts := &UpOptions{}
	cmd := &cobra.Command{
		Use:   "up [DIR]",
		Short: "Start the demo and show what it does",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			opts.IO, opts.Run = d.IO, self(d.IO)
			if opts.Dir, err = folder(d, args); err != nil {
				return err
			}
			return run(cmd.Context(), opts)
		},
	}
	cmd.Flags().TextVar(&opts.Flink, "flink", release.Latest, "Flink line to run on")
	cmd.Flags().DurationVar(&opts.Watch, "watch", 20*time.Second, "show live rows for this long")
	cmd.Flags().DurationVar(&opts.Feed, "feed", 30*time.Minute, "the stream of clicks ends by itself after this long")
	return cmd
}

// up runs the demo. When it is interrupted or fails, what it started is stopped again.
func up(ctx context.Context, o *UpOptions) error {
	if err := demo.Unpack(o.Dir, o.Flink.String()); err != nil {
		return err
	}
	o.IO.Hint("the example is in %s", o.Dir)
	if err := show(ctx, o); err != nil {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return errors.Join(err, down(ending, &DownOptions{IO: o.IO, Dir: o.Dir, Run: o.Run}))
	}
	name := command()
	o.IO.Hint("\nThe demo goes on for %s. Look around, then stop everything:\n  cd %s\n  %s preview pv_uv\n  %s logs -f pv_uv\n  %s demo down %s",
		o.Feed, o.Dir, name, name, name, o.Dir)
	return nil
}

// command is how this program is called: by its name where that finds it.
func command() string {
	program, err := os.Executable()
	if found, missing := exec.LookPath("autostream"); err == nil && (missing != nil || found != program) {
		return program
	}
	return "autostream"
}

// show is the demo as a person would type it.
func show(ctx context.Context, o *UpOptions) error {
	if err := o.Run(ctx, o.Dir, "flink", "install", o.Flink.String()); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	feed := exec.Command(program, "demo", "feed", "--for", o.Feed.String(), demo.Clicks(o.Dir)) //nolint:noctx // it outlives this command
	feed.Dir = o.Dir
	if err := demo.StartFeed(o.Dir, feed); err != nil {
		return err
	}
	o.IO.Hint("clicks arrive in %s", demo.Clicks(o.Dir))
	preview := []string{"preview", "pv_uv", "--for", o.Watch.String()}
	if o.IO.OutTerminal {
		o.IO.Hint("live rows come next; q goes on to lineage and status")
	} else {
		preview = append(preview, "--limit", "40") // lines, not a table that changes in place
	}
	for _, args := range [][]string{
		{"deploy", "--yes"},
		preview,
		{"lineage", "pv_uv"},
		{"status"},
	} {
		if err := o.Run(ctx, o.Dir, args...); err != nil {
			return err
		}
	}
	return nil
}
