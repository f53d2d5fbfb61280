// Package diff is `autostream diff`: how versions of a job differ.
package diff

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/store"
)

// Options is everything `autostream diff` depends on.
type Options struct {
	IO       *term.IO
	Jobs     Jobs
	Name     string
	Versions []string // up to two; what is missing is the one that ran last, then the project
	Format   term.Format
}

// Jobs is the part of the job service that comparing needs.
type Jobs interface {
	jobs.Finder
	Version(ctx context.Context, ref job.Ref, number int) (store.Version, error)
	Plan(ref job.Ref, judge job.Judgement) (plan.Plan, []diag.Finding, error)
}

// NewCommand declares `autostream diff`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "diff JOB [VERSION [VERSION]]",
		Long: "Compare two recorded versions of a job: SQL, options, jars. With one VERSION it is compared with the project,\n" +
			"with none what ran last is.",
		Example:           "  autostream diff pv_uv\n  autostream diff prod/pv_uv 3 4",
		Args:              cobra.RangeArgs(1, 3),
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = diff
			}
			return run(ctx, &Options{IO: d.IO, Jobs: service, Name: args[0], Versions: args[1:], Format: format.Value})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// report is the contract of `diff --format json`. from and to are versions; "project" is what a deploy would start.
type report struct {
	Version int           `json:"version"`
	Job     string        `json:"job"`
	Target  string        `json:"target"`
	From    string        `json:"from"`
	To      string        `json:"to"`
	Changes []plan.Change `json:"changes"`
	Text    string        `json:"text"` // as diff -u writes it
}

// side is one of the two forms that are compared.
type side struct {
	name string
	spec plan.Spec
}

func diff(ctx context.Context, o *Options) error {
	ref, err := o.Jobs.Find(ctx, o.Name)
	if err != nil {
		return err
	}
	from, err := o.recorded(ctx, ref, o.version(0))
	if err != nil {
		return err
	}
	to, err := o.second(ctx, ref)
	if err != nil {
		return err
	}
	r := report{
		Version: 1, Job: ref.Job, Target: ref.Target, From: from.name, To: to.name,
		Changes: append([]plan.Change{}, plan.Changes(from.spec, to.spec)...),
		Text:    plan.Unified(ref.String()+" "+from.name, ref.String()+" "+to.name, from.spec, to.spec),
	}
	if r.Text == "" {
		o.IO.Hint("%s: %s and %s are the same", ref, from.name, to.name)
	}
	return o.IO.Write(o.Format, r)
}

func (o *Options) version(i int) string {
	if i < len(o.Versions) {
		return o.Versions[i]
	}
	return ""
}

func (o *Options) second(ctx context.Context, ref job.Ref) (side, error) {
	if text := o.version(1); text != "" {
		return o.recorded(ctx, ref, text)
	}
	p, findings, err := o.Jobs.Plan(ref, job.Syntax)
	if _, refused := errors.AsType[*job.Refused](err); refused {
		jobs.WriteFindings(o.IO, findings)
	}
	return side{"project", p.Spec}, err
}

// recorded reads a version; "" is the one that ran last.
func (o *Options) recorded(ctx context.Context, ref job.Ref, text string) (side, error) {
	number := 0
	if text != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(text, "v"))
		if err != nil || n < 1 {
			return side{}, fault.Errorf(fault.Usage, "%q is no version of a job; they count from 1", text).WithFix("autostream history %s", ref)
		}
		number = n
	}
	v, err := o.Jobs.Version(ctx, ref, number)
	if err != nil {
		return side{}, err
	}
	spec, err := plan.Read(v.Spec)
	return side{fmt.Sprintf("version %d", v.Number), spec}, err
}

// Rows writes the comparison, coloured on a terminal.
func (r report) Rows(io *term.IO) error {
	for line := range strings.Lines(r.Text) {
		text := strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
			text = io.Paint(term.Strong, text)
		case strings.HasPrefix(line, "+"):
			text = io.Paint(term.Good, text)
		case strings.HasPrefix(line, "-"):
			text = io.Paint(term.Bad, text)
		case strings.HasPrefix(line, "@@"):
			text = io.Paint(term.Faint, text)
		}
		if _, err := fmt.Fprintln(io.Out, text); err != nil {
			return err
		}
	}
	return nil
}
