// Package flame makes profiles of stacks that were sampled: where the time of a job's operators goes. It turns values into
// values.
package flame

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Which chooses the samples that count.
type Which string

// The choices.
const (
	CPU  Which = "cpu"  // threads that use a processor
	Wall Which = "wall" // whatever they do, waiting included
	Wait Which = "wait" // threads that wait, for records and for room in the next operator left out
)

// Profile is how often each stack was seen. A stack begins with its operator; the innermost frame is last.
type Profile struct {
	Samples int64            // that count
	Seen    int64            // all that were taken
	stacks  map[string]int64 // by frames, joined with ";"
	words   map[string]int64 // by what was done, in words
	tops    map[string]int64 // by the innermost frame
}

// Of makes a profile of samples.
func Of(samples []threads.Sample, which Which) Profile {
	p := Profile{Seen: int64(len(samples)), stacks: map[string]int64{}, words: map[string]int64{}, tops: map[string]int64{}}
	for _, s := range samples {
		waiting := s.Kind == threads.Idle || s.Kind == threads.Backpressured
		if which == CPU && (!s.OnCPU || waiting) || which == Wait && (s.OnCPU || waiting) {
			continue
		}
		frames := []string{clean(s.Operator)}
		for _, f := range slices.Backward(s.Frames) {
			frames = append(frames, clean(f))
		}
		p.Samples++
		p.stacks[strings.Join(frames, ";")]++
		p.words[s.Operator+"\x00"+s.What]++
		p.tops[frames[len(frames)-1]]++
	}
	return p
}

// clean takes what separates frames out of a name.
func clean(name string) string { return strings.NewReplacer(";", ",", "\n", " ").Replace(name) }

// Collapsed writes the profile as Brendan Gregg's flamegraph.pl and most other tools read it: a line for each stack.
func (p Profile) Collapsed() string {
	var b strings.Builder
	for _, stack := range slices.Sorted(maps.Keys(p.stacks)) {
		fmt.Fprintf(&b, "%s %d\n", stack, p.stacks[stack])
	}
	return b.String()
}

// Speedscope writes the profile for https://www.speedscope.app, which reads it in the browser without sending it anywhere.
func (p Profile) Speedscope(name string) ([]byte, error) {
	type frame struct {
		Name string `json:"name"`
	}
	frames, samples, weights := []frame{}, [][]int{}, []int64{}
	number := map[string]int{}
	for _, stack := range slices.Sorted(maps.Keys(p.stacks)) {
		var sample []int
		for f := range strings.SplitSeq(stack, ";") {
			n, ok := number[f]
			if !ok {
				n = len(frames)
				number[f] = n
				frames = append(frames, frame{f})
			}
			sample = append(sample, n)
		}
		samples, weights = append(samples, sample), append(weights, p.stacks[stack])
	}
	return json.Marshal(map[string]any{
		"$schema": "https://www.speedscope.app/file-format-schema.json", "name": name, "exporter": "autostream",
		"shared": map[string]any{"frames": frames},
		"profiles": []any{map[string]any{
			"type": "sampled", "name": name, "unit": "none", "startValue": 0, "endValue": p.Samples, "samples": samples, "weights": weights,
		}},
	})
}

// Share is a part of a profile.
type Share struct {
	Operator string  `json:"operator,omitempty"`
	What     string  `json:"what"`
	Share    float64 `json:"share"` // of the samples that count, 0 to 1
}

// Verdict says in words where the time goes, the most first.
func (p Profile) Verdict() []Share {
	return p.shares(p.words, func(key string, s *Share) { s.Operator, s.What, _ = strings.Cut(key, "\x00") })
}

// Tops lists the frames that were innermost most often.
func (p Profile) Tops(most int) []Share {
	all := p.shares(p.tops, func(key string, s *Share) { s.What = key })
	return all[:min(len(all), most)]
}

func (p Profile) shares(counts map[string]int64, fill func(string, *Share)) []Share {
	out := []Share{}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		s := Share{Share: float64(counts[key]) / float64(p.Samples)}
		fill(key, &s)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Share) int { return cmp.Compare(b.Share, a.Share) })
	return out
}
