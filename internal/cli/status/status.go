// Package status is `autostream status`: what is true about jobs now, and why.
package status

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream status` depends on.
type Options struct {
	IO     *term.IO
	Jobs   Jobs
	Names  []string // none: every job that was ever deployed or is in the project
	Format term.Format
	Now    func() time.Time
}

// Jobs is the part of the job service that status needs.
type Jobs interface {
	jobs.Finder
	Known(ctx context.Context) ([]job.Ref, error)
	Status(ctx context.Context, ref job.Ref) (job.Status, error)
}

// NewCommand declares `autostream status`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "status [JOB…]",
		Long: "Show what is true about jobs now: the state in Flink, what it was started from, its last checkpoint, why it failed.\n\n" +
			"Besides Flink's own states there are STOPPED (ended with a savepoint), SUBMITTING (handed over, not yet seen) and\n" +
			"LOST (the target answers and has no trace of it). When the target does not answer, the last known state is shown.",
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = status
			}
			return run(ctx, &Options{IO: d.IO, Jobs: service, Names: args, Format: format.Value, Now: d.Now})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func status(ctx context.Context, o *Options) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, o.Names)
	if len(o.Names) == 0 {
		refs, err = o.Jobs.Known(ctx)
	}
	if err != nil {
		return err
	}
	report := jobs.Report{Version: 1, Jobs: []job.Status{}}
	for _, ref := range refs {
		s, err := o.Jobs.Status(ctx, ref)
		if err != nil {
			return err
		}
		report.Jobs = append(report.Jobs, s)
	}
	report.Now = o.Now()
	return o.IO.Write(o.Format, jobs.Details{Report: report})
}
