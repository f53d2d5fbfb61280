package release

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/diag"
)

// optionTable has a line for each option of Flink's own classes, present and former names alike:
//
//	NAME<tab>FIRST<tab>LAST
//
// with the first and last line of the table of releases that accepts it. It is read out of the distributions by
// `go test -tags flink -run TestOptionTable -update`.
//
//go:embed options.tsv
var optionTable string

// Option is an option that Flink's own classes read. File systems, metric reporters and users have more.
type Option struct {
	Name        string
	First, Last Line // the releases that accept it
}

// In reports whether releases of the line accept the option.
func (o Option) In(l Line) bool { return o.First <= l && l <= o.Last }

// Options returns the options of all releases, by name. The slice is the caller's.
func Options() []Option { return slices.Clone(options()) }

// options reads the table once, when somebody asks.
var options = sync.OnceValue(func() []Option {
	options := make([]Option, 0, strings.Count(optionTable, "\n"))
	for row := range strings.Lines(optionTable) {
		cells := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		options = append(options, Option{cells[0], mustLine(cells[1]), mustLine(cells[2])})
	}
	return options
})

// mustLine reads a line of the embedded table, which a test holds to be well formed.
func mustLine(text string) Line {
	line, _, _ := split(text)
	return line
}

// OptionNamed returns the option of that name, under which some release knows it, and false when none does.
func OptionNamed(name string) (Option, bool) {
	all := options()
	at, ok := slices.BinarySearchFunc(all, name, func(o Option, name string) int { return strings.Compare(o.Name, name) })
	if !ok {
		return Option{}, false
	}
	return all[at], true
}

// Meant returns the option of the release that was probably meant by a name that no release knows: one that differs in a
// single part between dots, and there in a few letters. Options of others than Flink are rarely that close to one of
// Flink's own.
func (l Line) Meant(name string) (string, bool) {
	parts := strings.Split(name, ".")
	var close []string
	for _, o := range options() {
		if o.In(l) && nearlySame(parts, strings.Split(o.Name, ".")) {
			close = append(close, o.Name)
		}
	}
	return diag.Nearest(name, close)
}

func nearlySame(a, b []string) bool {
	if len(a) != len(b) || len(a) < 2 {
		return false
	}
	var differ int
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if _, near := diag.Nearest(a[i], b[i:i+1]); !near {
			return false
		}
		differ++
	}
	return differ == 1
}
