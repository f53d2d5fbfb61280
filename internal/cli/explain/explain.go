// Package explain is `autostream explain`: what Flink will make of a query, before Flink sees it.
package explain

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sqlfiles"
)

// Options is everything the command depends on.
type Options struct {
	IO     *term.IO
	Dir    string
	Open   sqlfiles.Open
	Args   []string // paths and jobs
	Flink  string   // release, "" takes the project's
	Format term.Format
}

// NewCommand declares `autostream explain`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = show
	}
	o := &Options{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "explain [PATH…|JOB…]",
		Long: "Show what Flink makes of each query and INSERT: its operators, which kinds of changes each of them emits\n" +
			"(+I insert, -U and +U the row before and after an update, -D delete), the keys of the changes, and the state that is kept. No cluster is\n" +
			"needed. A plan is \"certain\" when everything that decides is known, and \"likely\" when functions, tables or\n" +
			"connectors are not.\n\n" +
			"A PATH is a project, a folder of .sql files, or a file; a JOB is one of the project; without either it is the\n" +
			"project here. Outside of a project each file stands alone.",
		Example: "  autostream explain pv_uv\n  autostream explain jobs/pv_uv.sql --flink 1.20\n  autostream explain --format json",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.IO, o.Format, o.Dir, o.Args, o.Open = d.IO, format.Value, d.Dir, d.Paths(args), d.ProjectOf
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Flink, "flink", "", "release of Flink to plan for: "+sqlfiles.Releases()+" (default: the project's, else "+token.Default.String()+")")
	flags.Var(format, "format", "output format: "+format.Names())
	return cmd
}

func show(ctx context.Context, o *Options) error {
	sources, _, err := o.Open.List(o.Dir, o.Args)
	if err != nil {
		return err
	}
	reader, err := sqlfiles.NewReader(o.Flink)
	if err != nil {
		return err
	}
	r := &report{Version: 1, Flink: token.Default.String(), Statements: []statement{}}
	if err := reader.Each(ctx, sources, r.add); err != nil {
		return err
	}
	return o.IO.Write(o.Format, r)
}

// report is the contract of `explain --format json`.
type report struct {
	Version    int         `json:"version"`
	Flink      string      `json:"flink"`
	Statements []statement `json:"statements"`
}

type statement struct {
	Job        string     `json:"job,omitempty"`
	File       string     `json:"file"`
	Statement  int        `json:"statement"`
	Kind       string     `json:"kind"` // INSERT or QUERY
	Sink       string     `json:"sink,omitempty"`
	Accepted   bool       `json:"accepted"`
	Certainty  string     `json:"certainty"` // certain or likely
	Changelog  []string   `json:"changelog"`
	UpsertKeys [][]string `json:"upsertKeys"`
	SharesSink bool       `json:"sharesSink,omitempty"` // with other INSERTs of its set, behind a Union
	Operators  []operator `json:"operators"`

	line     int // of the statement, for people
	plan     *changelog.Plan
	findings []diag.Finding // why it is not accepted
}

type operator struct {
	ID         int        `json:"id"`
	Type       string     `json:"type"`
	Detail     string     `json:"detail,omitempty"`
	Changelog  []string   `json:"changelog"`
	UpsertKeys [][]string `json:"upsertKeys,omitempty"`
	State      string     `json:"state,omitempty"`
	Cost       string     `json:"cost,omitempty"`
	Inputs     []int      `json:"inputs"`

	op *changelog.Operator
}

// add takes the plans of a script; a query that could not be planned has an entry all the same.
func (r *report) add(script *sqlfiles.Script) {
	r.Flink = script.Release.String()
	plans := map[int][]*changelog.Plan{}
	for _, p := range script.Judged.Plans {
		plans[p.Statement] = append(plans[p.Statement], p)
	}
	for _, bound := range script.Bound.Statements {
		found := plans[bound.Number]
		if len(found) == 0 {
			found = changelog.Unplanned(bound)
		}
		for _, p := range found {
			r.Statements = append(r.Statements, describe(script, p))
		}
	}
}

func describe(script *sqlfiles.Script, p *changelog.Plan) statement {
	s := statement{
		Job: script.Job, File: script.Text.Written.Name, Statement: p.Statement, Kind: "QUERY", Certainty: "likely", Accepted: true,
		Changelog: []string{}, UpsertKeys: [][]string{}, Operators: []operator{}, plan: p,
	}
	s.SharesSink = p.Into != nil || len(p.Shared) > 0
	if p.Certain {
		s.Certainty = "certain"
	}
	if p.Insert != nil {
		s.Kind, s.Sink = "INSERT", p.Insert.Path.String()
	}
	for _, f := range script.Findings {
		if f.Statement == p.Statement && f.Level == diag.Error {
			s.Accepted = false
			s.findings = append(s.findings, f)
		}
	}
	at := script.Tree.Statements[p.Statement-1]
	s.line = script.Text.Written.Position(script.Text.Origin(at.Span()).Start).Line
	if p.Root != nil {
		s.Changelog, s.UpsertKeys = p.Changes().Kinds(), p.Keys()
		s.number(p.Root)
	}
	return s
}

// number lists the operators, each behind its inputs, and returns the id of the last.
func (s *statement) number(op *changelog.Operator) int {
	inputs := []int{}
	for _, in := range op.Inputs {
		inputs = append(inputs, s.number(in))
	}
	id := len(s.Operators) + 1
	out := operator{
		ID: id, Type: string(op.Kind), Detail: changelog.Describe(op), Changelog: op.Changes.Kinds(), State: op.State.String(),
		Cost: changelog.Cost(op), Inputs: inputs, op: op,
	}
	if out.Changelog == nil {
		out.Changelog = []string{}
	}
	for _, k := range op.UpsertKeys {
		if len(k) > 0 {
			out.UpsertKeys = append(out.UpsertKeys, changelog.Names(op.Row, k))
		}
	}
	s.Operators = append(s.Operators, out)
	return id
}
