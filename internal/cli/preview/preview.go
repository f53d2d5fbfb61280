// Package preview is `autostream preview`: the queries of a script, and the live rows of one of them.
package preview

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/tui"
)

// Options is everything the command depends on.
type Options struct {
	IO       *term.IO
	Project  func() (*project.Project, []diag.Finding, error)
	Bare     func() (*project.Project, error) // for a file outside a project
	Clusters func(context.Context, *project.Project, project.Target) (preview.Cluster, error)
	Environ  []string
	Timeout  time.Duration // until the query is accepted; 0: no limit

	Script string // as given: the name of a job, or a path
	Path   string // the same as an absolute path
	Query  int    // 0: not given
	List   bool
	Target string
	Format term.Format
	Limit  int64
	For    time.Duration
}

// NewCommand declares `autostream preview`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = show
	}
	opts := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "preview FILE|JOB",
		Long: "Number the queries of a script and run one of them: each SELECT, and the query of each INSERT, of a CREATE TABLE AS\n" +
			"and of each statement in a statement set. What the script defines before it is defined in a session of its own; nothing\n" +
			"is written anywhere. On a terminal the rows are a live table, elsewhere lines: the kind of the row (+I inserted, -U and\n" +
			"+U before and after an update, -D deleted), then its columns, separated by tabs; with --format json one object a line.\n\n" +
			"The Flink job behind a preview ends with it, whatever ends it.",
		Example: "  autostream preview jobs/pv_uv.sql\n" +
			"  autostream preview pv_uv -n 2 --limit 100 --format json | jq .row\n" +
			"  autostream preview pv_uv --list",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: complete(d),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.IO, opts.Format, opts.Timeout, opts.Environ = d.IO, format.Value, d.Global.Timeout, os.Environ()
			opts.Project, opts.Clusters = d.Project, d.SessionCluster
			opts.Bare = func() (*project.Project, error) {
				return project.Bare(d.Dir, project.Options{Variables: d.Global.Variables, Getenv: d.Getenv})
			}
			opts.Script, opts.Path = args[0], args[0]
			if !filepath.IsAbs(opts.Path) {
				opts.Path = filepath.Join(d.Dir, opts.Path)
			}
			if cmd.Flags().Changed("query") && opts.Query < 1 || opts.Limit < 0 || opts.For < 0 {
				return fault.Errorf(fault.Usage, "queries are numbered from 1, and --limit and --for are not negative")
			}
			if opts.Format == term.YAML && !opts.List {
				return fault.Errorf(fault.Usage, "rows have no format yaml").WithFix("--format json gives one object a line")
			}
			return run(cmd.Context(), opts)
		},
	}
	flags := cmd.Flags()
	flags.IntVarP(&opts.Query, "query", "n", 0, "number of the query; the only one needs none")
	flags.BoolVar(&opts.List, "list", false, "list the queries and run none")
	flags.StringVar(&opts.Target, "target", string(project.Local), "session cluster to run on")
	flags.Int64Var(&opts.Limit, "limit", 0, "end after so many rows")
	flags.DurationVar(&opts.For, "for", 0, "end so long after the query was accepted, such as 30s")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

// complete offers the jobs of the project; files are the shell's own.
func complete(d *deps.Deps) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		p, _, err := d.Project()
		if err != nil {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var names []string
		for _, job := range p.Jobs {
			if job.Kind == project.SQL {
				names = append(names, job.Name)
			}
		}
		return names, cobra.ShellCompDirectiveDefault
	}
}

func show(ctx context.Context, o *Options) error {
	p, script, err := o.read()
	if err != nil {
		return err
	}
	if o.List {
		return o.list(script)
	}
	place, ok := p.Target(o.Target)
	if !ok {
		return fault.Errorf(fault.NotFound, "the project has no target %s", o.Target).
			WithFix("it has %s", strings.Join(names(p), ", "))
	}
	for {
		q, err := o.choose(ctx, script)
		if err != nil || q.Number == 0 {
			return err
		}
		again, err := o.preview(ctx, p, place, script, q)
		if err != nil || !again {
			return err
		}
		o.Query = 0
	}
}

func names(p *project.Project) []string {
	var out []string
	for _, t := range p.Targets {
		out = append(out, t.Name)
	}
	return out
}

// read finds the script: a job of the project, or a file, which need not be in a project.
func (o *Options) read() (*project.Project, *preview.Script, error) {
	p, findings, err := o.Project()
	if fault.KindOf(err) == fault.NotFound && isFile(o.Path) {
		p, err = o.Bare()
	}
	if err != nil {
		return nil, nil, err
	}
	if err := o.refuse(findings); err != nil {
		return nil, nil, err
	}
	script, err := o.script(p)
	if err != nil {
		return nil, nil, err
	}
	return p, script, nil
}

