// Package lint is `autostream lint`: what Flink would refuse in SQL, and what hurts, without a cluster.
package lint

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/sqlfiles"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/sql/token"
)

// Options is everything the command depends on.
type Options struct {
	IO     *term.IO
	Dir    string
	Open   sqlfiles.Open
	Paths  []string // or jobs
	Flink  string   // release, "" takes the project's
	FailOn string   // level from which findings make the command fail
	Format term.Format
}

// NewCommand declares `autostream lint`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	o := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "lint [PATH…]",
		Short: "Check SQL as the Flink release in use would",
		Long: "Check SQL as the Flink release in use would, without a cluster.\n\n" +
			"A PATH is a project, a folder of .sql files, or a file; without one it is the project here. Outside of a project\n" +
			"each file stands alone. The exit code is 3 when there are findings at or above --fail-on.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Format, o.Paths = d.IO, format.Value, args
			o.Dir, o.Open = d.Dir, sqlfiles.Opener(d)
			if run == nil {
				run = lint
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Flink, "flink", "", "release of Flink to check for: "+sqlfiles.Releases()+" (default: the project's, else "+token.Default.String()+")")
	flags.StringVar(&o.FailOn, "fail-on", diag.Error.String(), "exit with 3 from this level on: error, warning, note, never")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

// report is the contract of `lint --format json`.
type report struct {
	Version    int                `json:"version"`
	Flink      string             `json:"flink"`
	Files      int                `json:"files"`
	Statements int                `json:"statements"`
	Findings   []diag.JSONFinding `json:"findings"`

	findings []diag.Finding
}

func lint(ctx context.Context, o *Options) error {
	limit, err := level(o.FailOn)
	if err != nil {
		return err
	}
	reader, err := sqlfiles.NewReader(o.Flink)
	if err != nil {
		return err
	}
	sources, findings, err := o.Open.List(o.Dir, o.Paths)
	if err != nil {
		return err
	}
	r := report{Version: 1, Flink: cmp.Or(o.Flink, token.Default.String()), findings: findings}
	for i, s := range sources {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if i > 0 && s.Path == sources[i-1].Path {
			continue // the script of two jobs
		}
		script, err := reader.Read(s)
		if err != nil {
			return err
		}
		r.Flink = script.Release.String()
		r.Files++
		r.Statements += len(script.Tree.Statements)
		r.findings = append(r.findings, script.Findings...)
	}
	diag.Sort(r.findings)
	r.Findings = diag.JSON(r.findings)
	if err := o.IO.Write(o.Format, r); err != nil {
		return err
	}
	if worst, any := diag.Worst(r.findings); any && worst <= limit {
		return fault.Errorf(fault.Findings, "%d findings", len(r.findings))
	}
	return nil
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

// Rows prints each finding with its excerpt, and a line that counts them.
func (r report) Rows(io *term.IO) error {
	style := diag.Style{
		Level: func(l diag.Level, word string) string {
			return io.Paint([...]term.Paint{term.Bad, term.Notice, term.Faint}[l], word)
		},
		Dim: func(s string) string { return io.Paint(term.Faint, s) },
	}
	if err := diag.WriteText(io.Out, r.findings, style); err != nil {
		return err
	}
	counts := map[string]int{}
	for _, f := range r.findings {
		counts[f.Level.String()]++
	}
	io.Hint("%s in %s for Flink %s: %s, %s, %s", plural(r.Statements, "statement"), plural(r.Files, "file"), r.Flink,
		plural(counts["error"], "error"), plural(counts["warning"], "warning"), plural(counts["note"], "note"))
	return nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
