package flink

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
)

// ListOptions is everything `autostream flink list` depends on.
type ListOptions struct {
	IO     *term.IO
	Cache  Lister
	Java   func(context.Context, release.Release) (dist.Java, error)
	Home   string // FLINK_HOME, or ""
	Format term.Format
	Verify bool // compare every byte, not only sizes
}

// Lister is the part of the cache of distributions that listing needs.
type Lister interface {
	List() ([]dist.Entry, error)
	Verify(ctx context.Context, version string) error
}

func newList(d *deps.Deps, run func(context.Context, *ListOptions) error) *cobra.Command {
	o := &ListOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the Flink distributions on this machine",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cache, err := openCache(d)
			if err != nil {
				return err
			}
			o.IO, o.Cache, o.Format, o.Home = d.IO, cache, format.Value, d.Getenv("FLINK_HOME")
			o.Java = func(ctx context.Context, r release.Release) (dist.Java, error) {
				return dist.FindJava(ctx, r, d.Getenv)
			}
			if run == nil {
				run = list
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	cmd.Flags().BoolVar(&o.Verify, "verify", false, "compare every file with what was installed; exit code 1 when one differs")
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// listReport is the contract of `flink list --format json`.
type listReport struct {
	Version       int            `json:"version"`
	Distributions []distribution `json:"distributions"`
}

type distribution struct {
	Flink   string      `json:"flink"`
	Line    string      `json:"line"`
	Home    string      `json:"home"`
	Origin  string      `json:"origin"`         // where it came from; "FLINK_HOME" for the one of the environment
	Size    int64       `json:"size,omitempty"` // bytes in the cache
	State   string      `json:"state"`          // "complete" or "broken"
	Problem string      `json:"problem,omitempty"`
	Java    string      `json:"java"` // version it would run on; "" when there is none that it supports
	UsedBy  []dist.User `json:"usedBy,omitempty"`
}

func list(ctx context.Context, o *ListOptions) error {
	entries, err := o.Cache.List()
	if err != nil {
		return err
	}
	report := listReport{Version: 1, Distributions: []distribution{}}
	if home, err := dist.Open(o.Home); err == nil && o.Home != "" {
		report.Distributions = append(report.Distributions, distribution{
			Flink: home.Release.Version, Line: home.Release.Line.String(), Home: home.Dir,
			Origin: "FLINK_HOME", State: "complete", Java: o.java(ctx, home.Release),
		})
	}
	var broken int
	for _, e := range entries {
		if o.Verify && e.Broken == nil && !e.InPlace {
			o.IO.Hint("checking Flink %s", e.Version)
			e.Broken = o.Cache.Verify(ctx, e.Version)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Broken != nil {
			broken++
		}
		report.Distributions = append(report.Distributions, o.describe(ctx, e))
	}
	if err := o.IO.Write(o.Format, report); err != nil {
		return err
	}
	if o.Verify && broken > 0 {
		return fault.Errorf(fault.Failed, "%d of %d distributions are broken", broken, len(entries)).
			WithFix("autostream flink install VERSION   rebuilds one")
	}
	return nil
}

func (o *ListOptions) describe(ctx context.Context, e dist.Entry) distribution {
	row := distribution{
		Flink: e.Version, Line: e.Home.Release.Line.String(), Home: e.Home.Dir, Origin: e.Origin, Size: e.Size,
		State: "complete", Java: o.java(ctx, e.Home.Release), UsedBy: e.Users,
	}
	if e.Broken != nil {
		row.State, row.Problem = "broken", e.Broken.Error()
	}
	return row
}

func (o *ListOptions) java(ctx context.Context, r release.Release) string {
	java, err := o.Java(ctx, r)
	if err != nil {
		return ""
	}
	return java.Version
}

// Rows writes one line for each distribution.
func (r listReport) Rows(io *term.IO) error {
	var rows [][]string
	for _, d := range r.Distributions {
		state, java, use := io.Paint(term.Good, d.State), d.Java, ""
		if d.Problem != "" {
			state = io.Paint(term.Bad, d.State) + ": " + d.Problem
		}
		if java == "" {
			java = io.Paint(term.Bad, "none")
		}
		if len(d.UsedBy) > 0 {
			use = "in use by " + d.UsedBy[0].Project
		}
		rows = append(rows, []string{d.Flink, d.Line, state, size(d.Size), java, d.Origin, d.Home, use})
	}
	return io.Grid([]string{"version", "line", "state", "size", "java", "from", "home", ""}, rows)
}

func size(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d MB", (n+999_999)/1_000_000)
}