func (o *Options) script(p *project.Project) (*preview.Script, error) {
	if job, ok := p.Job(o.Script); ok {
		return preview.ReadJob(p, job)
	}
	if !isFile(o.Path) {
		return nil, fault.Errorf(fault.NotFound, "%s is neither a job of the project nor a file", o.Script)
	}
	for _, job := range p.Jobs {
		if job.Kind == project.SQL && p.Path(job.File) == o.Path {
			return preview.ReadJob(p, job)
		}
	}
	return preview.ReadFile(p, o.Path)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// choose takes the query that was asked for, lets the user pick one, or says which there are. A zero Query is nobody's
// choice.
func (o *Options) choose(ctx context.Context, script *preview.Script) (preview.Query, error) {
	switch {
	case o.Query > 0:
		return script.Query(o.Query)
	case len(script.Queries) < 2 || !o.interactive():
		return script.Choose()
	}
	var choices []tui.Choice
	for _, q := range script.Queries {
		choices = append(choices, tui.Choice{Query: q, Line: script.Place(q).Line, SQL: script.Text(q)})
	}
	number, err := tui.Pick(ctx, o.terminal(), script.Name, choices)
	if err != nil || number == 0 {
		return preview.Query{}, err
	}
	return script.Query(number)
}

// interactive says whether there is somebody to look at a live table and to press keys.
func (o *Options) interactive() bool {
	return o.Format == term.Table && o.IO.InTerminal && o.IO.OutTerminal
}

func (o *Options) terminal() tui.Terminal {
	return tui.Terminal{In: o.IO.In, Out: o.IO.Out, Environ: o.Environ, Color: o.IO.Color}
}

// preview runs one query until its end. It says whether the user wants another one.
func (o *Options) preview(ctx context.Context, p *project.Project, place project.Target, script *preview.Script, q preview.Query) (again bool, err error) {
	if err := o.refuse(script.Blocking(q)); err != nil {
		return false, err
	}
	for _, sentence := range script.Skipped(q) {
		o.IO.Hint("%s", sentence)
	}
	run, err := o.start(ctx, p, place, script, q)
	if err != nil {
		return false, stopped(ctx, err)
	}
	again, err = o.watch(ctx, script, q, run)
	return again, errors.Join(stopped(ctx, err), run.Close())
}

// stopped says plainly that it was the user who ended something.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) && fault.KindOf(err) == fault.Interrupted {
		return &fault.Error{Kind: fault.Interrupted, Message: "interrupted"}
	}
	return err
}

// start gets the query going, within the time that the user allows for it.
func (o *Options) start(ctx context.Context, p *project.Project, place project.Target, script *preview.Script, q preview.Query) (*preview.Run, error) {
	if o.Timeout > 0 {
		late := fault.Errorf(fault.Running, "Flink has not accepted the query within %s", o.Timeout)
		limited, stop := context.WithTimeoutCause(ctx, o.Timeout, late)
		defer stop()
		ctx = limited
	}
	cluster, err := o.Clusters(ctx, p, place)
	if err != nil {
		return nil, err
	}
	request, err := script.Request(ctx, q)
	if err != nil {
		return nil, err
	}
	steps := progress{io: o.IO}
	defer steps.clear()
	request.Limit, request.For, request.Progress = o.Limit, o.For, steps.tell
	run, err := cluster.Start(ctx, request)
	if errors.Is(err, context.DeadlineExceeded) {
		err = context.Cause(ctx)
	}
	return run, err
}

func (o *Options) watch(ctx context.Context, script *preview.Script, q preview.Query, run *preview.Run) (again bool, err error) {
	if !o.interactive() {
		return false, o.stream(ctx, run)
	}
	title := tui.Title{Script: script.Name, Query: q, Line: script.Place(q).Line, Of: len(script.Queries)}
	ending, err := tui.Watch(ctx, o.terminal(), title, run)
	if err != nil {
		return false, err
	}
	return ending.Again, ending.Err
}

// refuse prints findings and says that they stand in the way, when one of them is an error.
func (o *Options) refuse(findings []diag.Finding) error {
	if worst, some := diag.Worst(findings); !some || worst != diag.Error {
		return nil
	}
	style := diag.Style{
		Level: func(_ diag.Level, text string) string { return o.IO.Paint(term.Bad, text) },
		Dim:   func(text string) string { return o.IO.Paint(term.Faint, text) },
	}
	if err := diag.WriteText(o.IO.Err, findings, style); err != nil {
		return err
	}
	return &fault.Error{Kind: fault.Findings, Message: fmt.Sprintf("%d findings", len(findings))}
}
