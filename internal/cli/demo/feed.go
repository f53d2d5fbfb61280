package demo

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/demo"
	"github.com/autostream/autostream/internal/demo/clicks"
	"github.com/autostream/autostream/internal/project"
)

// FeedOptions is everything `autostream demo feed` depends on.
type FeedOptions struct {
	IO     *term.IO
	Dir    string // of the clicks; absolute
	Start  time.Time
	Seed   uint64
	For    time.Duration // 0: until it is stopped
	AtOnce bool
}

func newFeed(d *deps.Deps, run func(context.Context, *FeedOptions) error) *cobra.Command {
	if run == nil {
		run = feed
	}
	opts := &FeedOptions{}
	var start string
	cmd := &cobra.Command{
		Use:   "feed [DIR]",
		Short: "Write the clicks of a busy site, one file a second",
		Long: "Write the clicks of a busy site, one file a second, into a folder (default: data/clicks of the project).\n" +
			"The same --seed and --start give the same clicks: some arrive twice, some late, a few very late.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			opts.IO, opts.Start = d.IO, d.Now()
			if start != "" {
				if opts.Start, err = time.Parse(time.RFC3339, start); err != nil {
					return fault.Errorf(fault.Usage, "--start: %w", err).WithFix("--start 2026-03-01T23:58:00Z")
				}
			}
			if opts.AtOnce && opts.For <= 0 {
				return fault.Errorf(fault.Usage, "--at-once needs --for").WithFix("--at-once --for 2m")
			}
			if len(args) == 1 {
				opts.Dir = absolute(d, args[0])
				return run(cmd.Context(), opts)
			}
			root, err := project.Find(absolute(d, d.Global.Project))
			if err != nil {
				return err
			}
			opts.Dir = demo.Clicks(root)
			return run(cmd.Context(), opts)
		},
	}
	cmd.Flags().DurationVar(&opts.For, "for", 0, "end after this long (default: when stopped)")
	cmd.Flags().BoolVar(&opts.AtOnce, "at-once", false, "write the clicks of all of --for now, without waiting")
	cmd.Flags().Uint64Var(&opts.Seed, "seed", 1, "another seed gives other clicks")
	cmd.Flags().StringVar(&start, "start", "", "time of the first click, RFC 3339 (default: now)")
	return cmd
}

func feed(ctx context.Context, o *FeedOptions) error {
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return fmt.Errorf("making the folder of clicks: %w", err)
	}
	stream := clicks.NewStream(clicks.Site(), o.Seed, o.Start)
	if o.AtOnce {
		for range int(o.For / time.Second) {
			if err := clicks.Write(o.Dir, stream); err != nil {
				return err
			}
		}
		return nil
	}
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
	}
	o.IO.Hint("clicks arrive in %s", o.Dir)
	return clicks.Feed(ctx, o.Dir, stream)
}
