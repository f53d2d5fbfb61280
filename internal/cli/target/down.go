package target

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

// DownOptions is everything `autostream target down` depends on.
type DownOptions struct {
	IO    *term.IO
	Place place
	Yes   bool // end running jobs without asking
}

func newDown(d *deps.Deps, run func(context.Context, *DownOptions) error) *cobra.Command {
	if run == nil {
		run = down
	}
	o := &DownOptions{}
	return &cobra.Command{
		Use:   "down [TARGET]",
		Short: "End the cluster of a local target",
		Long: "End the cluster of a local target and every process of it. Jobs that still run on it end without a savepoint,\n" +
			"which is asked about first. Savepoints, checkpoints and logs stay.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeTargets(d),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.IO, o.Yes = d.IO, d.Global.Yes
			if o.Place, err = one(d, args); err != nil {
				return err
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
}

func down(ctx context.Context, o *DownOptions) error {
	owned, err := o.Place.owned(ctx)
	if err != nil {
		return err
	}
	before, err := owned.Cluster(ctx)
	if err != nil {
		o.IO.Hint("looking at %s: %v", o.Place.Name, err) // it is ended all the same
	}
	if before.Jobs > 0 && !o.Yes {
		what := fmt.Sprintf("%d running job(s) on %s would end without a savepoint", before.Jobs, o.Place.Name)
		if !o.IO.Confirm(what + ". End them?") {
			return fault.Errorf(fault.Conflict, "%s", what).
				WithFix("stop them with their state first:\n  autostream stop JOB\nor end them as they are:\n  autostream target down %s --yes", o.Place.Name)
		}
	}
	if err := owned.Down(ctx); err != nil {
		return err
	}
	if len(before.Processes) == 0 && !before.Up && !before.Starting {
		o.IO.Hint("%s was not running", o.Place.Name)
		return nil
	}
	o.IO.Hint("%s is down", o.Place.Name)
	return nil
}
