// Package linediff compares two texts line by line, in the format of diff -u.
package linediff

import (
	"fmt"
	"slices"
	"strings"
)

// around is how many unchanged lines stand around a change.
const around = 3

// line is a line of a comparison: ' ' in both texts, '-' only in the old one, '+' only in the new one.
type line struct {
	mark byte
	text string
}

// Unified compares two lists of lines and returns what diff -u would print under these names; "" when they are the same.
func Unified(oldName, newName string, old, new []string) string {
	lines := compare(old, new)
	var out strings.Builder
	for from, to := range hunks(lines) {
		if out.Len() == 0 {
			fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
		}
		writeHunk(&out, lines, from, to)
	}
	return out.String()
}

// Count returns how many lines only the old and only the new list has.
func Count(old, new []string) (gone, added int) {
	for _, l := range compare(old, new) {
		switch l.mark {
		case '-':
			gone++
		case '+':
			added++
		}
	}
	return gone, added
}

// hunks yields the ranges of lines that hold changes with their context.
func hunks(lines []line) func(func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		for i := 0; i < len(lines); i++ {
			if lines[i].mark == ' ' {
				continue
			}
			from, last := max(0, i-around), i
			for ; i < len(lines) && i <= last+2*around; i++ {
				if lines[i].mark != ' ' {
					last = i
				}
			}
			to := min(len(lines), last+around+1)
			if !yield(from, to) {
				return
			}
			i = to - 1
		}
	}
}

func writeHunk(out *strings.Builder, lines []line, from, to int) {
	count := func(some []line, marks string) int {
		n := 0
		for _, l := range some {
			if strings.IndexByte(marks, l.mark) >= 0 {
				n++
			}
		}
		return n
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", count(lines[:from], " -")+1, count(lines[from:to], " -"),
		count(lines[:from], " +")+1, count(lines[from:to], " +"))
	for _, l := range lines[from:to] {
		fmt.Fprintf(out, "%c%s\n", l.mark, l.text)
	}
}

// compareLimit bounds the table of compare, so that two huge scripts cost megabytes and not gigabytes.
const compareLimit = 16 << 20

// compare finds a shortest way from one text to another. What both begin and end with is taken off first; beyond the
// limit all of the rest counts as changed.
func compare(old, new []string) []line {
	var head, tail []line
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		head = append(head, line{' ', old[0]})
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		tail = append(tail, line{' ', old[len(old)-1]})
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	slices.Reverse(tail)
	return slices.Concat(head, middle(old, new), tail)
}

func middle(old, new []string) []line {
	var out []line
	if (len(old)+1)*(len(new)+1) <= compareLimit {
		common := commonLengths(old, new)
		for len(old) > 0 && len(new) > 0 {
			switch i, j := len(common)-1-len(old), len(common[0])-1-len(new); {
			case old[0] == new[0]:
				out = append(out, line{' ', old[0]})
				old, new = old[1:], new[1:]
			case common[i+1][j] >= common[i][j+1]:
				out, old = append(out, line{'-', old[0]}), old[1:]
			default:
				out, new = append(out, line{'+', new[0]}), new[1:]
			}
		}
	}
	for _, text := range old {
		out = append(out, line{'-', text})
	}
	for _, text := range new {
		out = append(out, line{'+', text})
	}
	return out
}

// commonLengths is the table of the longest common subsequence: at [i][j] that of old[i:] and new[j:].
func commonLengths(old, new []string) [][]int32 {
	table := make([][]int32, len(old)+1)
	for i := range table {
		table[i] = make([]int32, len(new)+1)
	}
	for i, o := range slices.Backward(old) {
		for j := len(new) - 1; j >= 0; j-- {
			if o == new[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}
