package project

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/diag"
	"github.com/autostream/autostream/internal/base/source"
	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/project/secret"
)

// EnvironmentPrefix leads the names of environment variables that set variables of a project: AUTOSTREAM_VAR_BROKERS.
const EnvironmentPrefix = "AUTOSTREAM_VAR_"

// projectDir is the one variable that is always there.
const projectDir = "PROJECT_DIR"

// Variables gives names their values. The strongest that names a variable holds: the command line (--var), then
// AUTOSTREAM_VAR_NAME, then the environment's variables, then the project's, then the default where it is used. A
// variable set to nothing counts as not set when it has a default, as in a shell. ${PROJECT_DIR} is the project's
// folder, absolute and with slashes, unless something else gives that name a value.
//
// A name declared as a secret stays a secret whoever gives its value. Its reference is kept in every text as ${NAME}
// until Live replaces it, so that what is shown, compared and recorded never holds a secret.
type Variables struct {
	dir      string
	given    map[string]string
	getenv   func(string) string
	declared map[string]*yaml.Node // values as written in the project file
	secrets  *secret.Box
	settled  map[string]settled
	open     []string // names being settled, to find a cycle
	findings []diag.Finding
	lenient  bool // leave unknown names as they stand, for texts outside a project
}

type settled struct {
	text  string
	known bool
}

// Names lists the variables of the project and those given from outside, secrets included, in order.
func (v *Variables) Names() []string {
	names := []string{projectDir}
	for name := range v.declared {
		names = append(names, name)
	}
	for name := range v.given {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Expand fills in the references of a text. Secrets stay as ${NAME}, and so do names without a value, which are
// reported at their place by the caller's at.
func (v *Variables) Expand(text string, at func(part source.Span) (*source.File, source.Span)) (Rendering, []diag.Finding) {
	before := len(v.findings)
	r := render(text, func(ref reference) (string, bool) { return v.fill(ref, at) })
	found := slices.Clone(v.findings[before:])
	v.findings = v.findings[:before]
	return r, found
}

func (v *Variables) fill(ref reference, at func(source.Span) (*source.File, source.Span)) (string, bool) {
	report := func(rule diag.Rule, message, help string) {
		file, span := at(ref.span)
		v.findings = append(v.findings, rule.At(file, span, message, help))
	}
	if ref.escape {
		return "", false
	}
	if ref.name == "" {
		if !v.lenient {
			report(ruleBadVariable, "this is no variable", "write ${NAME} or ${NAME:-default}, or $${ for a plain ${")
		}
		return "", false
	}
	if v.secrets.Has(ref.name) {
		return "", false
	}
	value, exists := v.value(ref.name)
	switch {
	case exists && (value.text != "" || !ref.optional):
		return value.text, value.known
	case ref.optional:
		inner := render(ref.fallback, func(r reference) (string, bool) {
			return v.fill(r, func(source.Span) (*source.File, source.Span) { return at(ref.span) })
		})
		return inner.Text, true
	case v.lenient:
		return "", false
	}
	help := fmt.Sprintf("set it under variables, with --var %s=VALUE, or give a default: ${%s:-VALUE}", ref.name, ref.name)
	if near, ok := diag.Nearest(ref.name, v.Names()); ok {
		help = fmt.Sprintf("did you mean ${%s}?", near)
	}
	report(ruleMissingVariable, fmt.Sprintf("variable %s has no value", ref.name), help)
	return "", false
}

// value returns what a name stands for, and false for an unknown name. It is settled once; mistakes in it are reported
// where it is declared.
func (v *Variables) value(name string) (settled, bool) {
	if text, ok := v.given[name]; ok {
		return settled{text: text, known: true}, true
	}
	if text := v.getenv(EnvironmentPrefix + name); text != "" {
		return settled{text: text, known: true}, true
	}
	if s, ok := v.settled[name]; ok {
		return s, true
	}
	node := v.declared[name]
	switch {
	case node == nil && name == projectDir:
		return settled{text: filepath.ToSlash(v.dir), known: true}, true
	case node == nil:
		return settled{}, false
	}
	if i := slices.Index(v.open, name); i >= 0 {
		v.findings = append(v.findings, ruleCyclicVariable.At(node.File(), node.Span(),
			fmt.Sprintf("variable %s contains itself: %s", name, strings.Join(slices.Concat(v.open[i:], []string{name}), " → ")), "take one of them out"))
		return settled{}, true
	}
	v.open = append(v.open, name)
	before := len(v.findings)
	r := render(node.Text(), func(ref reference) (string, bool) {
		return v.fill(ref, func(part source.Span) (*source.File, source.Span) {
			return node.File(), node.Place(node.Text()[part.Start:part.End])
		})
	})
	v.open = v.open[:len(v.open)-1]
	v.settled[name] = settled{text: r.Text, known: len(v.findings) == before}
	return v.settled[name], true
}

// Live replaces what Expand left: secrets by their values and $${ by ${. The result goes to the target of a job and
// nowhere else.
func (v *Variables) Live(ctx context.Context, text string) (Rendering, error) {
	var problem error
	r := render(text, func(ref reference) (string, bool) {
		if ref.escape {
			return "${", !v.lenient
		}
		if problem != nil || !v.secrets.Has(ref.name) {
			return "", false
		}
		value, err := v.secrets.Value(ctx, ref.name)
		if err != nil {
			problem = err
			return "", false
		}
		return value.Reveal(), true
	})
	if problem != nil {
		return Rendering{}, problem
	}
	return r, nil
}
