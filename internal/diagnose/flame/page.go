package flame

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed page.html
var page string

// wordsOnPage is how many lines of a verdict a page has.
const wordsOnPage = 12

// pageProfile is what a page draws.
type pageProfile struct {
	Name    string      `json:"name"`
	About   string      `json:"about"`
	Samples int64       `json:"samples"`
	Before  *int64      `json:"before,omitempty"` // samples, in a difference
	Verdict [][2]string `json:"verdict"`
	Names   []string    `json:"names"`
	Frames  [][]int64   `json:"frames"` // in the order of a walk: depth from 1, name, samples, and samples before in a difference
}

// Page writes the profile as one HTML file with the verdict and a flame graph to zoom and search in. It loads nothing.
func (p Profile) Page(name string) ([]byte, error) {
	d := pageProfile{Name: name, Samples: p.Samples, About: fmt.Sprintf("%d of %d samples", p.Samples, p.Seen), Verdict: [][2]string{}}
	for _, s := range p.Verdict() {
		d.Verdict = append(d.Verdict, [2]string{fmt.Sprintf("%.0f %%", 100*s.Share), s.Operator + ": " + s.What})
	}
	d.Names, d.Frames = walk(p.stacks, nil)
	return d.render()
}

// Page writes the difference as one HTML file: what takes more than before is red, what takes less is blue.
func (d Difference) Page(name string) ([]byte, error) {
	out := pageProfile{
		Name: name, Samples: d.Now.Samples, Before: &d.Before.Samples, Verdict: [][2]string{},
		About: fmt.Sprintf("%d samples, %d before; red takes more than before, blue less", d.Now.Samples, d.Before.Samples),
	}
	for _, c := range d.Verdict() {
		out.Verdict = append(out.Verdict, [2]string{fmt.Sprintf("%.0f %% → %.0f %%", 100*c.Before, 100*c.Now), c.Operator + ": " + c.What})
	}
	out.Names, out.Frames = walk(d.Now.stacks, d.Before.stacks)
	return out.render()
}

func (d pageProfile) render() ([]byte, error) {
	d.Verdict = d.Verdict[:min(len(d.Verdict), wordsOnPage)]
	text, err := json.Marshal(d) // < and > are escaped: nothing in a name ends the script
	if err != nil {
		return nil, err
	}
	return []byte(strings.Replace(page, "PROFILE", string(text), 1)), nil
}

// walk makes a tree of stacks: its frames in the order of a walk, with the samples below them. Where before is not nil,
// each frame has those of before as well.
func walk(now, before map[string]int64) (names []string, frames [][]int64) {
	all := slices.Collect(maps.Keys(now))
	for stack := range before {
		if _, both := now[stack]; !both {
			all = append(all, stack)
		}
	}
	slices.SortFunc(all, compareStacks)
	number := map[string]int64{}
	var way []string // names of the open frames
	var open []int   // their places in frames
	names = []string{}
	frames = [][]int64{}
	for _, stack := range all {
		depth := 0
		for name := range strings.SplitSeq(stack, ";") {
			if depth == len(way) || way[depth] != name {
				way, open = append(way[:depth], name), append(open[:depth], len(frames))
				n, known := number[name]
				if !known {
					n = int64(len(names))
					number[name] = n
					names = append(names, name)
				}
				frame := []int64{int64(depth + 1), n, 0}
				if before != nil {
					frame = append(frame, 0)
				}
				frames = append(frames, frame)
			}
			f := frames[open[depth]]
			if f[2] += now[stack]; before != nil {
				f[3] += before[stack]
			}
			depth++
		}
		way, open = way[:depth], open[:depth]
	}
	return names, frames
}

// compareStacks orders stacks so that those with the same outer frames follow each other.
func compareStacks(a, b string) int {
	const block = 64
	for len(a) >= block && len(b) >= block && a[:block] == b[:block] { // stacks have much in common
		a, b = a[block:], b[block:]
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return frameFirst(a[i]) - frameFirst(b[i])
		}
	}
	return len(a) - len(b)
}

// frameFirst lets the end of a frame come before every other character.
func frameFirst(c byte) int {
	if c == ';' {
		return -1
	}
	return int(c)
}
