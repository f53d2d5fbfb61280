package diagnose

import (
	"context"
	"errors"
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
	"github.com/autostream/autostream/internal/tui"
)

// flameOptions is everything `autostream diagnose flame` depends on.
type flameOptions struct {
	IO      *term.IO
	Open    func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Names   []string
	File    string // a profile instead of a job's
	Against string // a profile to compare with
	Source  string
	Sample  collect.Sampling
	Which   string
	View    bool // --view: zoom and search on the whole screen
	Environ []string
	Output  string // "" prints to Out
	Format  term.Format
}

// The formats of profiles beside the usual ones.
const (
	Page       term.Format = "html"
	Collapsed  term.Format = "collapsed"
	Speedscope term.Format = "speedscope"
	Pprof      term.Format = "pprof"
)

// Where profiles come from.
const (
	fromBest   = "auto"
	fromFlink  = "flink"
	fromDumps  = "dumps"
	fromAttach = "attach"
	fromJFR    = "jfr"
)

// newFlame declares `autostream diagnose flame`. run is replaced in flag tests.
func newFlame(s *subjects, run func(context.Context, *flameOptions) error) *cobra.Command {
	o := &flameOptions{}
	format := term.NewFormatFlag(Page, Collapsed, Speedscope, Pprof)
	cmd := &cobra.Command{
		Use:   "flame [JOB]",
		Short: "Say where the time of a job's operators goes",
		Long: "Say where the time of a job's operators goes, from samples of their stacks.\n\n" +
			"The samples are Flink's own where rest.flamegraph.enabled is set. Otherwise JDK Flight Recorder records the JVMs, which\n" +
			"shows what a thread was at without stopping it, and --which alloc what it allocates; nothing needs to be switched on\n" +
			"beforehand. Where the JVMs cannot be reached, the samples are thread dumps through Flink's REST interface, in which a\n" +
			"stack shows where a thread was stopped, a little behind where it was. --source says which of them.\n\n" +
			"The format html is one page with a graph to zoom and search in; collapsed is for flamegraph.pl, speedscope for\n" +
			"https://www.speedscope.app, pprof for go tool pprof. --against compares with an earlier profile, which --file reads\n" +
			"too: collapsed stacks of any profiler, or a graph of Flink's REST interface.",
		Example: "  autostream diagnose flame pv_uv\n  autostream diagnose flame pv_uv --view\n  autostream diagnose flame pv_uv --format html -o pv_uv.html\n" +
			"  autostream diagnose flame pv_uv --format collapsed -o before.txt\n  autostream diagnose flame pv_uv --against before.txt",
		Args: cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Sample.Samples < 1 || o.Sample.Every < 0 {
				return fault.Errorf(fault.Usage, "--samples is 1 at least, and --every not negative")
			}
			if !slices.Contains([]flame.Which{flame.CPU, flame.Wall, flame.Wait, flame.Allocation}, flame.Which(o.Which)) {
				return fault.Errorf(fault.Usage, "--which is one of cpu, wall, wait, alloc, not %q", o.Which)
			}
			if !slices.Contains([]string{fromBest, fromFlink, fromJFR, fromDumps, fromAttach}, o.Source) {
				return fault.Errorf(fault.Usage, "--source is one of auto, flink, jfr, dumps, attach, not %q", o.Source)
			}
			if o.Source == fromJFR && !recordable(o.Which) || o.Source != fromJFR && o.Source != fromBest && o.Which == string(flame.Allocation) {
				return fault.Errorf(fault.Usage, "--source %s does not tell of --which %s", o.Source, o.Which)
			}
			if o.File != "" && len(args) > 0 {
				return fault.Errorf(fault.Usage, "a job and a file at once")
			}
			if o.View && (o.Against != "" || !s.deps.IO.InTerminal || !s.deps.IO.OutTerminal) {
				return fault.Errorf(fault.Usage, "--view is for one profile on a terminal").WithFix("use --format html")
			}
			o.IO, o.Open, o.Names, o.Format, o.Environ = s.deps.IO, s.open, args, format.Value, os.Environ()
			if s.pid != 0 && o.Source == fromBest {
				o.Source = fromAttach
				if recordable(o.Which) {
					o.Source = fromJFR
				}
			}
			if run == nil {
				run = diagnoseFlame
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	s.addPID(flags)
	flags.StringVar(&o.File, "file", "", "a profile instead of a job's; - is standard input")
	flags.StringVar(&o.Against, "against", "", "a profile to compare with")
	flags.StringVar(&o.Source, "source", fromBest, "where samples come from: flink, jfr, dumps, attach, or auto for the best that there is")
	flags.IntVar(&o.Sample.Samples, "samples", 50, "dumps of each TaskManager")
	flags.DurationVar(&o.Sample.Every, "every", 100*time.Millisecond, "time between two dumps")
	flags.StringVar(&o.Sample.Only, "taskmanager", "", "only dumps of this TaskManager, by its id")
	flags.StringVar(&o.Which, "which", string(flame.CPU), "what counts: cpu, wait (for others than the next operator), wall for all, or alloc for bytes")
	flags.BoolVar(&o.View, "view", false, "zoom and search in it on the whole screen")
	flags.StringVarP(&o.Output, "output", "o", "", "file for the formats html, collapsed, speedscope and pprof")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseFlame(ctx context.Context, o *flameOptions) error {
	r := flameReport{Version: 1, Which: o.Which}
	var now flame.Profile
	var err error
	if o.File != "" {
		r.Job = o.File
		now, err = o.read(ctx, o.File)
	} else {
		now, err = o.take(ctx, &r)
	}
	if err != nil {
		return err
	}
	if o.Against != "" {
		before, err := o.read(ctx, o.Against)
		if err != nil {
			return err
		}
		return o.compare(flame.Difference{Before: before, Now: now}, r)
	}
	if o.View {
		screen := tui.Terminal{In: o.IO.In, Out: o.IO.Out, Environ: o.Environ, Color: o.IO.Color}
		return tui.Flame(ctx, screen, r.Job, now)
	}
	switch o.Format {
	case Page:
		return o.write(now.Page(r.Job))
	case Collapsed:
		return o.write([]byte(now.Collapsed()), nil)
	case Speedscope:
		return o.write(now.Speedscope(r.Job))
	case Pprof:
		return o.write(now.Pprof())
	}
	r.Samples, r.Seen, r.Verdict, r.Tops = now.Samples, now.Seen, now.Verdict(), now.Tops(10)
	return o.IO.Write(o.Format, r)
}

// recordable says whether JDK Flight Recorder tells of it.
func recordable(which string) bool {
	return which == string(flame.CPU) || which == string(flame.Allocation)
}

// take samples the job.
func (o *flameOptions) take(ctx context.Context, r *flameReport) (flame.Profile, error) {
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return flame.Profile{}, err
	}
	defer done()
	r.Job, r.Target, r.ID = subject.Name, subject.Target, subject.ID
	if o.Source != fromBest {
		r.Source = o.Source
		return o.from(ctx, subject, o.Source)
	}
	var failed error
	for _, source := range o.sources(ctx, subject) {
		r.Source = source
		p, err := o.from(ctx, subject, source)
		if err == nil || ctx.Err() != nil {
			return p, err
		}
		if failed = errors.Join(failed, err); source != fromDumps {
			o.IO.Hint("another way is tried: %v", err)
		}
	}
	return flame.Profile{}, failed
}

// sources are the ways to samples, the best first.
func (o *flameOptions) sources(ctx context.Context, subject collect.Subject) []string {
	var ways []string
	allocation := o.Which == string(flame.Allocation)
	if !allocation && o.Sample.Only == "" && subject.SampledByFlink(ctx) {
		ways = append(ways, fromFlink)
	}
	if allocation || subject.JVMs != nil && recordable(o.Which) {
		ways = append(ways, fromJFR)
	}
	if !allocation {
		ways = append(ways, fromDumps)
	}
	return ways
}

// from takes samples in one way.
func (o *flameOptions) from(ctx context.Context, subject collect.Subject, source string) (p flame.Profile, err error) {
	var problem error
	switch source {
	case fromFlink:
		o.IO.Hint("Flink samples the tasks")
		return subject.FlinkProfile(ctx, flame.Which(o.Which))
	case fromJFR:
		o.IO.Hint("JDK Flight Recorder records for %s", time.Duration(o.Sample.Samples)*o.Sample.Every)
		p, problem, err = subject.Recording(ctx, o.Sample, flame.Which(o.Which))
	default:
		o.IO.Hint("taking %d dumps, %s apart", o.Sample.Samples, o.Sample.Every)
		o.Sample.Attach = source == fromAttach
		var dumps []threads.Dump
		var known threads.Job
		if dumps, known, problem, err = subject.Threads(ctx, o.Sample); err == nil {
			p = flame.Of(threads.Samples(dumps, known.Keep), flame.Which(o.Which))
		}
	}
	if err == nil && problem != nil {
		o.IO.Hint("not everything could be read: %v", problem)
	}
	return p, err
}

func (o *flameOptions) read(ctx context.Context, name string) (flame.Profile, error) {
	text, err := readAll(ctx, o.IO, name)
	if err != nil {
		return flame.Profile{}, err
	}
	p, err := flame.Parse(text)
	if err != nil {
		return p, fault.Errorf(fault.Usage, "%s: %w", name, err)
	}
	return p, nil
}

// compare writes what has changed.
func (o *flameOptions) compare(d flame.Difference, r flameReport) error {
	switch o.Format {
	case Page:
		return o.write(d.Page(r.Job))
	case Collapsed:
		return o.write([]byte(d.Collapsed()), nil)
	case Speedscope, Pprof:
		return fault.Errorf(fault.Usage, "%s has no differences", o.Format).WithFix("use --format html")
	}
	return o.IO.Write(o.Format, flameDifference{
		Version: 1, Job: r.Job, Target: r.Target, ID: r.ID, Which: r.Which, Samples: d.Now.Samples, Before: d.Before.Samples,
		Verdict: d.Verdict(), Tops: d.Tops(10),
	})
}

func (o *flameOptions) write(text []byte, err error) error {
	if err != nil {
		return err
	}
	if o.Output != "" {
		return atomicfile.Write(o.Output, text, os.FileMode(0o644))
	}
	_, err = o.IO.Out.Write(text)
	return err
}

// flameReport is the contract of `diagnose flame --format json`.
type flameReport struct {
	Version int           `json:"version"`
	Job     string        `json:"job"`
	Target  string        `json:"target,omitempty"`
	ID      string        `json:"jobId,omitempty"`
	Source  string        `json:"source,omitempty"` // flink, jfr, dumps, attach
	Which   string        `json:"which"`
	Samples int64         `json:"samples"` // that count; bytes where allocations are looked at
	Seen    int64         `json:"seen"`    // all that were taken of tasks
	Verdict []flame.Share `json:"verdict"`
	Tops    []flame.Share `json:"tops"`
}

// Rows says in words where the time goes, then which frames were on top.
func (r flameReport) Rows(io *term.IO) error {
	io.Hint("%d of %d samples count (%s)", r.Samples, r.Seen, r.Which)
	rows := make([][]string, 0, len(r.Verdict)+len(r.Tops))
	for _, s := range slices.Concat(r.Verdict, r.Tops) {
		rows = append(rows, []string{percent(s.Share), s.Operator, s.What})
	}
	return io.Grid([]string{"share", "operator", "what it does, then the innermost frames"}, rows)
}

// flameDifference is the contract of `diagnose flame --against --format json`.
type flameDifference struct {
	Version int             `json:"version"`
	Job     string          `json:"job"`
	Target  string          `json:"target,omitempty"`
	ID      string          `json:"jobId,omitempty"`
	Which   string          `json:"which"`
	Samples int64           `json:"samples"`
	Before  int64           `json:"samplesBefore"`
	Verdict []flame.Changed `json:"verdict"`
	Tops    []flame.Changed `json:"tops"`
}

// Rows says in words what takes more or less than before, then which frames do.
func (r flameDifference) Rows(io *term.IO) error {
	io.Hint("%d samples, %d before (%s)", r.Samples, r.Before, r.Which)
	rows := make([][]string, 0, len(r.Verdict)+len(r.Tops))
	for _, c := range slices.Concat(r.Verdict, r.Tops) {
		rows = append(rows, []string{percent(c.Before), percent(c.Now), c.Operator, c.What})
	}
	return io.Grid([]string{"before", "now", "operator", "what it does, then the innermost frames"}, rows)
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }
