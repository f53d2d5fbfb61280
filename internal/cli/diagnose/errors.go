package diagnose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/failure"
)

// errorsOptions is everything `autostream diagnose errors` depends on.
type errorsOptions struct {
	IO     *term.IO
	Open   func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Rules  func(files []string) (*failure.Rules, error)
	Names  []string // the job, where there are no files
	Files  []string // logs; "-" is standard input
	Own    []string // files of rules
	Format term.Format
	Now    func() time.Time
}

// newErrors declares `autostream diagnose errors`. run is replaced in flag tests.
func newErrors(s *subjects, run func(context.Context, *errorsOptions) error) *cobra.Command {
	o := &errorsOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "errors [JOB]",
		Short: "Explain the failures in the logs of a job, or in log files",
		Long: "Explain the failures in the logs of a job, or in log files: which came first, what they mean, and what to do.\n\n" +
			"Failures of all processes of the job, running or ended, are grouped and counted. Of a chain of causes the deepest\n" +
			"that is known counts, and of a series of failures the first, because those after it are mostly its effects.\n\n" +
			"What is known stands in rules; `autostream diagnose rules` lists them. Files in the folder failure-rules of the\n" +
			"project, or given with --rules, add more.",
		Example: "  autostream diagnose errors pv_uv\n  autostream diagnose errors --file taskmanager.log --file jobmanager.log\n  kubectl logs POD | autostream diagnose errors --file -",
		Args:    cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Open, o.Names, o.Format, o.Now = s.deps.IO, s.open, args, format.Value, s.deps.Now
			o.Rules = func(files []string) (*failure.Rules, error) { return loadRules(s.deps, files) }
			if run == nil {
				run = diagnoseErrors
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringArrayVar(&o.Files, "file", nil, "a log instead of those of a job; - is standard input; may be given several times")
	cmd.Flags().StringArrayVar(&o.Own, "rules", nil, "a file of rules of your own; may be given several times")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func diagnoseErrors(ctx context.Context, o *errorsOptions) error {
	if len(o.Files) > 0 && len(o.Names) > 0 {
		return fault.Errorf(fault.Usage, "a job and files at once")
	}
	rules, err := o.Rules(o.Own)
	if err != nil {
		return err
	}
	r := errorsReport{Version: 1, Now: o.Now()}
	if len(o.Files) > 0 {
		r.Report, err = readFiles(ctx, o, rules)
	} else {
		r.Report, err = readJob(ctx, o, rules, &r)
	}
	if err != nil {
		return err
	}
	return o.IO.Write(o.Format, r)
}

func readJob(ctx context.Context, o *errorsOptions, rules *failure.Rules, r *errorsReport) (failure.Report, error) {
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return failure.Report{}, err
	}
	defer done()
	r.Job, r.Target, r.ID = subject.Name, subject.Target, subject.ID
	found, problem, err := subject.Failures(ctx, rules)
	if problem != nil {
		o.IO.Hint("not everything could be read: %v", problem)
	}
	return found.Redacted(subject.Redact), err
}

// readFiles reads logs in the order given.
func readFiles(ctx context.Context, o *errorsOptions, rules *failure.Rules) (failure.Report, error) {
	groups := rules.NewGroups(time.Local)
	for _, name := range o.Files {
		if err := readFile(ctx, o.IO, groups, name); err != nil {
			return failure.Report{}, err
		}
	}
	return groups.Report(), nil
}

func readFile(ctx context.Context, streams *term.IO, groups *failure.Groups, name string) error {
	if name == "-" {
		return groups.Read("", interruptible{ctx, streams.In})
	}
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return fault.Errorf(fault.NotFound, "there is no file %s", name)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := groups.Read(filepath.Base(name), interruptible{ctx, f}); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// interruptible is a reader that ends with its context.
type interruptible struct {
	ctx context.Context //nolint:containedctx // io.Reader takes none
	r   io.Reader
}

// Read reads unless the context has ended.
func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.r.Read(p)
}

// errorsReport is the contract of `diagnose errors --format json`.
type errorsReport struct {
	Version int    `json:"version"`
	Job     string `json:"job,omitempty"`
	Target  string `json:"target,omitempty"`
	ID      string `json:"jobId,omitempty"`
	failure.Report

	Now time.Time `json:"-"`
}

// Rows shows the first fault in full, and the others in a line each.
func (r errorsReport) Rows(io *term.IO) error {
	if r.First == nil {
		io.Hint("no failures in %d lines", r.Lines)
		return nil
	}
	showFault(io, r.Now, r.First)
	rest := slices.DeleteFunc(slices.Clone(r.Groups), func(g *failure.Group) bool { return g == r.First })
	if len(rest) == 0 {
		return nil
	}
	rows := make([][]string, len(rest))
	for i, g := range rest {
		rows[i] = []string{string(g.Level), fmt.Sprint(g.Times), moment(io, r.Now, g.First), moment(io, r.Now, g.Last), g.Rule, g.Title}
	}
	fmt.Fprintln(io.Out)
	return io.Grid([]string{"level", "times", "first", "last", "rule", "failure"}, rows)
}

// moment is when something was seen; "" where the log has no times.
func moment(io *term.IO, now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return jobs.When(io, now, t)
}

// showFault writes a failure as a block.
func showFault(io *term.IO, now time.Time, g *failure.Group) {
	kind := map[failure.Level]string{failure.Cause: "cause", failure.Symptom: "symptom", failure.Wrapper: "failure", failure.Unknown: "unknown failure"}[g.Level]
	fmt.Fprintf(io.Out, "%s %s\n", io.Paint(term.Bad, kind+":"), io.Paint(term.Strong, g.Title))
	line := func(name, text string) {
		if text != "" {
			writeBlock(io, name, text)
		}
	}
	seen := fmt.Sprintf("%d times", g.Times)
	if g.Times == 1 {
		seen = "once"
	}
	if !g.First.IsZero() {
		seen += ", first " + jobs.When(io, now, g.First)
		if g.Times > 1 {
			seen += ", last " + jobs.When(io, now, g.Last)
		}
	}
	line("seen", seen)
	line("task", joined(g.Tasks, 3))
	line("message", g.Message)
	line("at", g.At)
	line("why", g.Explain)
	line("fix", g.Fix)
	for _, s := range g.Config {
		line("set", s.Key+": "+s.Value)
	}
	line("see", g.Doc)
	line("rule", g.Rule)
}
