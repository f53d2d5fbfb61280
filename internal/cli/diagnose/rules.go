package diagnose

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/failure"
)

// ownRules is the folder of a project whose files of rules are always used.
const ownRules = "failure-rules"

// loadRules reads the rules of the project, where there is one, and of the files given. Mistakes in them are printed and
// make an error.
func loadRules(d *deps.Deps, names []string) (*failure.Rules, error) {
	if p, _, err := d.Project(); err == nil {
		own, err := filepath.Glob(filepath.Join(p.Dir, ownRules, "*.yaml"))
		if err != nil {
			return nil, err
		}
		for _, name := range own {
			if !slices.ContainsFunc(names, func(given string) bool { return sameFile(name, given) }) { // given by name too
				names = append([]string{name}, names...)
			}
		}
	}
	if len(names) == 0 {
		return failure.BuiltIn(), nil
	}
	var files []*source.File
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fault.Errorf(fault.Usage, "reading rules: %w", err)
		}
		if short, err := filepath.Rel(d.Dir, name); err == nil && filepath.IsLocal(short) {
			name = short
		}
		files = append(files, source.New(name, string(text)))
	}
	rules, findings := failure.Load(files)
	if len(findings) > 0 {
		diag.Sort(findings)
		jobs.WriteFindings(d.IO, findings)
		return nil, fault.Errorf(fault.Findings, "%d mistakes in rules", len(findings))
	}
	return rules, nil
}

func sameFile(a, b string) bool {
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, other)
}

// newRules declares `autostream diagnose rules`.
func newRules(d *deps.Deps) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "rules [FILE…]",
		Short: "List the failure rules, or test those of files",
		Long: "List the failure rules, those of AutoStream and of the project, or test the rules of files.\n\n" +
			"Each FILE has rules, examples and tests; the exit code is 3 when one of them does not hold.",
		Example: "  autostream diagnose rules\n  autostream diagnose rules failure-rules/*.yaml",
		Args:    cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			rules, err := loadRules(d, args)
			if err != nil {
				return err
			}
			if len(args) > 0 {
				return testRules(d.IO, rules)
			}
			return d.IO.Write(format.Value, listOf(rules))
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// testRules runs the examples and tests of the user's own rules.
func testRules(io *term.IO, rules *failure.Rules) error {
	var findings []diag.Finding
	for _, test := range rules.Tests() {
		got := rules.Run(test)
		if got == test.First {
			continue
		}
		f := test.At
		f.Rule, f.Name, f.Level = "AD1002", "rule-test", diag.Error
		f.Message = fmt.Sprintf("the first fault is %s, not %s", named(got), named(test.First))
		findings = append(findings, f)
	}
	if len(findings) > 0 {
		diag.Sort(findings)
		jobs.WriteFindings(io, findings)
		return fault.Errorf(fault.Findings, "%d of %d tests do not hold", len(findings), len(rules.Tests()))
	}
	io.Hint("%d tests hold", len(rules.Tests()))
	return nil
}

func named(rule string) string {
	if rule == "" {
		return "none that a rule knows"
	}
	return rule
}

// ruleList is the contract of `diagnose rules --format json`.
type ruleList struct {
	Version int       `json:"version"`
	Rules   []oneRule `json:"rules"`
}

type oneRule struct {
	ID      string            `json:"id"`
	Level   failure.Level     `json:"level"`
	Title   string            `json:"title"`
	Pattern string            `json:"pattern"`
	Explain string            `json:"explain,omitempty"`
	Fix     string            `json:"fix,omitempty"`
	Config  []failure.Setting `json:"config,omitempty"`
	Doc     string            `json:"doc,omitempty"`
}

func listOf(rules *failure.Rules) ruleList {
	l := ruleList{Version: 1, Rules: []oneRule{}}
	for _, r := range rules.List() {
		l.Rules = append(l.Rules, oneRule{
			ID: r.ID, Level: r.Level, Title: r.Title, Pattern: r.Pattern.String(), Explain: r.Explain, Fix: r.Fix, Config: r.Config, Doc: r.Doc,
		})
	}
	return l
}

// Rows writes a line for each rule.
func (l ruleList) Rows(io *term.IO) error {
	rows := make([][]string, len(l.Rules))
	for i, r := range l.Rules {
		rows[i] = []string{r.ID, string(r.Level), r.Title}
	}
	return io.Grid([]string{"rule", "level", "failure"}, rows)
}
