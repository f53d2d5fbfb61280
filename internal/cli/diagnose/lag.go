package diagnose

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/kafka"
)

// lagOptions is everything `autostream diagnose lag` depends on.
type lagOptions struct {
	IO      *term.IO
	Open    func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Names   []string
	Within  time.Duration
	Observe time.Duration
	Format  term.Format
	Brokers string // bootstrap.servers instead of those in the job's tables
	Now     func() time.Time
}

// newLag declares `autostream diagnose lag`. run is replaced in flag tests.
func newLag(s *subjects, run func(context.Context, *lagOptions) error) *cobra.Command {
	o := &lagOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "lag [JOB]",
		Short: "Show the way of the records, who holds them up, and what it takes to catch up",
		Long: "Show the way of the records from source to sink with rates, who holds them up, how far the job is behind, and what\n" +
			"it takes to catch up. How far it is behind is known where the connector tells it (Kafka does); whether that grows is\n" +
			"seen by looking twice, because Flink measures every ten seconds. The brokers of Kafka topics are asked too, and what\n" +
			"they say is taken where Flink's number is wrong: the tables of the job say where they are, or else --brokers.",
		Example: "  autostream diagnose lag pv_uv\n  autostream diagnose lag pv_uv --within 10m\n  autostream diagnose lag --rest http://jobmanager:8081 --brokers kafka:9092",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Within <= 0 || o.Observe < 0 {
				return fault.Errorf(fault.Usage, "--within is longer than nothing, and --observe not negative")
			}
			o.IO, o.Open, o.Names, o.Format, o.Now = s.deps.IO, s.open, args, format.Value, s.deps.Now
			if run == nil {
				run = diagnoseLag
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().DurationVar(&o.Within, "within", 30*time.Minute, "time in which to catch up")
	cmd.Flags().DurationVar(&o.Observe, "observe", 12*time.Second, "time between two looks at what waits in front of the sources")
	cmd.Flags().StringVar(&o.Brokers, "brokers", "", "Kafka brokers of the topics that the job reads, HOST:PORT[,…], instead of those in its tables")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseLag(ctx context.Context, o *lagOptions) error {
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return err
	}
	defer done()
	if o.Brokers != "" {
		subject.Streams = func(context.Context) ([]collect.Stream, error) {
			return []collect.Stream{{Properties: kafka.Properties{"bootstrap.servers": o.Brokers}}}, nil
		}
	}
	before, err := subject.Flow(ctx, o.Now)
	if err != nil {
		return err
	}
	now := before
	if tellsLag(before) && o.Observe > 0 {
		o.IO.Hint("looking again in %s", o.Observe)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.Observe):
		}
		if now, err = subject.Flow(ctx, o.Now); err != nil {
			return err
		}
	}
	for _, what := range now.Missing {
		o.IO.Hint("not everything could be read: %s", what)
	}
	return o.IO.Write(o.Format, lagReport{Version: 1, Job: now.Job, Target: now.Target, ID: now.ID, State: now.State, Lag: diagnose.LagOf(before, now, o.Within)})
}

// tellsLag says whether one of the sources knows what waits in front of it.
func tellsLag(s diagnose.Snapshot) bool {
	for _, v := range s.Vertices {
		if v.Pending != nil || len(v.Partitions) > 0 {
			return true
		}
	}
	return false
}

// lagReport is the contract of `diagnose lag --format json`.
type lagReport struct {
	Version int    `json:"version"`
	Job     string `json:"job"`
	Target  string `json:"target,omitempty"`
	ID      string `json:"jobId"`
	State   string `json:"state"`
	diagnose.Lag
}

