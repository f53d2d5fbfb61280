package sqltest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/project"
)

// Suffix is how the name of a test file ends.
const Suffix = "_test.yaml"

// Read reads a test file of a project with the script that it tests, and checks one against the other. What is wrong with
// either is in the findings; an error means that a file could not be read.
func Read(p *project.Project, path string) (*Suite, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading test file %s: %w", p.Rel(path), err)
	}
	s := &Suite{File: source.New(p.Rel(path), strings.TrimPrefix(string(content), source.ByteOrderMark)), Path: path}
	root, findings := yaml.Parse(s.File)
	s.Findings = findings
	if root == nil {
		return s, nil
	}
	var shape suiteFile
	s.Findings = append(s.Findings, yaml.Decode(root, &shape)...)
	job, ok := s.under(p, root, shape)
	if !ok {
		return s, nil
	}
	if s.script, err = readScript(p, job); err != nil {
		return nil, err
	}
	if broken := s.script.errors(); len(broken) > 0 {
		s.Findings = append(s.Findings, broken...)
		s.report(ruleScript, s.line(root), "the script "+s.Script()+" has errors", "")
		return s, nil
	}
	r := reader{suite: s, script: s.script}
	r.read(shape)
	diag.Sort(s.Findings)
	return s, nil
}

// under finds what is tested.
func (s *Suite) under(p *project.Project, root *yaml.Node, shape suiteFile) (project.Job, bool) {
	switch {
	case shape.Job != "":
		job, ok := p.Job(shape.Job)
		if !ok || job.Kind != project.SQL {
			s.report(ruleNoScript, root.Get("job").Span(), fmt.Sprintf("the project has no SQL job %q", shape.Job), "")
		}
		return job, ok && job.Kind == project.SQL
	case shape.Script != "":
		if _, err := os.Stat(p.Path(shape.Script)); err != nil {
			s.report(ruleNoScript, root.Get("script").Span(), "there is no file "+shape.Script, "")
			return project.Job{}, false
		}
		return jobOf(p, p.Path(shape.Script)), true
	}
	beside := strings.TrimSuffix(s.Path, Suffix) + ".sql"
	if _, err := os.Stat(beside); err != nil {
		s.report(ruleNoScript, s.line(root), "there is no script "+p.Rel(beside), "name one: job: NAME, or script: FILE")
		return project.Job{}, false
	}
	return jobOf(p, filepath.Clean(beside)), true
}

// line is where a finding about a whole file stands.
func (s *Suite) line(root *yaml.Node) source.Span {
	if keys := root.Keys(); len(keys) > 0 {
		return root.Get(keys[0]).Key()
	}
	return source.Span{}
}

func (s *Suite) report(rule diag.Rule, at source.Span, message, help string) {
	s.Findings = append(s.Findings, rule.At(s.File, at, message, help))
}

// reader turns the shape of a test file into cases.
type reader struct {
	suite  *Suite
	script *script
}

func (r *reader) report(rule diag.Rule, n *yaml.Node, help, format string, args ...any) {
	r.suite.report(rule, n.Span(), fmt.Sprintf(format, args...), help)
}

func (r *reader) read(shape suiteFile) {
	names := map[string]bool{}
	for _, c := range shape.Cases {
		if c.Name.node == nil {
			continue
		}
		if names[c.Name.text] {
			r.report(ruleDuplicateCase, c.Name.node, "give it a name of its own", "there are two cases %q", c.Name.text)
		}
		names[c.Name.text] = true
		out := &Case{Suite: r.suite, Name: c.Name.text, Place: c.Name.node.Span(), hold: c.End == "hold", Timeout: DefaultTimeout}
		for _, limit := range []time.Duration{shape.Timeout, c.Timeout} {
			if limit > 0 {
				out.Timeout = limit
			}
		}
		for _, now := range []string{shape.Now, c.Now} {
			if now != "" {
				out.now = r.time(c.Name.node, now)
			}
		}
		out.mocks = slices.Concat(r.mocks(shape.Functions.node), r.mocks(c.Functions.node))
		out.steps = r.steps(c.Given.node)
		out.Expect = r.expectations(c.Expect.node)
		r.suite.Cases = append(r.suite.Cases, out)
	}
}

func (r *reader) time(n *yaml.Node, text string) time.Time {
	at, err := ParseTime(text)
	if err != nil {
		r.report(ruleValue, n, "", "now: %v", err)
	}
	return at
}

// table finds the table that a key names.
func (r *reader) table(n *yaml.Node, name string) *table {
	if t := r.script.find(name); t != nil {
		return t
	}
	help := "there are " + strings.Join(r.script.names(), ", ")
	if near, ok := diag.Nearest(name, r.script.names()); ok {
		help = fmt.Sprintf("did you mean %s?", near)
	}
	r.suite.report(ruleUnknownTable, n.Key(), fmt.Sprintf("%s has no table or view %q", r.suite.Script(), name), help)
	return nil
}
