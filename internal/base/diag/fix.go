package diag

import (
	"cmp"
	"slices"
	"strings"
)

// Apply makes the edits of fixes in a text and returns it with the number of fixes that were made. A fix is made as a whole
// or not at all: one that touches what an earlier fix of the list has changed is left for the next round.
func Apply(text string, fixes []Fix) (string, int) {
	var edits []Edit
	made := 0
	for _, f := range fixes {
		if !slices.ContainsFunc(f.Edits, func(e Edit) bool { return slices.ContainsFunc(edits, e.touches) }) {
			edits = append(edits, f.Edits...)
			made++
		}
	}
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	var out strings.Builder
	done := 0
	for _, e := range edits {
		out.WriteString(text[done:e.Span.Start])
		out.WriteString(e.Text)
		done = e.Span.End
	}
	out.WriteString(text[done:])
	return out.String(), made
}

// touches says whether two edits overlap or meet, so that their order would matter.
func (e Edit) touches(other Edit) bool {
	return e.Span.Start <= other.Span.End && other.Span.Start <= e.Span.End
}
