// Package test is `autostream test`: tests of SQL jobs on a real Flink.
package test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sqlfiles"
	"github.com/autostream/autostream/internal/sqltest"
)

// Options is everything the command depends on.
type Options struct {
	IO       *term.IO
	Dir      string
	Open     sqlfiles.Open
	Clusters func(context.Context, *project.Project, project.Target) (preview.Cluster, error)
	Now      func() time.Time
	Timeout  time.Duration // of all of it; 0: no limit

	Paths    []string // or jobs
	Run      string   // regular expression for the names of cases
	Target   string
	Format   term.Format
	Update   bool
	Watch    bool
	Generate string // name of a job
	Limit    int64  // rows per table that Generate takes
	Jobs     int
	Size     int
}

// The formats of the reports of other programs.
const (
	junit  term.Format = "junit"
	github term.Format = "github"
)

// NewCommand declares `autostream test`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = choose
	}
	o := &Options{}
	format := term.NewFormatFlag(junit, github)
	cmd := &cobra.Command{
		Use: "test [PATH…|JOB…]",
		Long: "Run the tests of SQL jobs on a real Flink: given rows per table, expected rows at a sink, a view or a query.\n\n" +
			"A test stands in a file NAME_test.yaml beside the script NAME.sql. A PATH is such a file, or a folder that is searched\n" +
			"for them; without one it is the project here. Nothing is read from or written to the systems that the tables name.\n" +
			"The exit code is 3 when a test fails.",
		Example: "  autostream test\n" +
			"  autostream test pv_uv --run 'late' --watch\n" +
			"  autostream test --format junit > report.xml\n" +
			"  autostream test --generate pv_uv",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Format, o.Paths, o.Timeout = d.IO, format.Value, d.Paths(args), d.Global.Timeout
			o.Dir, o.Open, o.Clusters, o.Now = d.Dir, d.ProjectOf, d.SessionCluster, d.Now
			if o.Jobs < 1 || o.Size < 1 || o.Limit < 1 {
				return fault.Errorf(fault.Usage, "--jobs, --batch and --limit are at least 1")
			}
			if o.Generate != "" && len(args) > 0 {
				return fault.Errorf(fault.Usage, "--generate takes one job and no paths")
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Run, "run", "", "run only cases whose name matches this regular expression")
	flags.StringVar(&o.Target, "target", string(project.Local), "session cluster to run on; on this machine")
	flags.BoolVar(&o.Update, "update", false, "write what arrived into the test files as what is expected")
	flags.BoolVar(&o.Watch, "watch", false, "run again whenever a file of the project changes")
	flags.StringVar(&o.Generate, "generate", "", "write a first test of this job from rows of its tables")
	flags.Int64Var(&o.Limit, "limit", 5, "rows per table that --generate takes")
	flags.IntVar(&o.Jobs, "jobs", 2, "Flink jobs at a time")
	flags.IntVar(&o.Size, "batch", sqltest.DefaultSize, "cases that may share a Flink job")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

// choose does what the flags ask for.
func choose(ctx context.Context, o *Options) error {
	if o.Timeout > 0 {
		late := fault.Errorf(fault.Running, "the tests have not ended within %s", o.Timeout)
		limited, stop := context.WithTimeoutCause(ctx, o.Timeout, late)
		defer stop()
		ctx = limited
	}
	var err error
	switch {
	case o.Generate != "":
		err = o.generate(ctx)
	case o.Watch:
		err = o.watch(ctx)
	default:
		err = o.once(ctx)
	}
	if err != nil && fault.KindOf(err) != fault.Findings && context.Cause(ctx) != nil {
		return context.Cause(ctx)
	}
	return err
}

// once runs the tests and writes the report.
func (o *Options) once(ctx context.Context) error {
	r, err := o.test(ctx)
	if err != nil {
		return err
	}
	if err := o.write(r); err != nil {
		return err
	}
	if o.Update && r.errors() == 0 && len(r.Findings) == 0 {
		return nil // what differed is what is expected now
	}
	if r.Failed > 0 || len(r.Findings) > 0 {
		return fault.Errorf(fault.Findings, "%s", r.verdict())
	}
	return nil
}

// test reads all test files and runs their cases.
func (o *Options) test(ctx context.Context) (*report, error) {
	wanted, err := regexp.Compile(o.Run)
	if err != nil {
		return nil, fault.Errorf(fault.Usage, "--run: %w", err)
	}
	groups, findings, err := o.find()
	if err != nil {
		return nil, err
	}
	r := newReport(o, findings)
	began := o.Now()
	for _, g := range groups {
		var cases []*sqltest.Case
		for _, path := range g.files {
			suite, err := sqltest.Read(g.project, path)
			if err != nil {
				return nil, err
			}
			r.Files++
			r.add(suite.Findings)
			if worst, some := diag.Worst(suite.Findings); some && worst == diag.Error {
				continue
			}
			for _, c := range suite.Cases {
				if wanted.MatchString(c.Name) {
					cases = append(cases, c)
				}
			}
		}
		if len(cases) == 0 {
			continue
		}
		r.Flink = g.project.Release
		results, err := o.run(ctx, g.project, cases, r.done)
		if err != nil {
			return nil, err
		}
		if o.Update {
			if err := o.update(results); err != nil {
				return nil, err
			}
		}
	}
	r.Seconds = o.Now().Sub(began).Seconds()
	r.finish()
	return r, nil
}

// run runs the cases of one project on its cluster.
func (o *Options) run(ctx context.Context, p *project.Project, cases []*sqltest.Case, done func(sqltest.Result)) (results []sqltest.Result, err error) {
	place, ok := p.Target(o.Target)
	if !ok {
		return nil, fault.Errorf(fault.NotFound, "the project has no target %s", o.Target)
	}
	cluster, err := o.Clusters(ctx, p, place)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "autostream-test-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the rows: %w", err)
	}
	defer os.RemoveAll(folder)
	runner := sqltest.Runner{Cluster: cluster, Folder: folder, Jobs: o.Jobs, Size: o.Size, Done: func(result sqltest.Result) {
		results = append(results, result)
		done(result)
	}}
	err = runner.Run(ctx, cases)
	return results, err
}

// update writes what arrived into the test files.
func (o *Options) update(results []sqltest.Result) error {
	suites := map[*sqltest.Suite][]sqltest.Result{}
	var order []*sqltest.Suite
	for _, r := range results {
		if suites[r.Case.Suite] == nil {
			order = append(order, r.Case.Suite)
		}
		suites[r.Case.Suite] = append(suites[r.Case.Suite], r)
	}
	slices.SortFunc(order, func(a, b *sqltest.Suite) int { return strings.Compare(a.Path, b.Path) })
	for _, suite := range order {
		changed, err := suite.Update(suites[suite])
		if err != nil {
			return err
		}
		if changed > 0 {
			o.IO.Hint("updated %s", filepath.ToSlash(suite.File.Name))
		}
	}
	return nil
}
