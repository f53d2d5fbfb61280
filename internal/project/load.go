package project

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/project/secret"
)

// Options choose how a project is read.
type Options struct {
	Environment string            // overlay to lay over the file; "" for none
	Variables   map[string]string // strongest of all
	Getenv      func(string) string
}

// Find returns the folder of the project that a path lies in, searching upward. NotFound when there is none.
func Find(start string) (string, error) {
	start, err := filepath.Abs(start)
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, FileName)); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fault.Errorf(fault.NotFound, "there is no %s in %s or above it", FileName, start).
				WithFix("autostream init starts a project here; -C names the folder of another")
		}
	}
}

// Load reads the project file of a folder. The findings are about what the user wrote, all of it; with one of level
// error the project is incomplete and only good for looking at. An error means that it could not be read at all.
func Load(dir string, o Options) (*Project, []diag.Finding, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, FileName)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fault.Errorf(fault.NotFound, "there is no %s in %s", FileName, dir).
			WithFix("autostream init %s", dir)
	case err != nil:
		return nil, nil, fmt.Errorf("reading the project: %w", err)
	}
	l := loading{options: o, project: &Project{Dir: dir, Environment: o.Environment, File: source.New(FileName, string(text))}}
	if err := l.load(); err != nil {
		return nil, nil, err
	}
	diag.Sort(l.findings)
	return l.project, l.findings, nil
}

// Bare returns a project without a project file, for scripts that stand alone: no jobs, no shared tables, and variables
// only from outside. A ${NAME} without a value is left as it stands.
func Bare(dir string, o Options) (*Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	p := &Project{Dir: dir, Name: filepath.Base(dir), Release: release.Latest.String(), Default: string(Local), Targets: []Target{{Name: string(Local), Kind: Local}}}
	p.Secrets = secret.NewBox(dir, o.getenv)
	p.Variables = &Variables{dir: dir, given: o.Variables, getenv: o.getenv, secrets: p.Secrets, lenient: true, settled: map[string]settled{}}
	return p, nil
}

func (o Options) getenv(name string) string {
	if o.Getenv == nil {
		return ""
	}
	return o.Getenv(name)
}

// loading is the state of one Load; its steps run in the order in which load calls them.
type loading struct {
	options  Options
	project  *Project
	findings []diag.Finding
}

// add takes in what one step found, without what an earlier step has said of the same place: defaults are read by
// themselves and once in every job, an environment by itself and laid over the file.
func (l *loading) add(findings ...diag.Finding) {
	before := l.findings
	for _, f := range findings {
		same := func(g diag.Finding) bool { return g.Rule == f.Rule && g.File == f.File && g.Span == f.Span }
		if !slices.ContainsFunc(before, same) {
			l.findings = append(l.findings, f)
		}
	}
}

func (l *loading) at(rule diag.Rule, n *yaml.Node, help, format string, args ...any) {
	l.add(rule.At(n.File(), n.Span(), fmt.Sprintf(format, args...), help))
}

func (l *loading) load() error {
	p := l.project
	root := l.read(p.File, nil)
	if root == nil {
		p.Variables = l.variables(nil)
		p.Secrets = p.Variables.secrets
		return nil
	}
	v := root.Get("version")
	if n, err := strconv.Atoi(v.Text()); err == nil && n != fileVersion {
		l.at(ruleVersion, v, fmt.Sprintf("this autostream reads version: %d", fileVersion), "version %s of the project file is not known", v.Text())
	}
	environments := root.Get("environments")
	chosen := environments.Get(p.Environment)
	if p.Environment != "" && chosen == nil {
		return fault.Errorf(fault.NotFound, "the project has no environment %q", p.Environment).
			WithFix("%s", cmp.Or(strings.Join(environments.Keys(), ", "), "it has none; add it under environments:"))
	}
	for _, name := range environments.Keys() {
		if name != p.Environment {
			l.check(root, environments.Get(name))
		}
	}
	l.settle(root, chosen)
	return nil
}

// read parses a file and lays it over those it includes. open are the files being read, to find a cycle.
func (l *loading) read(f *source.File, open []string) *yaml.Node {
	root, findings := yaml.Parse(f)
	l.add(findings...)
	var below *yaml.Node
	for _, item := range root.Get("include").Items() {
		name := filepath.ToSlash(filepath.Join(filepath.Dir(f.Name), item.Text()))
		switch {
		case item.Kind() != yaml.Scalar:
			continue // the decoder says what is wrong
		case slices.Contains(append(open, f.Name), name):
			l.at(ruleCyclicInclude, item, "take one of the includes out", "%s includes itself: %s", name, strings.Join(append(open, f.Name, name), " → "))
			continue
		}
		text, err := os.ReadFile(l.project.Path(name))
		if err != nil {
			l.at(ruleMissingFile, item, "", "cannot read %s: %v", name, cause(err))
			continue
		}
		below = yaml.Merge(below, l.read(source.New(name, string(text)), slices.Concat(open, []string{f.Name})).Without("include"))
	}
	return yaml.Merge(below, root)
}

