package savepoint

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
)

// CreateOptions is everything `autostream savepoint create` depends on.
type CreateOptions struct {
	IO       *term.IO
	Progress *term.Progress
	Jobs     Saver
	Name     string
	Request  job.SaveRequest
	Format   term.Format
	Now      func() time.Time
}

// Saver is the part of the job service that taking savepoints needs.
type Saver interface {
	jobs.Finder
	jobs.Settler
	Save(ctx context.Context, r job.SaveRequest, o job.Observer) (store.Savepoint, error)
}

func newCreate(d *deps.Deps, run func(context.Context, *CreateOptions) error) *cobra.Command {
	o := &CreateOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:               "create JOB",
		Short:             "Take a savepoint of a running job, which runs on",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.IO, o.Progress, o.Jobs, o.Name, o.Format, o.Now = d.IO, d.IO.NewProgress(d.Now), service, args[0], format.Value, d.Now
			if run == nil {
				run = create
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Request.Directory, "dir", "", "where the savepoint goes (default: the target's own place)")
	flags.BoolVar(&o.Request.Native, "native", false, "in the state backend's own format: faster, for the same backend only")
	flags.StringVarP(&o.Request.Message, "message", "m", "", "why, for the history")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func create(ctx context.Context, o *CreateOptions) error {
	ref, err := o.Jobs.Find(ctx, o.Name)
	if err != nil {
		return err
	}
	if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
		return err
	}
	o.Request.Job = ref
	sp, err := o.Jobs.Save(ctx, o.Request, jobs.Progress(o.IO, o.Progress))
	o.Progress.Clear()
	if err != nil {
		return err
	}
	return o.IO.Write(o.Format, reportOf(o.Now(), sp))
}

func version(n int) string { return strconv.Itoa(n) }
