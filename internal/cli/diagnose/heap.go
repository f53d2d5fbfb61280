package diagnose

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/heap"
)

// heapOptions is everything `autostream diagnose heap` depends on.
type heapOptions struct {
	IO      *term.IO
	Open    func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Names   []string
	Files   []string
	Process string        // "" is all TaskManagers
	Again   time.Duration // for a difference
	All     bool          // --all: garbage too
	Dump    string        // file to write a heap dump to
	Top     int
	Yes     bool
	Format  term.Format
}

// newHeap declares `autostream diagnose heap`. run is replaced in flag tests.
func newHeap(s *subjects, run func(context.Context, *heapOptions) error) *cobra.Command {
	o := &heapOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "heap [JOB]",
		Short: "Say whose objects fill the heap of a job's TaskManagers",
		Long: "Say whose objects fill the heap of a job's TaskManagers: the classes with the most bytes, explained.\n\n" +
			"--again takes a second look after a while and shows what was added, which is how a leak is found. A full garbage\n" +
			"collection comes first, so that only what is reachable counts; --all leaves it out. --dump writes a heap dump of one\n" +
			"process for other tools; the process stands still meanwhile, and the file holds whatever the job has in memory.\n" +
			"Files are histograms of jmap -histo or jcmd GC.class_histogram; of two, the difference is shown.",
		Example: "  autostream diagnose heap pv_uv\n  autostream diagnose heap pv_uv --again 1m\n  autostream diagnose heap pv_uv --dump pv_uv.hprof",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(o.Files) > 2 || len(o.Files) > 0 && len(args) > 0 || o.Again < 0 {
				return fault.Errorf(fault.Usage, "give a job, or one or two files")
			}
			o.IO, o.Open, o.Names, o.Format, o.Yes = s.deps.IO, s.open, args, format.Value, s.deps.Global.Yes
			if run == nil {
				run = diagnoseHeap
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	s.addPID(flags)
	flags.StringArrayVar(&o.Files, "file", nil, "a histogram instead of a job's; the difference of two")
	flags.StringVar(&o.Process, "process", "", "only this process: jobmanager or the id of a TaskManager (default: all TaskManagers)")
	flags.DurationVar(&o.Again, "again", 0, "look again after this time and show what was added")
	flags.BoolVar(&o.All, "all", false, "count garbage too, without a full garbage collection")
	flags.StringVar(&o.Dump, "dump", "", "write a heap dump of one process to this file")
	flags.IntVar(&o.Top, "top", 20, "classes to show")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseHeap(ctx context.Context, o *heapOptions) error {
	if len(o.Files) > 0 {
		return heapOfFiles(ctx, o)
	}
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return err
	}
	defer done()
	inside, err := subject.Inside(ctx, o.Process)
	if err != nil {
		return err
	}
	if o.Dump != "" {
		return dumpHeap(ctx, o, subject, inside)
	}
	which := collect.Live
	if o.All {
		which = collect.All
	}
	before, problem, err := histogram(ctx, subject, inside, which)
	if err != nil {
		return err
	}
	if problem != nil {
		o.IO.Hint("not every process answers: %v", problem)
	}
	r := heapReport{Version: 1, Job: subject.Name, Target: subject.Target, ID: subject.ID, Processes: len(inside.All), Classes: before}
	if o.Again > 0 {
		o.IO.Hint("looking again in %s", o.Again)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(o.Again):
		}
		now, _, err := histogram(ctx, subject, inside, which)
		if err != nil {
			return err
		}
		r.Classes, r.Difference = now.Minus(before), true
	}
	return o.write(r)
}

// histogram counts the objects of the processes, and has it recorded: a full garbage collection is felt.
func histogram(ctx context.Context, subject collect.Subject, inside collect.Processes, which string) (h heap.Histogram, problem, err error) {
	err = subject.Do(ctx, collect.Deed{Kind: "heap-histogram", What: "objects: " + strings.TrimPrefix(which, "-")}, inside, func() (err error) {
		h, problem, err = inside.Histogram(ctx, which)
		return err
	})
	return h, problem, err
}

