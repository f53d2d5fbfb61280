package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/failure"
)

// Options is everything `autostream diagnose JOB` depends on.
type Options struct {
	IO      *term.IO
	Open    func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Rules   func(files []string) (*failure.Rules, error)
	Names   []string
	Own     []string // files of rules
	Limits  collect.Limits
	Bundle  string              // file to pack everything into; "" for none
	Version func() deps.Version // goes into the bundle
	Watch   bool                // --watch: look again and again
	Again   time.Duration       // time between two looks of Watch
	// Environ is the environment of the process, for the view of --watch.
	Environ []string
	Format  term.Format
	Now     func() time.Time
}

// Markdown is the format for tickets.
const Markdown term.Format = "markdown"

func options(d *deps.Deps, s *subjects, o *Options, args []string, format term.Format) {
	o.IO, o.Open, o.Names, o.Format, o.Now, o.Environ = d.IO, s.open, args, format, d.Now, os.Environ()
	o.Version, o.Again = d.Version, again
	o.Rules = func(files []string) (*failure.Rules, error) { return loadRules(d, files) }
	o.Limits = collect.DefaultLimits()
}

// diagnoseJob takes a snapshot, judges it, and writes the report; something serious is a fault.Findings.
func diagnoseJob(ctx context.Context, o *Options) error {
	rules, err := o.Rules(o.Own)
	if err != nil {
		return err
	}
	ctx, subject, done, err := o.Open(ctx, first(o.Names))
	if err != nil {
		return err
	}
	defer done()
	look := func(ctx context.Context) (diagnose.Snapshot, error) {
		s, err := subject.Snapshot(ctx, o.Now, rules, o.Limits)
		return s, cmp.Or(err, ctx.Err())
	}
	if o.Watch {
		return o.watch(ctx, subject, look)
	}
	progress := o.IO.NewProgress(o.Now)
	if o.IO.ErrTerminal {
		progress.Bytes("looking into "+subject.Name, 0, 0)
	}
	snapshot, err := look(ctx)
	progress.Clear()
	if err != nil {
		return err
	}
	r := reportOf(snapshot)
	if o.Bundle != "" {
		if err := writeBundle(ctx, o, subject, snapshot, r); err != nil {
			return err
		}
		o.IO.Hint("everything is in %s", o.Bundle)
	}
	if err := o.write(r); err != nil {
		return err
	}
	return r.verdict()
}

func (o *Options) write(r report) error {
	if o.Format == Markdown {
		_, err := fmt.Fprint(o.IO.Out, r.markdown())
		return err
	}
	return o.IO.Write(o.Format, r)
}

// verdict is the error that makes the exit code.
func (r report) verdict() error {
	if diagnose.AnySerious(r.Findings) {
		return fault.Errorf(fault.Findings, "something serious was found")
	}
	return nil
}

// report is the contract of `diagnose --format json`.
type report struct {
	Version  int                `json:"version"`
	Job      string             `json:"job"`
	Target   string             `json:"target,omitempty"`
	ID       string             `json:"jobId"`
	Flink    string             `json:"flink,omitempty"`
	State    string             `json:"state"`
	Started  time.Time          `json:"started,omitzero"`
	Restarts int                `json:"restarts"`
	Taken    time.Time          `json:"taken"`
	Findings []diagnose.Finding `json:"findings"`
	Missing  []string           `json:"missing,omitempty"`
}

func reportOf(s diagnose.Snapshot) report {
	return report{
		Version: 1, Job: s.Job, Target: s.Target, ID: s.ID, Flink: s.Flink, State: s.State, Started: s.Started, Restarts: s.Restarts, Taken: s.Taken,
		Findings: diagnose.Judge(s), Missing: s.Missing,
	}
}

// Rows writes a line about the job, and a block for each finding.
func (r report) Rows(io *term.IO) error {
	fmt.Fprintf(io.Out, "%s  %s", io.Paint(term.Strong, r.Job), jobs.State(io, r.State))
	if !r.Started.IsZero() {
		fmt.Fprintf(io.Out, "  since %s", jobs.When(io, r.Taken, r.Started))
	}
	fmt.Fprintf(io.Out, "  %d restarts\n", r.Restarts)
	for i, f := range r.Findings {
		paint := map[diagnose.Severity]term.Paint{diagnose.Serious: term.Bad, diagnose.Warning: term.Notice, diagnose.Note: term.Faint}[f.Severity]
		fmt.Fprintf(io.Out, "\n%d. %s %s\n", i+1, io.Paint(paint, string(f.Severity)+":"), io.Paint(term.Strong, f.Title))
		if !f.Since.IsZero() {
			writeBlock(io, "since", jobs.When(io, r.Taken, f.Since))
		}
		for j, e := range f.Evidence {
			writeBlock(io, [...]string{"evidence", ""}[min(j, 1)], e)
		}
		if f.Effect != "" {
			writeBlock(io, "effect", f.Effect)
		}
		if f.Fix != "" {
			writeBlock(io, "fix", f.Fix)
		}
		for j, s := range f.Config {
			writeBlock(io, [...]string{"set", ""}[min(j, 1)], s.Key+": "+s.Value)
		}
		if f.Doc != "" {
			writeBlock(io, "see", f.Doc)
		}
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(io.Out, "\nnothing is wrong with it")
	}
	for _, m := range r.Missing {
		io.Hint("could not be read: %s", m)
	}
	return nil
}

// markdown writes the report for a ticket.
func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s\n\nJob `%s`, Flink %s, %d restarts, looked at %s.\n", r.Job, r.State, r.ID, r.Flink, r.Restarts, r.Taken.UTC().Format(time.RFC3339))
	for i, f := range r.Findings {
		fmt.Fprintf(&b, "\n## %d. %s (%s)\n\n", i+1, f.Title, f.Severity)
		if !f.Since.IsZero() {
			fmt.Fprintf(&b, "Since %s.\n\n", f.Since.UTC().Format(time.RFC3339))
		}
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "- %s\n", e)
		}
		if f.Effect != "" {
			fmt.Fprintf(&b, "\n%s\n", f.Effect)
		}
		if f.Fix != "" {
			fmt.Fprintf(&b, "\n**Fix:** %s\n", strings.ReplaceAll(f.Fix, "\n", "\n\n    "))
		}
		if len(f.Config) > 0 {
			b.WriteString("\n```diff\n")
			for _, s := range f.Config {
				fmt.Fprintf(&b, "+ %s: %s\n", s.Key, s.Value)
			}
			b.WriteString("```\n")
		}
		if f.Doc != "" {
			fmt.Fprintf(&b, "\n[More](%s)\n", f.Doc)
		}
	}
	if len(r.Findings) == 0 {
		b.WriteString("\nNothing is wrong with it.\n")
	}
	return b.String()
}
