package savepoint

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// RemoveOptions is everything `autostream savepoint remove` depends on.
type RemoveOptions struct {
	IO    *term.IO
	Jobs  Remover
	Name  string
	Paths []string
	Force bool
	Yes   bool
}

// Remover is the part of the job service that removing savepoints needs.
type Remover interface {
	jobs.Finder
	RemoveSavepoint(ctx context.Context, ref job.Ref, path string, force bool) error
}

func newRemove(d *deps.Deps, run func(context.Context, *RemoveOptions) error) *cobra.Command {
	o := &RemoveOptions{}
	cmd := &cobra.Command{
		Use:               "remove JOB PATH…",
		Aliases:           []string{"rm"},
		Short:             "Remove savepoints with their files",
		Args:              cobra.MinimumNArgs(2),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.IO, o.Jobs, o.Name, o.Paths, o.Yes = d.IO, service, args[0], args[1:], d.Global.Yes
			if run == nil {
				run = remove
			}
			return run(ctx, o)
		},
	}
	cmd.Flags().BoolVar(&o.Force, "force", false, "also one that a stopped job would start from")
	return cmd
}

func remove(ctx context.Context, o *RemoveOptions) error {
	ref, err := o.Jobs.Find(ctx, o.Name)
	if err != nil {
		return err
	}
	if err := jobs.Agree(o.IO, o.Yes, fmt.Sprintf("Remove %d savepoints of %s for good?", len(o.Paths), ref)); err != nil {
		return err
	}
	for _, path := range o.Paths {
		if err := o.Jobs.RemoveSavepoint(ctx, ref, path, o.Force); err != nil {
			return err
		}
		o.IO.Hint("removed %s", path)
	}
	return nil
}
