package diag

import "strings"

// Nearest returns the candidate that a person most likely meant by name, and false when none is near: at most a third
// of the letters (and at least one) may differ, a swap of neighbours counting once. Case does not count.
func Nearest(name string, candidates []string) (string, bool) {
	best, distance := "", max(1, len([]rune(name))/3)+1
	for _, c := range candidates {
		if d := edits([]rune(strings.ToLower(name)), []rune(strings.ToLower(c))); d < distance {
			best, distance = c, d
		}
	}
	return best, best != ""
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