// cause leaves out the path that the message has already.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// check finds mistakes in an environment that was not chosen. Variables may come from outside there, so that those
// without a value are no finding.
func (l *loading) check(root, environment *yaml.Node) {
	vars := l.variables(yaml.MergeKeys(root.Get("variables"), environment.Get("variables")))
	vars.lenient = true
	var o overlay
	l.add(yaml.Decode(l.expand(environment, vars), &o)...)
}

// settle makes the project out of the file and the chosen environment.
func (l *loading) settle(root, chosen *yaml.Node) {
	p := l.project
	if chosen != nil {
		var o overlay
		l.add(yaml.Decode(yaml.Expand(chosen, func([]string, *yaml.Node) (string, bool) { return "", false }), &o)...)
	}
	variables := yaml.MergeKeys(root.Get("variables"), chosen.Get("variables"))
	merged := yaml.Merge(root.Without("environments", "variables"), chosen.Without("variables"))

	p.Variables = l.variables(variables)
	p.Secrets = p.Variables.secrets
	for _, name := range slices.Sorted(slices.Values(variables.Keys())) {
		p.Variables.value(name)
	}
	l.add(p.Variables.findings...)
	p.Variables.findings = nil

	p.root = l.expand(merged, p.Variables)
	var f file
	l.add(yaml.Decode(p.root, &f)...)
	p.Name = f.Name
	p.Lint = Lint(f.Lint)
	l.release(f.Flink)
	l.tables()
	l.connectors()
	l.targets(f)
	l.jobs()
}

// variables declares the variables and secrets of a mapping.
func (l *loading) variables(n *yaml.Node) *Variables {
	v := &Variables{
		dir: l.project.Dir, given: l.options.Variables, getenv: l.options.getenv, secrets: secret.NewBox(l.project.Dir, l.options.getenv),
		declared: map[string]*yaml.Node{}, settled: map[string]settled{},
	}
	for _, name := range n.Keys() {
		if n.Get(name).Kind() != yaml.Mapping {
			v.declared[name] = n.Get(name)
		}
	}
	for _, name := range n.Keys() {
		if value := n.Get(name); value.Kind() == yaml.Mapping {
			var decoded variable
			l.add(decoded.DecodeYAML(l.expand(value, v))...)
			v.secrets.Add(name, *decoded.secret)
			if text, ok := l.options.Variables[name]; ok {
				v.secrets.Give(name, secret.NewValue(text))
			} else if text := l.options.getenv(EnvironmentPrefix + name); text != "" {
				v.secrets.Give(name, secret.NewValue(text))
			}
		}
	}
	var shape struct {
		Variables map[string]variable `yaml:"variables" keys:"[A-Za-z_][A-Za-z0-9_]*" form:"a variable's name is letters, digits and _, and does not start with a digit"`
	}
	if n != nil {
		l.add(yaml.Decode((&yaml.Node{}).With("variables", n), &shape)...)
	}
	return v
}

// expand fills in the variables of a tree. Secrets may stand only where a text is handed to Flink.
func (l *loading) expand(n *yaml.Node, vars *Variables) *yaml.Node {
	return yaml.Expand(n, func(path []string, scalar *yaml.Node) (string, bool) {
		if !strings.Contains(scalar.Text(), "${") {
			return scalar.Text(), true
		}
		place := func(part source.Span) (*source.File, source.Span) {
			return scalar.File(), scalar.Place(scalar.Text()[part.Start:part.End])
		}
		r, findings := vars.Expand(scalar.Text(), place)
		l.add(findings...)
		known := len(findings) == 0
		render(r.Text, func(ref reference) (string, bool) {
			switch {
			case ref.escape:
			case vars.secrets.Has(ref.name) && !takesSecrets(path):
				l.at(ruleSecretPlace, scalar, "secrets can stand in SQL, in options, in environment and in the args of a jar", "secret %s cannot stand here", ref.name)
				known = false
			case !vars.secrets.Has(ref.name):
				known = false
			}
			return "", false
		})
		return r.Text, known
	})
}

// takesSecrets says whether the value at a path is handed to Flink as it is: options, environment variables, and the args
// of a jar.
func takesSecrets(path []string) bool {
	return slices.Contains(path, "options") || slices.Contains(path, "environment") || len(path) > 0 && path[len(path)-1] == "args"
}
