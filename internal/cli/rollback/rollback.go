// Package rollback is `autostream rollback`: an earlier version of a job starts again, from its own state.
package rollback

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream rollback` depends on.
type Options struct {
	jobs.Start
	Jobs    Jobs
	Name    string
	To      int // version; 0 is the one that ran before
	Request job.Request
}

// Jobs is the part of the job service that going back needs.
type Jobs interface {
	jobs.Finder
	jobs.Settler
	PrepareRollback(ctx context.Context, r job.Request, to int) (job.Proposal, error)
}

// NewCommand declares `autostream rollback`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "rollback JOB",
		Long: "Start an earlier version of a job again, with the savepoint it was ended with.\n\n" +
			"What runs is stopped with a savepoint before. Records that came since are read again from the sources. --from\n" +
			"names another state, such as the savepoint that the version in between was stopped with.",
		Example:           "  autostream rollback pv_uv\n  autostream rollback prod/pv_uv --to 3",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.Start = jobs.Start{
				IO: d.IO, Progress: d.IO.NewProgress(d.Now), Jobs: service, Format: format.Value, Now: d.Now,
				Yes: d.Global.Yes, DryRun: o.DryRun, Question: "Go back?",
			}
			o.Jobs, o.Name = service, args[0]
			if o.Request.Path != "" {
				o.Request.Origin = job.FromPath
			}
			if run == nil {
				run = rollback
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.To, "to", 0, "version to go back to (default: the one that ran before)")
	flags.StringVar(&o.Request.Path, "from", "", "start from this savepoint or checkpoint instead")
	flags.BoolVar(&o.DryRun, "dry-run", false, "show what would be done and change nothing")
	flags.StringVarP(&o.Request.Message, "message", "m", "", "why, for the history")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func rollback(ctx context.Context, o *Options) error {
	ref, err := o.Jobs.Find(ctx, o.Name)
	if err != nil {
		return err
	}
	if !o.DryRun {
		if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
			return err
		}
	}
	o.Request.Job = ref
	p, err := o.Jobs.PrepareRollback(ctx, o.Request, o.To)
	if err != nil {
		return err
	}
	return o.Run(ctx, []job.Proposal{p})
}
