// Package internal_test holds the code to the drawing of the house: which room may import which, which room owns a
// library, which rooms are pure, and what every file must have. Each rule stands beside its reason.
package internal_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
)

// band is a storey of the house. Imports point down: to a band with a higher number.
type band int

const (
	face       band = iota // thin: no decisions
	capability             // what AutoStream does; pure logic and its service
	substrate              // talks to the world
	foundation             // standard library only
)

// room is a folder of internal/. Beside what lies below its band it may import the rooms it lists.
type room struct {
	band  band
	may   []string // arrows inside the band
	tests []string // further arrows of its tests
}

// rooms is the drawing. A new room is drawn here before its first file.
var rooms = map[string]room{
	"app": {band: face, may: []string{"cli"}},                                // the composition root: gives commands their services
	"cli": {band: face, may: []string{"tui", "lsp"}, tests: []string{"app"}}, // scripts run the whole program
	"lsp": {band: face},
	"tui": {band: face},

	"project":  {band: capability, may: []string{"sql"}},
	"sql":      {band: capability},
	"plan":     {band: capability, may: []string{"project", "sql"}},
	"job":      {band: capability, may: []string{"project", "sql", "plan"}},
	"preview":  {band: capability, may: []string{"project", "sql"}},
	"sqlfiles": {band: capability, may: []string{"project", "sql"}}, // lint, lineage, explain and the language server read scripts alike
	"diagnose": {band: capability},
	"sqltest":  {band: capability, may: []string{"project", "sql", "preview"}},
	"demo":     {band: capability, tests: []string{"project"}}, // the clicks of the page-view example

	"dfs":    {band: substrate},
	"flink":  {band: substrate, may: []string{"dfs"}},     // snapshots lie on file systems
	"attach": {band: substrate, tests: []string{"flink"}}, // a real Java
	"target": {band: substrate, may: []string{"attach", "dfs", "flink"}, tests: []string{"kerberos"}},
	"store":  {band: substrate},

	"kafka":    {band: substrate},
	"kerberos": {band: substrate}, // how the composition root's HTTP clients sign in

	"base": {band: foundation},
}

// drivers are implementations of a port. Only the composition root names them, so that adding one changes one place.
var drivers = []string{"internal/target/kubernetes", "internal/target/local", "internal/target/yarn", "internal/store/sqlite"}

// owners gives each heavy library the one room that may import it: replacing the library costs that room and no other.
var owners = map[string][]string{
	"go.yaml.in/yaml":                            {"internal/base/yaml"},
	"charm.land/bubbletea":                       {"internal/tui"},
	"charm.land/lipgloss":                        {"internal/tui"},
	"github.com/charmbracelet/x/ansi":            {"internal/tui", "internal/cli/term", "internal/cli/diagnose"}, // widths of characters on a screen
	"modernc.org/sqlite":                         {"internal/store"},
	"github.com/twmb/franz-go":                   {"internal/kafka"},
	"github.com/jcmturner/gokrb5":                {"internal/kerberos"},
	"github.com/pressly/goose":                   {"internal/store"},
	"github.com/spf13/cobra":                     {"internal/cli", "cmd"},
	"github.com/spf13/pflag":                     {"internal/cli", "cmd"},
	"github.com/rogpeppe/go-internal/testscript": {"internal/cli"},
	"github.com/santhosh-tekuri/jsonschema":      {"internal/base/diag", "internal/project", "internal/cli/lineage"},
}

// pure rooms turn values into values: same bytes in, same bytes out. That makes them testable by tables, fuzzable, and
// safe to call from a server; clocks and contexts come as arguments or not at all.
var pure = []string{"internal/sql", "internal/plan", "internal/diagnose/failure", "internal/diagnose/threads", "internal/diagnose/frame", "internal/diagnose/jfr", "internal/base/source", "internal/base/diag", "internal/base/fault"}

// worldly are the packages through which the world enters.
var worldly = []string{"os", "net", "log", "io/ioutil", "syscall", "plugin", "math/rand", "crypto/rand", "database/sql", "context"}

// contextual are pure rooms that only look at errors of a context, never wait on one.
var contextual = []string{"internal/base/fault"}

// rule is one promise about the code.
type rule struct {
	name    string
	because string
	check   func(h *house, p *goPackage, report reporter)
}

// reporter notes that a rule is broken at a place.
type reporter func(at token.Pos, format string, args ...any)

