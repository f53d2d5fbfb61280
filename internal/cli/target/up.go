package target

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
)

// UpOptions is everything `autostream target up` depends on.
type UpOptions struct {
	IO     *term.IO
	Place  place
	Idle   time.Duration // 0: as the project says
	Slots  int           // 0: as the project says
	Now    func() time.Time
	Format term.Format
}

func newUp(d *deps.Deps, run func(context.Context, *UpOptions) error) *cobra.Command {
	if run == nil {
		run = up
	}
	o := &UpOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "up [TARGET]",
		Short: "Start the cluster of a local target",
		Long: "Start the cluster of a local target, which commands otherwise do when they need it.\n" +
			"One that runs is left as it is.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeTargets(d),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.IO, o.Now, o.Format = d.IO, d.Now, format.Value
			if o.Place, err = one(d, args); err != nil {
				return err
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	cmd.Flags().DurationVar(&o.Idle, "idle", 0, "end it after this long without a job or a command (default: the target's idle, or 30m)")
	cmd.Flags().IntVar(&o.Slots, "slots", 0, "task slots (default: the target's slots, or 8)")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func up(ctx context.Context, o *UpOptions) error {
	if o.Idle < 0 || o.Slots < 0 {
		return fault.Errorf(fault.Usage, "--idle and --slots must not be negative")
	}
	if o.Idle > 0 {
		o.Place.Idle = o.Idle
	}
	if o.Slots > 0 {
		o.Place.Slots = o.Slots
	}
	owned, err := o.Place.owned(ctx)
	if err != nil {
		return err
	}
	if err := owned.Up(ctx); err != nil {
		return err
	}
	c, err := owned.Cluster(ctx)
	if err != nil {
		return err
	}
	if o.Slots > 0 && c.Slots != o.Slots || o.Idle > 0 && c.Idle != o.Idle {
		o.IO.Hint("%s runs already, with %d slots and an idle limit of %s; end it first to change that:\n  autostream target down %s",
			o.Place.Name, c.Slots, c.Idle, o.Place.Name)
	}
	s := seen{Target: o.Place.Name, Kind: string(o.Place.Kind), Default: o.Place.Default}.with(c)
	return o.IO.Write(o.Format, report{Version: 1, Targets: []seen{s}, now: o.Now()})
}
