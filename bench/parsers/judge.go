package main

import (
	"fmt"
	"strings"
	"time"
)

// What the project promises: the least ratios to other parsers, the least speed of the lexer in MB/s, the most
// allocations for 100 bytes, and by how much a byte of a text a hundred times as long may cost more.
const (
	leastMemefish   = 3
	leastTidb       = 4
	leastLexer      = 250
	mostAllocations = 3
	mostGrowth      = 1.5
)

// judge prints how the contestants did on a text and returns the broken promises.
func judge(t text, all []*contestant, w way) (broken []string) {
	ours, lexer, memefish, tidb := all[0], all[1], all[2], all[3]
	fmt.Printf("  %s\n", w)
	for _, c := range all {
		fmt.Printf("    %-10s %7.1f MB/s  %5d statements  %5.2f allocations per 100 bytes\n", c.name, c.speed(w), len(c.statements), c.allocations(w))
	}
	promise := func(kept bool, format string, args ...any) {
		if !kept {
			broken = append(broken, fmt.Sprintf("%s %s: ", t.name, w)+fmt.Sprintf(format, args...))
		}
	}
	for _, rival := range []struct {
		*contestant
		least float64
	}{{memefish, leastMemefish}, {tidb, leastTidb}} {
		if rival.speed(w) == 0 {
			continue
		}
		ratio := ours.speed(w) / rival.speed(w)
		fmt.Printf("    %.1f × %s (promised %.0f)\n", ratio, rival.name, rival.least)
		promise(!t.judged || ratio >= rival.least, "%.1f × %s, promised %.0f", ratio, rival.name, rival.least)
	}
	promise(!t.judged || lexer.speed(w) >= leastLexer, "the lexer reads %.0f MB/s, promised %d", lexer.speed(w), leastLexer)
	promise(ours.allocations(w) <= mostAllocations, "%.2f allocations per 100 bytes, promised %d", ours.allocations(w), mostAllocations)
	return broken
}

// allocations is how many there are for 100 bytes.
func (c *contestant) allocations(w way) float64 {
	return 100 * float64(c.ways[w].allocs) / float64(max(1, len(c.script)))
}

// growth parses 1, 10 and 100 times the script of a contestant and compares what a byte costs.
func growth(c *contestant) (broken []string) {
	fmt.Print("  time for a byte of")
	var first time.Duration
	for _, times := range []int{1, 10, 100} {
		script := strings.Repeat(c.script+";\n", times)
		var best time.Duration
		for range 5 {
			if took := measure(c.parse, []string{script}).cpu; best == 0 || took < best {
				best = took
			}
		}
		if first == 0 {
			first = best
		}
		ratio := float64(best) / float64(first) / float64(times)
		fmt.Printf("  %d× the text: %.2f ns (×%.2f)", times, float64(best.Nanoseconds())/float64(len(script)), ratio)
		if ratio > mostGrowth {
			broken = append(broken, fmt.Sprintf("a byte of %d times the text costs %.2f times as much, promised %.1f", times, ratio, mostGrowth))
		}
	}
	fmt.Println()
	return broken
}
