// Package flame makes profiles of stacks that were sampled: where the time of a job's operators goes. It turns values into
// values.
//
//	samples of threads ─┐             ┌─▶ verdict in words, innermost frames
//	Flink's own graphs ─┼─▶ Profile ──┼─▶ collapsed, speedscope, pprof, a page
//	collapsed stacks ───┘             └─▶ difference of two
package flame

import (
	"cmp"
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
	// Allocation counts bytes of objects that were made. Only recordings tell.
	Allocation Which = "alloc"
)

// Profile is how often each stack was seen. A stack begins with its operator; the innermost frame is last.
type Profile struct {
	Samples int64            // that count
	Seen    int64            // all that were taken
	stacks  map[string]int64 // by frames, joined with ";"
	words   map[string]int64 // by operator and what was done, in words
	tops    map[string]int64 // by the innermost frame
}

func newProfile() Profile {
	return Profile{stacks: map[string]int64{}, words: map[string]int64{}, tops: map[string]int64{}}
}

// Of makes a profile of samples.
func Of(samples []threads.Sample, which Which) Profile {
	p := newProfile()
	for _, s := range samples {
		p.Seen++
		waiting := s.Kind == threads.Idle || s.Kind == threads.Backpressured
		if which == CPU && (!s.OnCPU || waiting) || which == Wait && (s.OnCPU || waiting) {
			continue
		}
		frames := slices.Clone(s.Frames)
		slices.Reverse(frames)
		p.add(s.Operator, frames, s.What, 1)
	}
	return p
}

// add counts a stack, whose outermost frame is first. Frames must not be changed afterwards.
func (p *Profile) add(operator string, frames []string, what string, times int64) {
	var b strings.Builder
	length := len(operator)
	for _, f := range frames {
		length += 1 + len(f)
	}
	b.Grow(length)
	b.WriteString(clean(operator))
	top := operator
	for _, f := range frames {
		top = clean(f)
		b.WriteByte(';')
		b.WriteString(top)
	}
	p.Samples += times
	p.stacks[b.String()] += times
	p.words[operator+"\x00"+what] += times
	p.tops[top] += times
}

// clean takes what separates frames out of a name.
func clean(name string) string {
	if strings.IndexByte(name, ';') < 0 && strings.IndexByte(name, '\n') < 0 {
		return name
	}
	return strings.NewReplacer(";", ",", "\n", " ").Replace(name)
}

// Plus adds another profile, such as that of another operator.
func (p Profile) Plus(other Profile) Profile {
	sum := newProfile()
	sum.Samples, sum.Seen = p.Samples+other.Samples, p.Seen+other.Seen
	for _, one := range [...]Profile{p, other} {
		for stack, n := range one.stacks {
			sum.stacks[stack] += n
		}
		for what, n := range one.words {
			sum.words[what] += n
		}
		for top, n := range one.tops {
			sum.tops[top] += n
		}
	}
	return sum
}

// Collapsed writes the profile as Brendan Gregg's flamegraph.pl and most other tools read it: a line for each stack.
func (p Profile) Collapsed() string {
	var b strings.Builder
	for _, stack := range slices.Sorted(maps.Keys(p.stacks)) {
		fmt.Fprintf(&b, "%s %d\n", stack, p.stacks[stack])
	}
	return b.String()
}

// Share is a part of a profile.
type Share struct {
	Operator string  `json:"operator,omitempty"`
	What     string  `json:"what"`
	Share    float64 `json:"share"` // of the samples that count, 0 to 1
}

// Verdict says in words where the time goes, the most first.
func (p Profile) Verdict() []Share { return p.shares(p.words) }

// Tops lists the frames that were innermost most often.
func (p Profile) Tops(most int) []Share {
	all := p.shares(p.tops)
	return all[:min(len(all), most)]
}

func (p Profile) shares(counts map[string]int64) []Share {
	out := []Share{}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		s := shareOf(key)
		s.Share = float64(counts[key]) / float64(p.Samples)
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Share) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

// shareOf names what a key of words or tops stands for.
func shareOf(key string) Share {
	if operator, what, both := strings.Cut(key, "\x00"); both {
		return Share{Operator: operator, What: what}
	}
	return Share{What: key}
}
