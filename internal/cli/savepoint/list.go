package savepoint

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
)

// ListOptions is everything `autostream savepoint list` depends on.
type ListOptions struct {
	IO     *term.IO
	Jobs   Lister
	Names  []string // none: every job
	Format term.Format
	Now    func() time.Time
}

// Lister is the part of the job service that listing savepoints needs.
type Lister interface {
	jobs.Finder
	Known(ctx context.Context) ([]job.Ref, error)
	Savepoints(ctx context.Context, ref job.Ref) ([]store.Savepoint, error)
}

func newList(d *deps.Deps, run func(context.Context, *ListOptions) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:               "list [JOB…]",
		Aliases:           []string{"ls"},
		Short:             "List the savepoints that were taken, newest first",
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = list
			}
			return run(ctx, &ListOptions{IO: d.IO, Jobs: service, Names: args, Format: format.Value, Now: d.Now})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func list(ctx context.Context, o *ListOptions) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, o.Names)
	if len(o.Names) == 0 {
		refs, err = o.Jobs.Known(ctx)
	}
	if err != nil {
		return err
	}
	var all []store.Savepoint
	for _, ref := range refs {
		some, err := o.Jobs.Savepoints(ctx, ref)
		if err != nil {
			return err
		}
		all = append(all, some...)
	}
	return o.IO.Write(o.Format, reportOf(o.Now(), all...))
}
