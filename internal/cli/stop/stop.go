// Package stop is `autostream stop`: running jobs end, with a savepoint unless told otherwise.
package stop

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Options is everything `autostream stop` depends on.
type Options struct {
	IO       *term.IO
	Progress *term.Progress
	Jobs     Jobs
	Names    []string
	Request  job.StopRequest // what holds for every job named
	Format   term.Format
	Now      func() time.Time
	Yes      bool
	DryRun   bool
}

// Jobs is the part of the job service that stopping needs.
type Jobs interface {
	jobs.Finder
	jobs.Settler
	Status(ctx context.Context, ref job.Ref) (job.Status, error)
	Stop(ctx context.Context, r job.StopRequest, o job.Observer) (job.Stopped, error)
}

// NewCommand declares `autostream stop`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	var cancel, drain bool
	cmd := &cobra.Command{
		Use: "stop JOB…",
		Long: "End jobs with a savepoint, from which the next deploy or restart goes on.\n\n" +
			"--cancel ends a job at once and without a savepoint; the next deploy starts from its last checkpoint.\n" +
			"--drain sends the final watermark first, so that windows and timers fire: for jobs that are not to go on.",
		Example:           "  autostream stop pv_uv\n  autostream stop prod/pv_uv --cancel --yes",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			o.IO, o.Progress, o.Jobs, o.Names = d.IO, d.IO.NewProgress(d.Now), service, args
			o.Format, o.Now, o.Yes = format.Value, d.Now, d.Global.Yes
			switch {
			case cancel:
				o.Request.How = job.WithCancel
			case drain:
				o.Request.How = job.WithDrain
			default:
				o.Request.How = job.WithSavepoint
			}
			if run == nil {
				run = stop
			}
			return run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&cancel, "cancel", false, "end at once, without a savepoint")
	flags.BoolVar(&drain, "drain", false, "send the final watermark before the savepoint")
	flags.StringVar(&o.Request.Directory, "dir", "", "where the savepoint goes (default: the target's own place)")
	flags.StringVarP(&o.Request.Message, "message", "m", "", "why, for the history")
	flags.BoolVar(&o.DryRun, "dry-run", false, "show what would be done and change nothing")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.MarkFlagsMutuallyExclusive("cancel", "drain")
	cmd.MarkFlagsMutuallyExclusive("cancel", "dir")
	return cmd
}

// report is the contract of `stop --format json`.
type report struct {
	Version int           `json:"version"`
	DryRun  bool          `json:"dryRun,omitempty"`
	Jobs    []job.Stopped `json:"jobs"`
}

var sentences = map[string]string{
	job.WithSavepoint: "stops with a savepoint",
	job.WithDrain:     "is drained and stops with a savepoint",
	job.WithCancel:    "is cancelled, without a savepoint",
}

func stop(ctx context.Context, o *Options) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, o.Names)
	if err != nil {
		return err
	}
	r := report{Version: 1, DryRun: o.DryRun, Jobs: []job.Stopped{}}
	for _, ref := range refs {
		if !o.DryRun {
			if err := jobs.Settle(ctx, o.IO, o.Jobs, ref); err != nil {
				return err
			}
		}
		s, err := o.Jobs.Status(ctx, ref)
		if err != nil {
			return err
		}
		if o.DryRun {
			r.Jobs = append(r.Jobs, job.Stopped{Status: s})
		}
		o.IO.Hint("%s on %s (%s, version %d): %s", s.Job, s.Target, s.State, s.Version, sentences[o.Request.How])
	}
	if o.DryRun {
		return o.IO.Write(o.Format, r)
	}
	if err := jobs.Agree(o.IO, o.Yes, fmt.Sprintf("Stop %d?", len(refs))); err != nil {
		return err
	}
	var problem error
	for _, ref := range refs {
		request := o.Request
		request.Job = ref
		stopped, err := o.Jobs.Stop(ctx, request, jobs.Progress(o.IO, o.Progress))
		o.Progress.Clear()
		if problem = err; err != nil {
			break
		}
		if stopped.Already {
			o.IO.Hint("%s did not run: it is %s", ref, stopped.State)
		}
		r.Jobs = append(r.Jobs, stopped)
	}
	if err := o.IO.Write(o.Format, r); err != nil {
		return err
	}
	return problem
}

// Rows writes one line for each job.
func (r report) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Jobs))
	for i, s := range r.Jobs {
		rows[i] = []string{s.Job, s.Target, jobs.State(io, s.State), s.JobID, s.Status.Savepoint}
	}
	return io.Grid([]string{"job", "target", "state", "job id", "savepoint"}, rows)
}
