package flame

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Difference compares two profiles by the shares of their samples: they may have been taken for different times.
type Difference struct{ Before, Now Profile }

// Changed is a part whose share is another than before.
type Changed struct {
	Operator string  `json:"operator,omitempty"`
	What     string  `json:"what"`
	Before   float64 `json:"before"` // share of the samples, 0 to 1
	Now      float64 `json:"now"`
}

// Verdict says in words what takes more or less than before, the greatest change first.
func (d Difference) Verdict() []Changed { return d.changes(d.Before.words, d.Now.words) }

// Tops lists the innermost frames whose shares have changed most.
func (d Difference) Tops(most int) []Changed {
	all := d.changes(d.Before.tops, d.Now.tops)
	return all[:min(len(all), most)]
}

func (d Difference) changes(before, now map[string]int64) []Changed {
	keys := map[string]bool{}
	for _, counts := range [...]map[string]int64{before, now} {
		for key := range counts {
			keys[key] = true
		}
	}
	out := []Changed{}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		s := shareOf(key)
		out = append(out, Changed{
			Operator: s.Operator, What: s.What,
			Before: part(before[key], d.Before.Samples), Now: part(now[key], d.Now.Samples),
		})
	}
	slices.SortStableFunc(out, func(a, b Changed) int { return cmp.Compare(math.Abs(b.Now-b.Before), math.Abs(a.Now-a.Before)) })
	return out
}

func part(n, of int64) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Collapsed writes both counts behind each stack, as difffolded.pl does for flamegraph.pl.
func (d Difference) Collapsed() string {
	stacks := maps.Clone(d.Before.stacks)
	for stack := range d.Now.stacks {
		stacks[stack] += 0
	}
	var b strings.Builder
	for _, stack := range slices.Sorted(maps.Keys(stacks)) {
		fmt.Fprintf(&b, "%s %d %d\n", stack, d.Before.stacks[stack], d.Now.stacks[stack])
	}
	return b.String()
}
