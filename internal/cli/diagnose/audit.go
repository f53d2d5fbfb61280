package diagnose

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
)

// auditOptions is everything `autostream diagnose audit` depends on.
type auditOptions struct {
	IO     *term.IO
	Jobs   interventions
	Names  []string // none: every job
	Format term.Format
	Now    func() time.Time
}

// interventions is the part of the job service that the audit needs.
type interventions interface {
	Interventions(ctx context.Context, ref job.Ref) ([]store.Intervention, error)
}

// newAudit declares `autostream diagnose audit`. run is replaced in flag tests.
func newAudit(s *subjects, run func(context.Context, *auditOptions) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "audit [TARGET/JOB]",
		Short: "Show who reached into the processes of jobs, what for, and until when it lasts",
		Long: "Show who reached into the processes of jobs, newest first: changes of log levels, heap dumps, histograms, and dumps\n" +
			"of threads by --attach, where they were done, how they ended, and until when their effect lasts.",
		Example: "  autostream diagnose audit\n  autostream diagnose audit prod/pv_uv --format json",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), s.deps)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = audit
			}
			return run(ctx, &auditOptions{IO: s.deps.IO, Jobs: service, Names: args, Format: format.Value, Now: s.deps.Now})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func audit(ctx context.Context, o *auditOptions) error {
	all, err := o.Jobs.Interventions(ctx, job.Ref{})
	if err != nil {
		return err
	}
	r := auditReport{Version: 1, Interventions: []intervention{}, now: o.Now()}
	for _, i := range all {
		if name := first(o.Names); name != "" && name != i.Job.Job && name != i.Job.String() {
			continue
		}
		r.Interventions = append(r.Interventions, interventionOf(i))
	}
	return o.IO.Write(o.Format, r)
}

// auditReport is the contract of `diagnose audit --format json`.
type auditReport struct {
	Version       int            `json:"version"`
	Interventions []intervention `json:"interventions"`

	now time.Time
}

type intervention struct {
	ID        int64     `json:"id"`
	Job       string    `json:"job"`
	Target    string    `json:"target"`
	JobID     string    `json:"jobId"`
	Kind      string    `json:"kind"`
	What      string    `json:"what,omitempty"`
	Processes []string  `json:"processes"`
	Until     time.Time `json:"until,omitzero"`
	User      string    `json:"user"`
	Host      string    `json:"host"`
	Began     time.Time `json:"began"`
	Ended     time.Time `json:"ended,omitzero"`
	Outcome   string    `json:"outcome"` // done, failed, aborted; "unfinished" while it goes on, or when its process died
	Error     string    `json:"error,omitempty"`
}

func interventionOf(i store.Intervention) intervention {
	out := intervention{
		ID: i.ID, Job: i.Job.Job, Target: i.Job.Target, JobID: i.Run, Kind: i.Kind, What: i.What, Processes: i.Processes, Until: i.Until,
		User: i.Holder.User, Host: i.Holder.Host, Began: i.Began, Ended: i.Ended, Outcome: string(i.Outcome), Error: i.Error,
	}
	if i.Outcome == store.Unfinished {
		out.Outcome = "unfinished"
	}
	return out
}

// Rows writes one line for each intervention.
func (r auditReport) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Interventions))
	for k, i := range r.Interventions {
		until := ""
		if !i.Until.IsZero() {
			until = i.Until.Local().Format(time.DateTime)
			if !io.OutTerminal {
				until = i.Until.UTC().Format(time.RFC3339)
			}
		}
		what := strings.Trim(i.What+"; "+i.Error, "; ")
		rows[k] = []string{jobs.When(io, r.now, i.Began), i.User + "@" + i.Host, i.Target + "/" + i.Job, i.Kind, i.Outcome, strings.Join(i.Processes, ","), until, what}
	}
	return io.Grid([]string{"when", "by", "job", "kind", "outcome", "where", "until", "what"}, rows)
}
