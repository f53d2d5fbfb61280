package target

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/target"
)

// SetupOptions is everything `autostream target setup` depends on.
type SetupOptions struct {
	IO    *term.IO
	Place place
	Apply bool // make it, instead of printing what would be made
	Yes   bool
}

func newSetup(d *deps.Deps, run func(context.Context, *SetupOptions) error) *cobra.Command {
	if run == nil {
		run = setup
	}
	o := &SetupOptions{}
	cmd := &cobra.Command{
		Use:   "setup [TARGET]",
		Short: "Print or make what a Kubernetes target needs before the first job",
		Long: "Print what a Kubernetes target needs before the first job, for review or for kubectl: its namespace, the service\n" +
			"account of the jobs' pods with exactly the rights that they use, and a role for those who run autostream, which\n" +
			"is bound to nobody. With --apply it is made; what is there already stays.",
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
	cmd.Flags().BoolVar(&o.Apply, "apply", false, "make it")
	return cmd
}

// prepared connects to a target in a place that has to be set up.
func (p place) prepared(ctx context.Context) (target.Prepared, error) {
	connected, err := p.connect(ctx, p.Target)
	if err != nil {
		return nil, err
	}
	if prepared, ok := connected.(target.Prepared); ok {
		return prepared, nil
	}
	return nil, fault.Errorf(fault.Usage, "target %s of kind %s needs no setup", p.Name, p.Kind)
}

func setup(ctx context.Context, o *SetupOptions) error {
	t, err := o.Place.prepared(ctx)
	if err != nil {
		return err
	}
	if !o.Apply {
		text, err := t.Manifest()
		if err != nil {
			return err
		}
		_, err = o.IO.Out.Write(text)
		return err
	}
	if !o.Yes && !o.IO.Confirm("Make this in the cluster of "+o.Place.Name+"?") {
		return fault.Errorf(fault.Usage, "nothing was made").
			WithFix("look at it first:\n  autostream target setup %s\nthen make it:\n  autostream target setup %s --apply --yes", o.Place.Name, o.Place.Name)
	}
	return t.Setup(ctx, func(name string) { o.IO.Hint("made %s", name) })
}
