package flame

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// deepest bounds the stacks of graphs that are read.
const deepest = 10_000

// Parse reads stacks that were written by Collapsed or by another profiler (async-profiler, perf), or Flink's own graph as
// its REST interface and d3-flame-graph write it. Lines that are no stacks are passed over; an error says that there is
// nothing else.
func Parse(text string) (Profile, error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		var graph struct {
			Data *Node `json:"data"`
			Node
		}
		if err := json.Unmarshal([]byte(text), &graph); err != nil {
			return Profile{}, fmt.Errorf("reading a flame graph: %w", err)
		}
		if graph.Data == nil {
			graph.Data = &graph.Node
		}
		return OfGraph(*graph.Data, "", Wall), nil
	}
	p := newProfile()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		at := strings.LastIndexByte(line, ' ')
		if at <= 0 {
			continue
		}
		n, err := strconv.ParseInt(line[at+1:], 10, 64)
		if err != nil || n <= 0 {
			continue
		}
		frames := strings.Split(line[:at], ";")
		p.Seen += n
		p.add(frames[0], frames[1:], what(frames[1:], Wall).What, n)
	}
	if p.Samples == 0 {
		return p, fmt.Errorf("no stacks, such as: a;b;c 12")
	}
	return p, nil
}

// Node is a frame of Flink's flame graphs with the samples that it was in.
type Node struct {
	Name     string `json:"name"`
	Value    int64  `json:"value"`
	Children []Node `json:"children"`
}

// OfGraph makes a profile of a graph of Flink, whose root is no frame; which says of which samples it was made. An operator
// that is given comes before the frames.
func OfGraph(root Node, operator string, which Which) Profile {
	p := newProfile()
	p.Seen = root.Value
	var frames []string
	var walk func(n Node)
	walk = func(n Node) {
		left := n.Value
		for _, child := range n.Children {
			if left -= child.Value; len(frames) < deepest {
				frames = append(frames, child.Name)
				walk(child)
				frames = frames[:len(frames)-1]
			}
		}
		if left <= 0 || len(frames) == 0 {
			return
		}
		first, rest := operator, frames
		if first == "" {
			first, rest = frames[0], frames[1:]
		}
		did := what(rest, which)
		if which == Wait && (did.Kind == threads.Idle || did.Kind == threads.Backpressured) {
			return
		}
		p.add(first, rest, did.What, left)
	}
	walk(root)
	return p
}

// what says what a stack whose outermost frame is first does. Which samples they are tells the state of their threads.
func what(frames []string, which Which) threads.Activity {
	inner := slices.Clone(frames)
	slices.Reverse(inner)
	state := threads.Runnable
	if which == Wait {
		state = threads.Waiting
	}
	return threads.ActivityOf(inner, state)
}
