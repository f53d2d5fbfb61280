// Package move is `autostream move`: a job goes on on another target, with its state.
package move

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream move` depends on.
type Options struct {
	IO       *term.IO
	Progress *term.Progress
	Jobs     Jobs
	Name     string // of the job, as the user wrote it
	To       string // target
	Format   term.Format
	Yes      bool
	DryRun   bool
}

// Jobs is the part of the job service that moving needs.
type Jobs interface {
	jobs.Finder
	jobs.Settler
	PrepareMove(ctx context.Context, from job.Ref, to string) (job.Move, error)
	CarryMove(ctx context.Context, m job.Move, o job.Observer) (job.Moved, error)
}

// NewCommand declares `autostream move`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "move JOB --to TARGET",
		Long: "Let a job go on on another target: it is stopped with a savepoint, the savepoint is copied to where the other target\n" +
			"reads it, and the job starts from it there. When it does not come up, or does not get to its first checkpoint,\n" +
			"it is started again where it was. A move that was cut off is carried on by the same command.",
		Example:           "  autostream move prod/pv_uv --to dc2 --dry-run\n  autostream move prod/pv_uv --to dc2 --yes",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.IO, o.Progress, o.Jobs, o.Name = d.IO, d.IO.NewProgress(d.Now), service, args[0]
			o.Format, o.Yes = format.Value, d.Global.Yes
			if run == nil {
				run = move
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.To, "to", "", "target where the job goes on")
	flags.BoolVar(&o.DryRun, "dry-run", false, "check everything, show the steps and change nothing")
	flags.Var(format, "format", "output format: "+format.Names())
	_ = cmd.MarkFlagRequired("to") // the flag is there
	return cmd
}

// planned is the contract of `move --dry-run --format json`.
type planned struct {
	Version int      `json:"version"`
	DryRun  bool     `json:"dryRun"`
	Move    job.Move `json:"move"`
}

// moved is the contract of `move --format json`.
type moved struct {
	Version int `json:"version"`
	job.Moved
}

func move(ctx context.Context, o *Options) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, []string{o.Name})
	if err != nil {
		return err
	}
	from := refs[0]
	for _, ref := range []job.Ref{from, {Target: o.To, Job: from.Job}} {
		if !o.DryRun {
			if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
				return err
			}
		}
	}
	m, err := o.Jobs.PrepareMove(ctx, from, o.To)
	if err != nil {
		return err
	}
	if o.DryRun {
		return o.IO.Write(o.Format, planned{Version: 1, DryRun: true, Move: m})
	}
	o.IO.Hint("%s (%s) goes on on %s:", m.From, m.State, m.To.Target)
	for i, step := range m.Steps {
		o.IO.Hint("  %d. %s", i+1, step)
	}
	for _, c := range m.Changes {
		o.IO.Hint("  different there: %s", c.Reason)
	}
	if err := jobs.Agree(o.IO, o.Yes, "Move?"); err != nil {
		return err
	}
	result, err := o.Jobs.CarryMove(ctx, m, jobs.Progress(o.IO, o.Progress))
	o.Progress.Clear()
	if err != nil {
		return err
	}
	return o.IO.Write(o.Format, moved{Version: 1, Moved: result})
}

// Rows writes one line for each step.
func (p planned) Rows(io *term.IO) error {
	var rows [][]string
	for i, step := range p.Move.Steps {
		rows = append(rows, []string{strconv.Itoa(i + 1), step})
	}
	return io.Grid([]string{"", "step"}, rows)
}

// Rows writes one line.
func (m moved) Rows(io *term.IO) error {
	return io.Grid([]string{"job", "target", "state", "job id", "from", "copied files", "first checkpoint"}, [][]string{{
		m.Job, m.Target, jobs.State(io, m.State), m.JobID, m.From, fmt.Sprint(m.Copied), m.Checkpoint,
	}})
}
