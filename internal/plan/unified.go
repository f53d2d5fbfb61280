package plan

import (
	"slices"

	"github.com/autostream/autostream/internal/base/linediff"
)

// Unified compares two forms of a job as text, in the format of diff -u with the given names; "" when the texts are the
// same. Layout and comments of statements count here.
func Unified(oldName, newName string, old, new Spec) string {
	return linediff.Unified(oldName, newName, slices.Concat(old.settings(), old.lines()), slices.Concat(new.settings(), new.lines()))
}

// Statements compares the statements of two forms of a job as Unified does; "" when they have the same tokens.
func Statements(oldName, newName string, old, new Spec) string {
	if gone, added := sqlLines(old, new); gone+added == 0 {
		return ""
	}
	return linediff.Unified(oldName, newName, old.lines(), new.lines())
}
