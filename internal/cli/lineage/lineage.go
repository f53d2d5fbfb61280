// Package lineage is `autostream lineage`: which columns flow into the columns that jobs write.
package lineage

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	sqllineage "github.com/autostream/autostream/internal/sql/lineage"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// The formats beside table, json and yaml.
const (
	dot     term.Format = "dot"     // Graphviz
	mermaid term.Format = "mermaid" // for Markdown
)

// Options is everything the command depends on.
type Options struct {
	IO         *term.IO
	Dir        string
	Open       sqlfiles.Open
	Args       []string // paths and jobs
	Flink      string   // release, "" takes the project's
	Upstream   string   // TABLE or TABLE.COLUMN: only what flows into it
	Downstream string   // TABLE or TABLE.COLUMN: only what it flows into
	Format     term.Format
	Now        func() time.Time // the time of events
	Against    string           // revision of git to compare with
	OpenIn     func(dir string) sqlfiles.Open
}

// NewCommand declares `autostream lineage`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = show
	}
	o := &Options{}
	format := term.NewFormatFlag(dot, mermaid, openLineage)
	cmd := &cobra.Command{
		Use: "lineage [PATH…|JOB…]",
		Long: "Show which columns flow into the columns that jobs write: through views, WITH, *, computed columns and functions,\n" +
			"down to the columns that tables store. No cluster is needed.\n\n" +
			"A PATH is a project, a folder of .sql files, or a file; a JOB is one of the project; without either it is the\n" +
			"project here. Outside of a project each file stands alone.",
		Example: "  autostream lineage pv_uv\n  autostream lineage --downstream clicks.user_id\n  autostream lineage --format mermaid > lineage.mmd\n" +
			"  autostream lineage --against origin/main",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Format, o.Dir, o.Args, o.Open, o.Now = d.IO, format.Value, d.Dir, d.Paths(args), d.ProjectOf, d.Now
			o.OpenIn = func(dir string) sqlfiles.Open {
				elsewhere := *d
				elsewhere.Dir, elsewhere.Global.Project = dir, ""
				return elsewhere.ProjectOf
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Flink, "flink", "", "release of Flink to read for: "+sqlfiles.Releases()+" (default: the project's)")
	flags.StringVar(&o.Upstream, "upstream", "", "only what flows into this TABLE or TABLE.COLUMN")
	flags.StringVar(&o.Downstream, "downstream", "", "only what this TABLE or TABLE.COLUMN flows into")
	flags.StringVar(&o.Against, "against", "", "what changed since this git revision, and which columns and jobs that reaches")
	cmd.MarkFlagsMutuallyExclusive("against", "upstream")
	cmd.MarkFlagsMutuallyExclusive("against", "downstream")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func show(ctx context.Context, o *Options) error {
	if o.Against != "" {
		switch o.Format {
		case dot, mermaid, openLineage:
			return fault.Errorf(fault.Usage, "--against has no format %s", o.Format)
		}
		i, err := o.against(ctx)
		if err != nil {
			return err
		}
		return o.IO.Write(o.Format, i)
	}
	r, err := o.read(ctx)
	if err != nil {
		return err
	}
	if err := r.narrow(o); err != nil {
		return err
	}
	switch o.Format {
	case dot:
		return r.writeDot(o.IO.Out)
	case mermaid:
		return r.writeMermaid(o.IO.Out)
	case openLineage:
		return r.writeOpenLineage(o.IO.Out, o.Now())
	}
	return o.IO.Write(o.Format, r)
}

// read collects the edges of all scripts.
func (o *Options) read(ctx context.Context) (*report, error) {
	r := &report{Version: 1, Edges: []edge{}}
	return r, o.each(ctx, o.Dir, o.Open, r.read)
}

// each reads all scripts that the command line names in a folder.
func (o *Options) each(ctx context.Context, dir string, open sqlfiles.Open, yield func(*sqlfiles.Script)) error {
	sources, findings, err := open.List(dir, o.Args)
	if err != nil {
		return err
	}
	reader, err := sqlfiles.NewReader(o.Flink)
	if err != nil {
		return err
	}
	reader.Depth = lint.Bound
	err = reader.Each(ctx, sources, func(script *sqlfiles.Script) {
		findings = append(findings, script.Findings...)
		yield(script)
	})
	if err != nil {
		return err
	}
	o.warn(findings)
	return nil
}

// warn says that the picture has holes; lint tells which.
func (o *Options) warn(findings []diag.Finding) {
	errors := 0
	for _, f := range findings {
		if f.Level == diag.Error {
			errors++
		}
	}
	switch {
	case errors == 1:
		o.IO.Hint("1 error was found, so edges may be missing: autostream lint")
	case errors > 1:
		o.IO.Hint("%d errors were found, so edges may be missing: autostream lint", errors)
	}
}

// report is the contract of `lineage --format json`.
type report struct {
	Version int    `json:"version"`
	Edges   []edge `json:"edges"`
}

type edge struct {
	Job       string   `json:"job,omitempty"`
	File      string   `json:"file"`
	Statement int      `json:"statement"`
	Sink      string   `json:"sink"`
	Column    string   `json:"column,omitempty"`
	Sources   []column `json:"sources"`
	Transform string   `json:"transform,omitempty"`
	Kind      string   `json:"kind"`
	Subtype   string   `json:"subtype"`

	edge  sqllineage.Edge
	where *statement
}

// statement is where edges come from.
type statement struct {
	project string
	sql     string // with variables filled in, but for secrets
	line    int    // for people
}

type column struct {
	Table  string `json:"table"`
	Column string `json:"column"`
}

// read adds the edges of a script.
func (r *report) read(script *sqlfiles.Script) {
	var where *statement
	number := 0
	for _, e := range sqllineage.Of(script.Bound) {
		if e.Statement != number {
			number, where = e.Statement, statementOf(script, e.Statement)
		}
		out := edge{
			Job: script.Job, File: script.Text.Written.Name, Statement: e.Statement, Sink: e.Sink.String(), Column: e.Column,
			Sources: []column{}, Transform: e.Transform, Kind: string(e.Kind), Subtype: string(e.Subtype), edge: e, where: where,
		}
		for _, s := range e.Sources {
			out.Sources = append(out.Sources, column{Table: s.Table.String(), Column: s.Column})
		}
		r.Edges = append(r.Edges, out)
	}
}

func statementOf(script *sqlfiles.Script, number int) *statement {
	syntax := script.Tree.Statements[number-1]
	return &statement{
		project: cmp.Or(script.Project.Name, "default"),
		sql:     strings.Clone(script.Tree.Text(syntax)), // the whole text would be kept otherwise
		line:    script.Text.Written.Position(script.Text.Origin(syntax.Span()).Start).Line,
	}
}

// place is where the statement of an edge begins: jobs/pv_uv.sql:12.
func (e *edge) place() string { return fmt.Sprintf("%s:%d", e.File, e.where.line) }