var rules = []rule{
	{"imports point down", "a lower room must be understood, tested and replaced without knowing who lives above it", checkBands},
	{"drivers are named in app", "commands and capabilities work on any target and any store", checkDrivers},
	{"one owner per library", "replacing a library costs one room", checkOwners},
	{"the foundation is standard library", "everything stands on it, so it must not move when a dependency does", checkFoundation},
	{"pure rooms stay pure", "same bytes in, same bytes out", checkPure},
	{"nothing runs at start", "`autostream --help` must not pay for what it does not use, and order of imports must not matter", checkStart},
	{"no global mutable state", "two calls must not see each other; tests run in parallel", checkGlobals},
	{"a package says what it is in the file named after it", "a reader knows where to start", checkPackageComment},
	{"a file says what it is for", "a reader opens the right file", checkFileComment},
	{"files stay short", "a file does one thing; split it by what its parts are for", checkLength},
	{"tests on real Flink and real clusters carry the tag and the name", "`go test ./...` needs no JVM, and `make test` and `make test-clusters` must find every one", checkTaggedTests},
	{"names say what a thing is", "catch-all names collect what has no home", checkNames},
}

func TestHouse(t *testing.T) {
	t.Parallel()
	h := readHouse(t)
	for _, r := range rules {
		t.Run(strings.ReplaceAll(r.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			broken := 0
			for _, p := range h.packages {
				r.check(h, p, func(at token.Pos, format string, args ...any) {
					broken++
					t.Errorf("%s: %s", h.fset.Position(at), fmt.Sprintf(format, args...))
				})
			}
			if broken > 0 {
				t.Logf("the rule: %s, because %s", r.name, r.because)
			}
		})
	}
}

// roomOf returns the room of internal/ that a folder belongs to, and false outside internal/.
func roomOf(dir string) (string, bool) {
	rest, ok := strings.CutPrefix(dir, "internal/")
	name, _, _ := strings.Cut(rest, "/")
	return name, ok
}

func checkBands(_ *house, p *goPackage, report reporter) {
	from, ok := roomOf(p.dir)
	if !ok {
		return
	}
	home, drawn := rooms[from]
	for _, f := range p.files {
		if !drawn {
			report(f.syntax.Package, "room %s is not in the drawing: add it to rooms with its band", from)
			return
		}
		for path, at := range f.imports() {
			to, ok := roomOf(strings.TrimPrefix(path, module))
			if !ok || to == from {
				continue
			}
			arrow := slices.Contains(home.may, to) || f.test && slices.Contains(home.tests, to)
			if rooms[to].band <= home.band && !arrow {
				report(at, "%s may not import %s", from, to)
			}
		}
	}
}

func checkDrivers(_ *house, p *goPackage, report reporter) {
	if within(p.dir, "internal/app") || withinAny(p.dir, drivers) {
		return
	}
	for _, f := range p.files {
		for path, at := range f.imports() {
			if withinAny(strings.TrimPrefix(path, module), drivers) && !strings.HasSuffix(path, "/kubetest") { // the rig, for tests
				report(at, "%s names the driver %s", p.dir, path)
			}
		}
	}
}

func checkOwners(_ *house, p *goPackage, report reporter) {
	for _, f := range p.files {
		for path, at := range f.imports() {
			for library, homes := range owners {
				if within(path, library) && !withinAny(p.dir, homes) {
					report(at, "%s belongs to %s", library, strings.Join(homes, " and "))
				}
			}
		}
	}
}

func checkFoundation(_ *house, p *goPackage, report reporter) {
	if !within(p.dir, "internal/base") {
		return
	}
	for _, f := range p.files {
		for path, at := range f.imports() {
			host, _, _ := strings.Cut(path, "/")
			ours := strings.HasPrefix(path, module+"internal/base")
			owned := slices.ContainsFunc(slices.Collect(maps.Keys(owners)), func(library string) bool {
				return within(path, library) && withinAny(p.dir, owners[library])
			})
			if strings.Contains(host, ".") && !ours && !owned && !f.test {
				report(at, "%s is not in the standard library", path)
			}
		}
	}
}

func checkPure(_ *house, p *goPackage, report reporter) {
	if !withinAny(p.dir, pure) {
		return
	}
	for _, f := range p.files {
		if f.test || f.syntax.Name.Name == "main" { // generators read and write files
			continue
		}
		for path, at := range f.imports() {
			if withinAny(path, worldly) && (path != "context" || !slices.Contains(contextual, p.dir)) {
				report(at, "%s lets the world in", path)
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if ok && isName(call.X, "time") && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"}, call.Sel.Name) {
				report(call.Pos(), "time.%s reads a clock: take the time as an argument", call.Sel.Name)
			}
			return true
		})
	}
}

// isName says whether an expression is an identifier of that name which no declaration of the file shadows.
func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name && id.Obj == nil
}
