// Package rules is `autostream rules`: what lint looks for, and why.
package rules

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/sql/lint"
	"github.com/autostream/autostream/internal/sql/lint/rule"
)

// Options is everything the command depends on.
type Options struct {
	IO     *term.IO
	Names  []string // ids, names or categories; none lists all
	Format term.Format
}

// NewCommand declares `autostream rules`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	if run == nil {
		run = show
	}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "rules [RULE…]",
		Long: "List the rules that lint and the project file are held to. With ids, names or categories only those are shown;\n" +
			"a single rule is explained, with examples.",
		Example: "  autostream rules\n  autostream rules streaming\n  autostream rules unbounded-state",
		Args:    cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, r := range All() {
				names = append(names, r.ID+"\t"+r.Name)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(cmd.Context(), &Options{IO: d.IO, Names: args, Format: format.Value})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// All lists every rule about SQL, then those about projects and plans.
func All() []rule.Rule {
	all := lint.Documented()
	for _, r := range slices.Concat(project.Rules(), plan.Rules()) {
		all = append(all, withExamples(r))
	}
	return all
}

// report is the contract of `rules --format json`.
type report struct {
	Version int         `json:"version"`
	Rules   []ruleEntry `json:"rules"`

	rules []rule.Rule
}

type ruleEntry struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Level    string `json:"level"`
	Category string `json:"category"`
	Fix      bool   `json:"fix"`
	Text     string `json:"text"`
	Bad      string `json:"bad,omitempty"`
	Good     string `json:"good,omitempty"`
	Fixed    string `json:"fixed,omitempty"`
}

func show(_ context.Context, o *Options) error {
	r := report{Version: 1, Rules: []ruleEntry{}}
	for _, name := range o.Names {
		found := slices.DeleteFunc(All(), func(r rule.Rule) bool { return !matches(r, name) })
		if len(found) == 0 {
			return unknown(name)
		}
		r.rules = append(r.rules, found...)
	}
	if len(o.Names) == 0 {
		r.rules = All()
	}
	for _, rule := range r.rules {
		r.Rules = append(r.Rules, entry(rule))
	}
	return o.IO.Write(o.Format, r)
}

func matches(r rule.Rule, name string) bool {
	return strings.EqualFold(r.ID, name) || strings.EqualFold(r.Name, name) || strings.EqualFold(string(r.Category), name)
}

func unknown(name string) error {
	e := fault.Errorf(fault.NotFound, "there is no rule %s", name)
	var names []string
	for _, r := range All() {
		names = append(names, r.ID, r.Name, string(r.Category))
	}
	if near, ok := diag.Nearest(name, names); ok {
		return e.WithFix("did you mean %s?", near)
	}
	return e.WithFix("autostream rules lists them")
}

func entry(r rule.Rule) ruleEntry {
	return ruleEntry{
		ID: r.ID, Name: r.Name, Level: r.Level.String(), Category: string(r.Category), Fix: r.Fixed != "", Text: r.Text,
		Bad: rule.Plain(r.Bad), Good: rule.Plain(r.Good), Fixed: r.Fixed,
	}
}

// Rows explains a single rule, and lists several.
func (r report) Rows(io *term.IO) error {
	if len(r.rules) == 1 {
		_, err := fmt.Fprint(io.Out, lint.Text(r.rules[0]))
		return err
	}
	rows := make([][]string, len(r.rules))
	for i, rule := range r.rules {
		paint := [...]term.Paint{term.Bad, term.Notice, term.Faint}[rule.Level]
		rows[i] = []string{rule.ID, rule.Name, io.Paint(paint, rule.Level.String()), string(rule.Category)}
	}
	return io.Grid([]string{"RULE", "NAME", "LEVEL", "CATEGORY"}, rows)
}
