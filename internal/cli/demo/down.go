package demo

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/demo"
)

// DownOptions is everything `autostream demo down` depends on.
type DownOptions struct {
	IO  *term.IO
	Dir string // absolute
	Run Runner
}

func newDown(d *deps.Deps, run func(context.Context, *DownOptions) error) *cobra.Command {
	if run == nil {
		run = down
	}
	opts := &DownOptions{}
	return &cobra.Command{
		Use:   "down [DIR]",
		Short: "Stop the demo and remove its folder",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			opts.IO, opts.Run = d.IO, self(d.IO)
			if opts.Dir, err = folder(d, args); err != nil {
				return err
			}
			if len(args) == 0 && demo.Is(d.Dir) {
				opts.Dir = d.Dir // whoever stands in a demo means that one
			}
			return run(cmd.Context(), opts)
		},
	}
}

// down stops the feed and the cluster before the folder goes: while something still writes into it, it stays, so that a
// second try finds everything again.
func down(ctx context.Context, o *DownOptions) error {
	if !demo.Is(o.Dir) {
		o.IO.Hint("there is no demo in %s", o.Dir)
		return nil
	}
	stopped := errors.Join(demo.StopFeed(ctx, o.Dir), o.Run(ctx, o.Dir, "target", "down", "local", "--yes"))
	if stopped != nil {
		return stopped
	}
	if err := demo.Remove(o.Dir); err != nil {
		return err
	}
	o.IO.Hint("the demo is gone")
	return nil
}
