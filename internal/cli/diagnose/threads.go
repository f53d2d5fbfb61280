package diagnose

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// threadsOptions is everything `autostream diagnose threads` depends on.
type threadsOptions struct {
	IO     *term.IO
	Open   func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Names  []string
	Files  []string
	Sample collect.Sampling
	Format term.Format
}

// newThreads declares `autostream diagnose threads`. run is replaced in flag tests.
func newThreads(s *subjects, run func(context.Context, *threadsOptions) error) *cobra.Command {
	o := &threadsOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "threads [JOB]",
		Short: "Say what each task of a job waits for",
		Long: "Say what each task of a job waits for, which threads wait for each other for ever, and which locks are fought over.\n\n" +
			"Dumps are taken through Flink's REST interface, three of each TaskManager, two seconds apart, so that what stands\n" +
			"still can be told from what is only busy. Files may be of jstack, jcmd Thread.print, SIGQUIT or Flink.",
		Example: "  autostream diagnose threads pv_uv\n  autostream diagnose threads --file dump1.txt --file dump2.txt",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Sample.Samples < 1 || o.Sample.Every < 0 {
				return fault.Errorf(fault.Usage, "--samples is 1 at least, and --every not negative")
			}
			o.IO, o.Open, o.Names, o.Format = s.deps.IO, s.open, args, format.Value
			o.Sample.Attach = o.Sample.Attach || s.pid != 0
			if run == nil {
				run = diagnoseThreads
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	s.addPID(flags)
	flags.StringArrayVar(&o.Files, "file", nil, "a thread dump instead of a job's; - is standard input; several are samples of one process")
	flags.IntVar(&o.Sample.Samples, "samples", 3, "dumps of each TaskManager")
	flags.DurationVar(&o.Sample.Every, "every", 2*time.Second, "time between two dumps")
	flags.StringVar(&o.Sample.Only, "taskmanager", "", "only this TaskManager, by its id")
	flags.BoolVar(&o.Sample.Attach, "attach", false, "ask the JVMs themselves: whole stacks, and a JVM whose REST interface is stuck")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseThreads(ctx context.Context, o *threadsOptions) error {
	if len(o.Files) > 0 && len(o.Names) > 0 {
		return fault.Errorf(fault.Usage, "a job and files at once")
	}
	r := threadsReport{Version: 1}
	if len(o.Files) > 0 {
		dumps, err := readDumps(ctx, o)
		if err != nil {
			return err
		}
		r.Report = threads.Analyse(dumps, threads.Job{})
		return o.IO.Write(o.Format, r)
	}
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return err
	}
	defer done()
	r.Job, r.Target, r.ID = subject.Name, subject.Target, subject.ID
	dumps, known, problem, err := subject.Threads(ctx, o.Sample)
	if err != nil {
		return err
	}
	if problem != nil {
		o.IO.Hint("not everything could be read: %v", problem)
	}
	r.Report = threads.Analyse(dumps, known)
	return o.IO.Write(o.Format, r)
}

// first is the first of the names, "" when there are none.
func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// longestDump bounds what is read of a file.
const longestDump = 512 << 20

func readDumps(ctx context.Context, o *threadsOptions) ([]threads.Dump, error) {
	var dumps []threads.Dump
	for _, name := range o.Files {
		text, err := readAll(ctx, o.IO, name)
		if err != nil {
			return nil, err
		}
		d := threads.Parse(text)
		if len(d.Threads) == 0 {
			return nil, fault.Errorf(fault.Usage, "%s has no threads in it", name).WithFix("take a dump with jstack PID, jcmd PID Thread.print or from Flink's web interface")
		}
		dumps = append(dumps, d)
	}
	return dumps, nil
}

func readAll(ctx context.Context, streams *term.IO, name string) (string, error) {
	in := streams.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", fault.Errorf(fault.NotFound, "reading a dump: %w", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(interruptible{ctx, in}, longestDump))
	return string(text), err
}

// threadsReport is the contract of `diagnose threads --format json`.
type threadsReport struct {
	Version int    `json:"version"`
	Job     string `json:"job,omitempty"`
	Target  string `json:"target,omitempty"`
	ID      string `json:"jobId,omitempty"`
	threads.Report
}

// Rows tells deadlocks and fought-over locks first, then what each operator does.
func (r threadsReport) Rows(io *term.IO) error {
	for _, circle := range r.Deadlocks {
		fmt.Fprintf(io.Out, "%s %s\n", io.Paint(term.Bad, "deadlock:"), io.Paint(term.Strong, fmt.Sprintf("%d threads wait for each other for ever", len(circle))))
		for _, h := range circle {
			writeBlock(io, "thread", h.Thread+"\nwaits for "+h.Lock+" at "+h.At)
		}
		fmt.Fprintln(io.Out)
	}
	for _, l := range r.HotLocks {
		fmt.Fprintf(io.Out, "%s %s\n", io.Paint(term.Notice, "fought over:"), io.Paint(term.Strong, fmt.Sprintf("%d threads wait for %s", len(l.Waiters), l.Name)))
		writeBlock(io, "held by", strings.TrimSuffix(l.Owner+" at "+l.OwnerAt, " at "))
		writeBlock(io, "waiting", joined(l.Waiters, 5))
		fmt.Fprintln(io.Out)
	}
	var rows [][]string
	for _, o := range r.Operators {
		for _, d := range o.Doing {
			what := d.What
			if len(d.Stuck) > 0 {
				what += fmt.Sprintf(" (did not move in %d samples)", r.Samples)
			}
			rows = append(rows, []string{o.Name, fmt.Sprintf("%.0f %%", 100*d.Share), joined(d.Subtasks, 6), what, d.At})
		}
	}
	return io.Grid([]string{"operator", "share", "subtasks", "what it does", "at"}, rows)
}
