package diagnose

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// flameOptions is everything `autostream diagnose flame` depends on.
type flameOptions struct {
	IO     *term.IO
	Open   func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Names  []string
	Sample collect.Sampling
	Which  string
	Output string // "" prints to Out
	Format term.Format
}

// The formats of profiles beside the usual ones.
const (
	Collapsed  term.Format = "collapsed"
	Speedscope term.Format = "speedscope"
)

// newFlame declares `autostream diagnose flame`. run is replaced in flag tests.
func newFlame(s *subjects, run func(context.Context, *flameOptions) error) *cobra.Command {
	o := &flameOptions{}
	format := term.NewFormatFlag(Collapsed, Speedscope)
	cmd := &cobra.Command{
		Use:   "flame [JOB]",
		Short: "Say where the time of a job's operators goes",
		Long: "Say where the time of a job's operators goes, from samples of their stacks.\n\n" +
			"The stacks are taken through Flink's thread dumps, or from the JVMs with --attach, so that nothing needs to be\n" +
			"switched on beforehand. A stack shows where a thread was stopped, which is a little behind where it was. The formats\n" +
			"collapsed and speedscope are for flamegraph.pl and https://www.speedscope.app.",
		Example: "  autostream diagnose flame pv_uv\n  autostream diagnose flame pv_uv --format speedscope -o pv_uv.json\n  autostream diagnose flame pv_uv --which wait",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Sample.Samples < 1 || o.Sample.Every < 0 {
				return fault.Errorf(fault.Usage, "--samples is 1 at least, and --every not negative")
			}
			if !slices.Contains([]flame.Which{flame.CPU, flame.Wall, flame.Wait}, flame.Which(o.Which)) {
				return fault.Errorf(fault.Usage, "--which is one of cpu, wall, wait, not %q", o.Which)
			}
			o.IO, o.Open, o.Names, o.Format = s.deps.IO, s.open, args, format.Value
			if run == nil {
				run = diagnoseFlame
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.Sample.Samples, "samples", 50, "dumps of each TaskManager")
	flags.DurationVar(&o.Sample.Every, "every", 100*time.Millisecond, "time between two dumps")
	flags.StringVar(&o.Sample.Only, "taskmanager", "", "only this TaskManager, by its id")
	flags.BoolVar(&o.Sample.Attach, "attach", false, "ask the JVMs themselves instead of Flink's REST interface")
	flags.StringVar(&o.Which, "which", string(flame.CPU), "what counts: cpu, wait (for others than the next operator), or wall for all")
	flags.StringVarP(&o.Output, "output", "o", "", "file for the formats collapsed and speedscope")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseFlame(ctx context.Context, o *flameOptions) error {
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return err
	}
	defer done()
	o.IO.Hint("taking %d samples, %s apart", o.Sample.Samples, o.Sample.Every)
	dumps, keep, problem, err := subject.Threads(ctx, o.Sample)
	if err != nil {
		return err
	}
	if problem != nil {
		o.IO.Hint("not everything could be read: %v", problem)
	}
	p := flame.Of(threads.Samples(dumps, keep), flame.Which(o.Which))
	switch o.Format {
	case Collapsed:
		return o.write([]byte(p.Collapsed()))
	case Speedscope:
		text, err := p.Speedscope(subject.Name)
		if err != nil {
			return err
		}
		return o.write(append(text, '\n'))
	}
	return o.IO.Write(o.Format, flameReport{
		Version: 1, Job: subject.Name, Target: subject.Target, ID: subject.ID, Which: o.Which,
		Samples: p.Samples, Seen: p.Seen, Verdict: p.Verdict(), Tops: p.Tops(10),
	})
}

func (o *flameOptions) write(text []byte) error {
	if o.Output != "" {
		return atomicfile.Write(o.Output, text, os.FileMode(0o644))
	}
	_, err := o.IO.Out.Write(text)
	return err
}

// flameReport is the contract of `diagnose flame --format json`.
type flameReport struct {
	Version int           `json:"version"`
	Job     string        `json:"job"`
	Target  string        `json:"target,omitempty"`
	ID      string        `json:"jobId"`
	Which   string        `json:"which"`
	Samples int64         `json:"samples"` // that count
	Seen    int64         `json:"seen"`    // all that were taken of tasks
	Verdict []flame.Share `json:"verdict"`
	Tops    []flame.Share `json:"tops"`
}

// Rows says in words where the time goes, then which frames were on top.
func (r flameReport) Rows(io *term.IO) error {
	io.Hint("%d of %d samples count (%s)", r.Samples, r.Seen, r.Which)
	rows := make([][]string, 0, len(r.Verdict)+len(r.Tops))
	for _, s := range r.Verdict {
		rows = append(rows, []string{fmt.Sprintf("%.0f %%", 100*s.Share), s.Operator, s.What})
	}
	for _, s := range r.Tops {
		rows = append(rows, []string{fmt.Sprintf("%.0f %%", 100*s.Share), "", s.What})
	}
	return io.Grid([]string{"share", "operator", "what it does, then the innermost frames"}, rows)
}
