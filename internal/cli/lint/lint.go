// Package lint is `autostream lint`: what Flink would refuse in SQL, and what hurts, without a cluster.
package lint

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// Options is everything the command depends on.
type Options struct {
	IO        *term.IO
	Dir       string
	Open      sqlfiles.Open
	Load      func(dir string) (*project.Project, []diag.Finding, error) // of an earlier revision
	Version   string
	Paths     []string // or jobs
	Whole     bool     // nothing was named: what a baseline lists and is not found is gone
	Flink     string   // release, "" takes the project's
	UpgradeTo string   // release: also what this one would refuse
	FailOn    string   // level from which findings make the command fail; "" takes the project's
	NewFrom   string   // git revision: only findings on lines changed since
	Format    term.Format

	Baseline      string // file with findings that are known; "" takes the project's
	WriteBaseline bool   // make what is found now the baseline

	Fix    string // safe, all, or "" for none
	DryRun bool   // show what fixes would change, and change nothing
}

// NewCommand declares `autostream lint`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = lint
	}
	o := &Options{}
	format := term.NewFormatFlag(sarif, github, gitlab, junit, checkstyle)
	cmd := &cobra.Command{
		Use: "lint [PATH…|JOB…]",
		Long: "Check SQL as the Flink release in use would, without a cluster, and warn of what runs but hurts.\n\n" +
			"A PATH is a project, a folder of .sql files, or a file; a JOB is one of the project; without either it is the\n" +
			"project here. Outside of a project each file stands alone. The exit code is 3 when there are findings at or\n" +
			"above --fail-on. `autostream rules` lists all rules, `autostream rules ID` explains one.\n\n" +
			"A finding is silenced where it stands, with a reason:\n" +
			"  -- autostream:ignore RULE because REASON",
		Example: "  autostream lint\n  autostream lint --fix --dry-run\n  autostream lint --format sarif > lint.sarif\n" +
			"  autostream lint --new-from origin/main --fail-on warning",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Format, o.Paths, o.Version = d.IO, format.Value, d.Paths(args), d.Version().Number
			o.Whole, o.Dir, o.Open, o.Load = len(args) == 0, d.Dir, d.ProjectOf, d.ProjectIn
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Flink, "flink", "", "release of Flink to check for: "+sqlfiles.Releases()+" (default: the project's, else "+token.Default.String()+")")
	flags.StringVar(&o.UpgradeTo, "upgrade-to", "", "also report what this release would refuse or ignore")
	flags.StringVar(&o.FailOn, "fail-on", "", "exit with 3 from this level on: error, warning, note, never (default: the project's, else error)")
	flags.StringVar(&o.NewFrom, "new-from", "", "only findings on lines that changed since this git revision")
	flags.StringVar(&o.Baseline, "baseline", "", "file with known findings, which are not reported (default: the project's)")
	flags.BoolVar(&o.WriteBaseline, "write-baseline", false, "make what is found now the baseline")
	flags.StringVar(&o.Fix, "fix", "", "repair what can be: safe (never changes what a statement means) or all")
	flags.Lookup("fix").NoOptDefVal = fixSafe
	flags.BoolVar(&o.DryRun, "dry-run", false, "with --fix: show the change as a diff and write nothing")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.MarkFlagsMutuallyExclusive("fix", "write-baseline")
	cmd.MarkFlagsMutuallyExclusive("new-from", "write-baseline")
	return cmd
}

func lint(ctx context.Context, o *Options) error {
	if err := o.check(); err != nil {
		return err
	}
	sources, findings, err := o.Open.List(o.Dir, o.Paths)
	if err != nil {
		return err
	}
	if o.Fix != "" {
		if err := o.repair(ctx, sources); err != nil {
			return err
		}
		if o.DryRun {
			return nil
		}
	}
	r, err := o.judge(ctx, sources, nil)
	if err != nil {
		return err
	}
	r.add(findings)
	if o.WriteBaseline {
		return o.writeBaseline(r)
	}
	if err := o.narrow(ctx, r); err != nil {
		return err
	}
	limit, err := level(cmp.Or(o.FailOn, r.failOn, diag.Error.String()))
	if err != nil {
		return err
	}
	if err := o.write(r, limit); err != nil {
		return err
	}
	if worst, any := diag.Worst(r.findings); any && worst <= limit {
		return fault.Errorf(fault.Findings, "%d findings", len(r.findings))
	}
	return nil
}

// check refuses flags that make no sense.
func (o *Options) check() error {
	if o.FailOn != "" {
		if _, err := level(o.FailOn); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", fixSafe, fixAll}, o.Fix) {
		return fault.Errorf(fault.Usage, "unknown kind of fix %q", o.Fix).WithFix("--fix=safe or --fix=all")
	}
	if o.DryRun && o.Fix == "" {
		return fault.Errorf(fault.Usage, "--dry-run shows what --fix would change").WithFix("autostream lint --fix --dry-run")
	}
	return nil
}

// narrow takes away what the baseline knows, and what is not on changed lines.
func (o *Options) narrow(ctx context.Context, r *report) error {
	if err := o.withoutKnown(r); err != nil {
		return err
	}
	if o.NewFrom == "" {
		return nil
	}
	return o.onChangedLines(ctx, r)
}

// level reads --fail-on; "never" is a level that no finding reaches.
func level(name string) (diag.Level, error) {
	levels := []string{diag.Error.String(), diag.Warning.String(), diag.Note.String()}
	if i := slices.Index(levels, name); i >= 0 {
		return diag.Level(i), nil
	}
	if name == "never" {
		return diag.Error - 1, nil
	}
	return 0, fault.Errorf(fault.Usage, "unknown level %q", name).WithFix("one of error, warning, note, never")
}
