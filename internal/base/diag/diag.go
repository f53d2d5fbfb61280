// Package diag holds findings about user text and writes them for people and programs.
//
// A finding is not an error: it is about what the user wrote (SQL, YAML), has a position, and is collected with all
// others of its run. Errors, in package fault, are about something that failed.
package diag

import (
	"cmp"
	"slices"

	"github.com/autostream/autostream/internal/base/source"
)

// Level says how bad a finding is. The zero value is Error, so that a finding without a level is never overlooked.
type Level int

// The levels, worst first.
const (
	Error   Level = iota // Flink of that release refuses it
	Warning              // it runs but hurts
	Note                 // style
)

// String returns the word that the JSON contract uses.
func (l Level) String() string { return [...]string{"error", "warning", "note"}[l] }

// Category groups rules: AS1xxx syntax, AS2xxx name, AS3xxx type, AS4xxx connector, AS5xxx streaming, AS6xxx
// compatibility, AS7xxx hygiene.
type Category string

// The categories of the JSON contract.
const (
	Syntax        Category = "syntax"
	Name          Category = "name"
	Type          Category = "type"
	Streaming     Category = "streaming"
	Connector     Category = "connector"
	Compatibility Category = "compatibility"
	Hygiene       Category = "hygiene"

	// Project is for rules about the project file and what it names: AP1xxx form, AP2xxx meaning.
	Project Category = "project"
)

// Finding is one remark about one place in a user's text.
type Finding struct {
	Rule      string // "AS1001"; ids are never reused
	Name      string // "syntax-error"
	Level     Level
	Category  Category
	File      *source.File
	Span      source.Span
	Statement int    // counted from 1 in its file; 0 where there are no statements
	Message   string // what is wrong, with the name of the thing; no full stop
	Help      string // the way out, one sentence; may be empty
	Related   []Related
	Fixes     []Fix
}

// Related points at another place that a finding is about, such as the first of two definitions.
type Related struct {
	File    *source.File
	Span    source.Span
	Message string
}

// Fix is a change of the text that removes the finding. A safe fix never changes what the text means.
type Fix struct {
	Title string
	Safe  bool
	Edits []Edit
}

// Edit replaces a span of the finding's file. The edits of one fix do not overlap.
type Edit struct {
	Span source.Span
	Text string
}

// Sort orders findings by file name, then place, then rule: the order in which they are printed.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File.Name, b.File.Name), cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Level, b.Level), cmp.Compare(a.Rule, b.Rule))
	})
}

// Worst returns the worst level among the findings, and false when there are none.
func Worst(findings []Finding) (Level, bool) {
	worst, found := Note, false
	for _, f := range findings {
		worst, found = min(worst, f.Level), true
	}
	return worst, found
}