func heapOfFiles(ctx context.Context, o *heapOptions) error {
	var found []heap.Histogram
	for _, name := range o.Files {
		text, err := readAll(ctx, o.IO, name)
		if err != nil {
			return err
		}
		h := heap.Parse(text)
		if len(h) == 0 {
			return fault.Errorf(fault.Usage, "%s has no class histogram in it", name).WithFix("take one with jcmd PID GC.class_histogram")
		}
		found = append(found, h)
	}
	r := heapReport{Version: 1, Classes: found[0]}
	if len(found) == 2 {
		r.Classes, r.Difference = found[1].Minus(found[0]), true
	}
	return o.write(r)
}

// write cuts the report to the classes that are to be shown.
func (o *heapOptions) write(r heapReport) error {
	r.Bytes = r.Classes.Bytes()
	r.Suspects = r.Classes.Suspects(5)
	r.Classes = r.Classes[:min(len(r.Classes), max(o.Top, 0))]
	return o.IO.Write(o.Format, r)
}

// dumpHeap asks, has the JVM write the dump beside its other temporary files, and brings it here.
func dumpHeap(ctx context.Context, o *heapOptions, subject collect.Subject, inside collect.Processes) error {
	if len(inside.All) > 1 {
		var ids []string
		for _, v := range inside.All {
			ids = append(ids, "--process "+v.ID)
		}
		return fault.Errorf(fault.Usage, "%s has %d TaskManagers", subject.Name, len(inside.All)).WithFix("say which:\n  %s", strings.Join(ids, "\n  "))
	}
	o.IO.Hint("%s stands still while its heap is written, and the file holds whatever the job has in memory: personal data and secrets too", inside.All[0].ID)
	if err := jobs.Agree(o.IO, o.Yes, "Write the heap dump?"); err != nil {
		return err
	}
	path, err := filepath.Abs(o.Dump)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Errorf(fault.Conflict, "writing the heap dump: %w", err)
	}
	err = subject.Do(ctx, collect.Deed{Kind: "heap-dump", What: "into " + path}, inside, func() error { return inside.Dump(ctx, f) })
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(path) // half a dump is of no use
		return err
	}
	o.IO.Hint("the heap of %s is in %s", inside.All[0].ID, o.Dump)
	return nil
}

// heapReport is the contract of `diagnose heap --format json`.
type heapReport struct {
	Version    int            `json:"version"`
	Job        string         `json:"job,omitempty"`
	Target     string         `json:"target,omitempty"`
	ID         string         `json:"jobId,omitempty"`
	Processes  int            `json:"processes,omitempty"`
	Difference bool           `json:"difference"` // what was added between two looks
	Bytes      int64          `json:"bytes"`
	Suspects   []heap.Suspect `json:"suspects"`
	Classes    heap.Histogram `json:"classes"`
}

// Rows explains the largest classes, then lists them.
func (r heapReport) Rows(io *term.IO) error {
	of := "of the heap"
	if r.Difference {
		of = "of what was added"
	}
	for _, s := range r.Suspects {
		fmt.Fprintf(io.Out, "%s %s\n", io.Paint(term.Strong, fmt.Sprintf("%.0f %% %s: %s", 100*s.Share, of, s.Name)), s.What)
		if s.Fix != "" {
			writeBlock(io, "fix", s.Fix)
		}
	}
	if len(r.Suspects) > 0 {
		fmt.Fprintln(io.Out)
	}
	rows := make([][]string, len(r.Classes))
	for i, c := range r.Classes {
		rows[i] = []string{fmt.Sprint(c.Bytes), fmt.Sprint(c.Instances), c.Name}
	}
	return io.Grid([]string{"bytes", "instances", "class"}, rows)
}
