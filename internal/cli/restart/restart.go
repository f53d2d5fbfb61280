// Package restart is `autostream restart`: the version of a job that ran last starts again, with its state.
package restart

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream restart` depends on.
type Options struct {
	jobs.Start
	Jobs    Jobs
	Names   []string
	Request job.Request // what holds for every job named
}

// Jobs is the part of the job service that restarting needs.
type Jobs interface {
	jobs.Finder
	jobs.Settler
	PrepareRestart(ctx context.Context, r job.Request) (job.Proposal, error)
}

// NewCommand declares `autostream restart`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	var fresh bool
	cmd := &cobra.Command{
		Use: "restart JOB…",
		Long: "Start the version of a job that ran last again, as it was recorded: edits of the project wait for a deploy.\n\n" +
			"A job that runs is stopped with a savepoint and starts from it; one that has ended starts from its newest\n" +
			"savepoint or checkpoint.",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.Start = jobs.Start{
				IO: d.IO, Progress: d.IO.NewProgress(d.Now), Jobs: service, Format: format.Value, Now: d.Now,
				Yes: d.Global.Yes, DryRun: o.DryRun, Question: "Restart?",
			}
			o.Jobs, o.Names = service, args
			if o.Request.Path != "" {
				o.Request.Origin = job.FromPath
			}
			if fresh {
				o.Request.Origin = job.Fresh
			}
			if run == nil {
				run = restart
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&fresh, "fresh", false, "start without state, on purpose")
	flags.StringVar(&o.Request.Path, "from", "", "start from this savepoint or checkpoint")
	flags.BoolVar(&o.DryRun, "dry-run", false, "show what would be done and change nothing")
	flags.StringVarP(&o.Request.Message, "message", "m", "", "why, for the history")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.MarkFlagsMutuallyExclusive("fresh", "from")
	return cmd
}

func restart(ctx context.Context, o *Options) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, o.Names)
	if err != nil {
		return err
	}
	var proposals []job.Proposal
	for _, ref := range refs {
		if !o.DryRun {
			if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
				return err
			}
		}
		r := o.Request
		r.Job = ref
		p, err := o.Jobs.PrepareRestart(ctx, r)
		if err != nil {
			return err
		}
		proposals = append(proposals, p)
	}
	return o.Run(ctx, proposals)
}
