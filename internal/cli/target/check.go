package target

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/target"
)

// CheckOptions is everything `autostream target check` depends on.
type CheckOptions struct {
	IO     *term.IO
	Place  place
	Remove bool // remove orphans
	Yes    bool
	Format term.Format
}

func newCheck(d *deps.Deps, run func(context.Context, *CheckOptions) error) *cobra.Command {
	if run == nil {
		run = check
	}
	o := &CheckOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "check [TARGET]",
		Short: "Find out whether jobs can run on a Kubernetes target, and what was left behind there",
		Long: "Find out whether jobs can run on a Kubernetes target: the API server is asked for every single right that\n" +
			"autostream and the jobs' pods need. Then list what AutoStream made and nothing belongs to any more; --remove\n" +
			"removes it. The exit code is 3 when something is missing.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeTargets(d),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.IO, o.Yes, o.Format = d.IO, d.Global.Yes, format.Value
			if o.Place, err = one(d, args); err != nil {
				return err
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	cmd.Flags().BoolVar(&o.Remove, "remove", false, "remove what nothing belongs to any more")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// checked is the contract of `target check --format json`.
type checked struct {
	Version int             `json:"version"`
	Target  string          `json:"target"`
	Checks  []target.Check  `json:"checks"`
	Orphans []target.Orphan `json:"orphans"`
}

// Rows writes one line for each check and for each orphan.
func (c checked) Rows(io *term.IO) error {
	var rows [][]string
	for _, one := range c.Checks {
		state := one.State
		switch state {
		case target.CheckOK:
			state = io.Paint(term.Good, state)
		case target.CheckMissing:
			state = io.Paint(term.Bad, state)
		}
		rows = append(rows, []string{one.Name, state, one.Problem})
	}
	for _, o := range c.Orphans {
		rows = append(rows, []string{o.Kind + " " + o.Name, "orphan", o.Reason})
	}
	return io.Grid([]string{"what", "state", ""}, rows)
}

func check(ctx context.Context, o *CheckOptions) error {
	t, err := o.Place.prepared(ctx)
	if err != nil {
		return err
	}
	r := checked{Version: 1, Target: o.Place.Name, Orphans: []target.Orphan{}}
	if r.Checks, err = t.Check(ctx); err != nil {
		return err
	}
	missing, fix := 0, ""
	for _, c := range r.Checks {
		if c.State == target.CheckMissing {
			missing++
			if fix == "" {
				fix = c.Fix
			}
		}
	}
	if left, err := t.Orphans(ctx); err != nil {
		o.IO.Hint("looking for what was left behind: %v", err) // the checks say why
	} else if left != nil {
		r.Orphans = left
	}
	if err := o.IO.Write(o.Format, r); err != nil {
		return err
	}
	if err := o.clean(ctx, t, r.Orphans); err != nil {
		return err
	}
	if missing > 0 {
		return fault.Errorf(fault.Findings, "%d of %d things that jobs need are missing on %s", missing, len(r.Checks), o.Place.Name).WithFix("%s", fix)
	}
	return nil
}

// clean removes orphans when that was asked for.
func (o *CheckOptions) clean(ctx context.Context, t target.Prepared, left []target.Orphan) error {
	switch {
	case len(left) == 0:
		return nil
	case !o.Remove:
		o.IO.Hint("remove what was left behind:\n  autostream target check %s --remove", o.Place.Name)
		return nil
	case !o.Yes && !o.IO.Confirm("Remove what nothing belongs to?"):
		return fault.Errorf(fault.Usage, "nothing was removed").WithFix("--yes removes it without asking")
	}
	for _, orphan := range left {
		if err := t.RemoveOrphan(ctx, orphan); err != nil {
			return err
		}
		o.IO.Hint("removed %s %s", orphan.Kind, orphan.Name)
	}
	return nil
}
