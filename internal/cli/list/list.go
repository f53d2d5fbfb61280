// Package list is `autostream list`: every job and its state.
package list

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream list` depends on.
type Options struct {
	IO     *term.IO
	Jobs   Jobs
	Format term.Format
	Now    func() time.Time
}

// Jobs is the part of the job service that listing needs.
type Jobs interface {
	List(ctx context.Context) ([]job.Status, error)
}

// Alias is the short name of the command.
const Alias = "ls"

// NewCommand declares `autostream list`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{Alias},
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = list
			}
			return run(ctx, &Options{IO: d.IO, Jobs: service, Format: format.Value, Now: d.Now})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func list(ctx context.Context, o *Options) error {
	all, err := o.Jobs.List(ctx)
	if err != nil {
		return err
	}
	return o.IO.Write(o.Format, jobs.Report{Version: 1, Jobs: append([]job.Status{}, all...), Now: o.Now()})
}
