package failure

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/release"
)

//go:embed rules/*.yaml
var builtIn embed.FS

// Rules are rules that are searched together. They never change and may be used from several goroutines.
type Rules struct {
	list  []*Rule
	texts *automaton
	owner []int // of each text of the automaton: the index of its rule
	tests []Test
}

// Test is a log with what has to be found in it.
type Test struct {
	At    diag.Finding // where the test stands: a finding without a message
	Log   string
	First string // the rule of the first fault; "" when nothing is to be found
}

// BuiltIn returns the rules that AutoStream comes with.
var BuiltIn = sync.OnceValue(func() *Rules {
	var l loading
	entries, _ := builtIn.ReadDir("rules") // what is embedded can be read
	for _, entry := range entries {
		name := path.Join("rules", entry.Name())
		text, _ := builtIn.ReadFile(name)
		l.read(source.New(name, string(text)))
	}
	if len(l.findings) > 0 {
		panic(fmt.Sprintf("built-in failure rules: %s", l.findings[0].Message)) // every test would meet it
	}
	l.rules.index()
	return &l.rules
})

// Load returns the rules of some files, and behind them those that AutoStream comes with: of two rules that know a failure
// the first counts. Whatever is wrong with the files is in the findings; rules without fault are used all the same. The
// tests are those of the files.
func Load(files []*source.File) (*Rules, []diag.Finding) {
	l := loading{taken: BuiltIn().list}
	for _, f := range files {
		l.read(f)
	}
	l.rules.list = append(l.rules.list, BuiltIn().list...)
	l.rules.index()
	return &l.rules, l.findings
}

// List returns the rules in the order in which they are tried.
func (r *Rules) List() []*Rule { return slices.Clone(r.list) }

// Tests returns the tests and examples that stand with the rules.
func (r *Rules) Tests() []Test { return slices.Clone(r.tests) }

func (r *Rules) index() {
	var texts []string
	for i, rule := range r.list {
		for _, text := range rule.required {
			texts = append(texts, text)
			r.owner = append(r.owner, i)
		}
	}
	r.texts = newAutomaton(texts)
}

// ruleFile is the form of a file of rules.
type ruleFile struct {
	Version int        `yaml:"version,required" min:"1" max:"1" doc:"The version of the form." example:"1"`
	Rules   []ruleText `yaml:"rules" doc:"The failures that are known, the special ones before the general ones."`
	Tests   []testText `yaml:"tests" doc:"Logs, each with the rule that must be found as the first fault."`
}

type ruleText struct {
	ID       string            `yaml:"id,required" pattern:"[a-z][a-z0-9-]*" form:"an id is lower-case words with - between them" example:"network-buffers"`
	Title    string            `yaml:"title,required" doc:"What is wrong, in one line." example:"the disk is full"`
	Level    string            `yaml:"level,required" enum:"cause|symptom|wrapper" example:"cause"`
	Pattern  pattern           `yaml:"pattern,required" doc:"A regular expression (RE2) for the message." example:"'No space left on device'"`
	By       string            `yaml:"by" enum:"flink" doc:"Says flink where the exception means this only when it is not the job's own code that throws it." example:"flink"`
	Since    release.Line      `yaml:"since" doc:"The first line of Flink that says so."`
	Until    release.Line      `yaml:"until" doc:"The last line of Flink that says so."`
	Explain  string            `yaml:"explain" doc:"Why it happens."`
	Fix      string            `yaml:"fix" doc:"What to do about it."`
	Config   map[string]string `yaml:"config" any:"true" doc:"Options of the job that fix it."`
	Doc      string            `yaml:"doc" doc:"A page to read."`
	Examples []string          `yaml:"examples" any:"true" doc:"Messages that this rule must be found for."`
}

type testText struct {
	Log   string `yaml:"log,required" any:"true" example:"'java.io.IOException: No space left on device'"`
	First string `yaml:"first" doc:"The id of the rule of the first fault; nothing when none is to be found."`
}

// pattern is a regular expression that has some fixed text.
type pattern string

// UnmarshalText refuses what is no such expression.
func (p *pattern) UnmarshalText(text []byte) error {
	if _, err := regexp.Compile(string(text)); err != nil {
		return err
	}
	if len(required(string(text))) == 0 {
		return fmt.Errorf("every match must contain a fixed text of %d characters or more, written as it is logged", shortest)
	}
	*p = pattern(text)
	return nil
}

// ruleTwice is the mistake that only several rules together can make.
var ruleTwice = diag.Rule{ID: "AD1001", Name: "duplicate-failure-rule", Category: diag.Project,
	Text: "Two failure rules have the same id. Reports and suppressions name rules by their ids."}

type loading struct {
	rules    Rules
	taken    []*Rule // whose ids are not free
	findings []diag.Finding
}

func (l *loading) read(f *source.File) {
	root, findings := yaml.Parse(f)
	l.findings = append(l.findings, findings...)
	if root == nil {
		return
	}
	var file ruleFile
	l.findings = append(l.findings, yaml.Decode(root, &file)...)
	for i, text := range file.Rules {
		at := root.Get("rules").Items()[i]
		if text.ID == "" || text.Pattern == "" {
			continue // reported by Decode
		}
		if slices.ContainsFunc(slices.Concat(l.taken, l.rules.list), func(r *Rule) bool { return r.ID == text.ID }) {
			l.findings = append(l.findings, ruleTwice.At(f, at.Get("id").Span(), fmt.Sprintf("there is a rule %s already", text.ID), "choose another id"))
			continue
		}
		l.rules.list = append(l.rules.list, text.rule())
		for j, example := range text.Examples {
			l.rules.tests = append(l.rules.tests, Test{
				At: diag.Finding{File: f, Span: at.Get("examples").Items()[j].Span()}, Log: example, First: text.ID,
			})
		}
	}
	for i, text := range file.Tests {
		at := root.Get("tests").Items()[i]
		l.rules.tests = append(l.rules.tests, Test{At: diag.Finding{File: f, Span: at.Get("log").Key()}, Log: text.Log, First: text.First})
	}
}

func (t ruleText) rule() *Rule {
	r := &Rule{
		ID: t.ID, Title: t.Title, Level: Level(t.Level), Pattern: regexp.MustCompile(string(t.Pattern)), required: required(string(t.Pattern)), By: Thrower(t.By),
		Since: t.Since, Until: t.Until, Explain: strings.TrimSpace(t.Explain), Fix: strings.TrimSpace(t.Fix), Doc: t.Doc,
	}
	for _, key := range slices.Sorted(maps.Keys(t.Config)) {
		r.Config = append(r.Config, Setting{Key: key, Value: t.Config[key]})
	}
	return r
}

// Run returns the rule of the first fault that the log of a test shows; "" when there is none.
func (r *Rules) Run(t Test) string {
	g := r.NewGroups(nil)
	_ = g.Read("", strings.NewReader(t.Log)) // strings never fail
	if report := g.Report(); report.First != nil {
		return report.First.Rule
	}
	return ""
}
