package diag

import "strings"

// Nearest returns the candidate that a person most likely meant by name, and false when none is near: at most a third
// of the letters may differ, a swap of neighbours counting once. Case does not count.
func Nearest(name string, candidates []string) (string, bool) {
	best, least, found := "", 0, false
	for _, c := range candidates {
		a, b := []rune(strings.ToLower(name)), []rune(strings.ToLower(c))
		if d := edits(a, b); d <= max(len(a), len(b))/3 && (!found || d < least) {
			best, least, found = c, d, true
		}
	}
	return best, found
}

// edits is the number of letters to add, drop, change or swap with the neighbour that makes b of a (optimal string
// alignment).
func edits(a, b []rune) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range a {
		current[0] = i + 1
		for j := range b {
			change := previous[j]
			if a[i] != b[j] {
				change++
			}
			current[j+1] = min(change, previous[j+1]+1, current[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				current[j+1] = min(current[j+1], before[j-1]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