// Rows draws the way of the records, and says below it what to make of it.
func (r lagReport) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Steps))
	for i, s := range r.Steps {
		name := s.Vertex
		if io.OutTerminal && s.Depth > 0 {
			name = strings.Repeat("  ", s.Depth-1) + "└─ " + name
		}
		mark := ""
		if s.Vertex == r.Bottleneck {
			mark = io.Paint(term.Bad, "◀ holds the others up")
		}
		rows[i] = []string{name, fmt.Sprint(s.Parallelism), rate(s.InRate), rate(s.OutRate), share(io, s.Busy), share(io, s.Backpressured), pending(s.Pending), mark}
	}
	if err := io.Grid([]string{"vertex", "subtasks", "in/s", "out/s", "busy", "held up", "waiting", ""}, rows); err != nil {
		return err
	}
	for _, line := range r.sentences() {
		io.Hint("%s", line)
	}
	return nil
}

// sentences says what to make of the numbers.
func (r lagReport) sentences() []string {
	var out []string
	if r.Bottleneck == "" {
		out = append(out, "nothing holds the job up")
	} else {
		line := r.Bottleneck + " holds the job up"
		if r.Capacity > 0 {
			line += fmt.Sprintf(": it takes %s records/s at most", rate(r.Capacity))
		}
		out = append(out, line)
	}
	for _, t := range r.Topics {
		out = append(out, topic(t))
	}
	switch {
	case r.Pending == nil:
		out = append(out, "its sources do not tell how many records wait")
	case *r.Pending <= 0:
		out = append(out, "it is not behind")
	case r.Trend > 0:
		out = append(out, fmt.Sprintf("%s records wait, %s more each second: it never catches up", rate(*r.Pending), rate(r.Trend)))
	case r.Eta >= 0:
		out = append(out, fmt.Sprintf("%s records wait; it catches up in %s", rate(*r.Pending), time.Duration(r.Eta*float64(time.Second)).Round(time.Second)))
	default:
		out = append(out, fmt.Sprintf("%s records wait, as many as before", rate(*r.Pending)))
	}
	if c := r.CatchUp; c != nil {
		line := fmt.Sprintf("to catch up within %s it has to read %s records/s", c.Within, rate(c.Rate))
		if c.Parallelism > 0 {
			line += fmt.Sprintf(", which takes a parallelism of %d", c.Parallelism)
		}
		out = append(out, line)
	}
	return out
}

// topic says what the brokers know, against what Flink says.
func topic(t diagnose.Topic) string {
	line := fmt.Sprintf("the brokers %s have %d records of %s that were not read yet", t.Servers, t.Pending, t.Name)
	if t.Flink >= 0 {
		line += fmt.Sprintf("; Flink counts %.0f in front of %s", t.Flink, t.Vertex)
	}
	if t.Deleted > 0 {
		line += fmt.Sprintf("; %d were deleted before they were read", t.Deleted)
	}
	if t.Unknown > 0 {
		line += fmt.Sprintf("; of %d of its %d partitions nobody knows where the job is: it has read nothing there since it started", t.Unknown, t.Partitions)
	}
	return line
}

// rate writes a number of records for people.
func rate(x float64) string {
	switch {
	case x >= 1e6:
		return fmt.Sprintf("%.1fM", x/1e6)
	case x >= 1e4:
		return fmt.Sprintf("%.1fk", x/1e3)
	case x >= 10 || x == 0:
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}

// share draws a share of the time, with a bar on a terminal.
func share(io *term.IO, x float64) string {
	if x < 0 {
		return "-"
	}
	text := fmt.Sprintf("%3.0f %%", 100*x)
	if !io.OutTerminal {
		return strings.TrimSpace(text)
	}
	const cells = 8
	full := min(int(x*cells+0.5), cells)
	paint := term.Good
	if x >= 0.8 {
		paint = term.Bad
	} else if x >= 0.5 {
		paint = term.Notice
	}
	return io.Paint(paint, strings.Repeat("█", full)+strings.Repeat("░", cells-full)) + text
}

func pending(x *float64) string {
	if x == nil {
		return ""
	}
	return rate(*x)
}
