// What a change does to the operators of a job.

package evolve

import (
	"slices"
	"strconv"
)

// Edit is an operator that one of two versions of a job does not have, or that is not the same in both.
type Edit struct {
	Name   string // as Node.Name
	Was    string // what it did, in words; "" of one that does it without words
	Now    string
	WasID  string // "" of one that is new
	NowID  string // "" of one that is gone
	Keeps  bool   // it has state, or may have
	States string // the types of what it keeps, where they have changed: "accState ROW(BIGINT) → ROW(BIGINT, INT)"
}

// Moved reports whether an operator is the same under another id.
func (e Edit) Moved() bool { return e.WasID != "" && e.NowID != "" && e.WasID != e.NowID }

// Edits lists the operators that differ between two versions of a job, in the order of their graphs. One without state that
// only has another id is the same.
func Edits(old, new Job) []Edit {
	d := &delta{
		was: describing{GraphOf(old), newDigests(old.Functions), old}, is: describing{GraphOf(new), newDigests(new.Functions), new},
		partner: map[*Node]*Node{},
	}
	before, after := d.was.graph.lanes(), d.is.graph.lanes()
	for _, sink := range before {
		at := slices.IndexFunc(after, func(l lane) bool { return l.name == sink.name })
		if at >= 0 {
			d.align(d.free(sink.nodes), d.free(after[at].nodes))
		}
	}
	// What is left of sinks that only one version has may still be shared with others.
	d.align(d.free(d.was.graph.Nodes), d.free(d.is.graph.Nodes))
	return d.edits()
}

// lane is a sink and all operators that its rows come through, each behind its inputs.
type lane struct {
	name  string // of the sink, with a number where several have it
	nodes []*Node
}

func (g *Graph) lanes() []lane {
	outputs, count := g.outputs(), map[string]int{}
	var all []lane
	for _, n := range g.Nodes {
		if len(outputs[n]) > 0 {
			continue
		}
		l := lane{name: n.Name + " " + strconv.Itoa(count[n.Name])}
		count[n.Name]++
		l.gather(n)
		all = append(all, l)
	}
	return all
}

func (l *lane) gather(n *Node) {
	if slices.Contains(l.nodes, n) {
		return
	}
	for _, in := range n.Inputs {
		l.gather(in.From)
	}
	l.nodes = append(l.nodes, n)
}

// delta pairs the operators of two graphs.
type delta struct {
	was, is describing
	partner map[*Node]*Node // both ways
}

func (d *delta) free(nodes []*Node) []*Node {
	return slices.DeleteFunc(slices.Clone(nodes), func(n *Node) bool { return d.partner[n] != nil })
}

// likeness says how well two operators fit: 0 for those that are not to be paired.
func (d *delta) likeness(old, now *Node) int {
	var likeness int
	switch {
	case old.Name == now.Name && d.was.words(old) == d.is.words(now):
		likeness = 4
	case old.Name == now.Name:
		likeness = 2
	case old.op != nil && now.op != nil && old.op.Kind == now.op.Kind:
		likeness = 1
	default:
		return 0
	}
	if old.ID == now.ID {
		likeness++
	}
	return likeness
}

// align pairs operators of two lists without crossing, so that their likeness is the greatest in all.
func (d *delta) align(old, now []*Node) {
	best := make([][]int, len(old)+1)
	for i := range best {
		best[i] = make([]int, len(now)+1)
	}
	for i, was := range slices.Backward(old) {
		for j := len(now) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if l := d.likeness(was, now[j]); l > 0 {
				best[i][j] = max(best[i][j], l+best[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(old) && j < len(now); {
		switch l := d.likeness(old[i], now[j]); {
		case l > 0 && best[i][j] == l+best[i+1][j+1]:
			d.partner[old[i]], d.partner[now[j]] = now[j], old[i]
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
}

// edits lists what the pairs show: what is gone stands where it was.
func (d *delta) edits() []Edit {
	var all []Edit
	gone := d.was.graph.Nodes
	flush := func(until *Node) {
		for len(gone) > 0 && gone[0] != until {
			if n := gone[0]; d.partner[n] == nil {
				all = append(all, Edit{Name: n.Name, Was: d.was.words(n), WasID: n.ID, Keeps: n.keeps()})
			}
			gone = gone[1:]
		}
	}
	for _, n := range d.is.graph.Nodes {
		old := d.partner[n]
		if old == nil {
			all = append(all, Edit{Name: n.Name, Now: d.is.words(n), NowID: n.ID, Keeps: n.keeps()})
			continue
		}
		if slices.Contains(gone, old) {
			flush(old)
		}
		e := Edit{Name: n.Name, Was: d.was.words(old), Now: d.is.words(n), WasID: old.ID, NowID: n.ID, Keeps: old.keeps() || n.keeps(), States: retyped(old, n)}
		if old.Name != n.Name {
			e.Name = old.Name + " → " + n.Name
		}
		if old.Name != n.Name || e.Was != e.Now || e.States != "" || e.Moved() && e.Keeps {
			all = append(all, e)
		}
	}
	flush(nil)
	return all
}

func (n *Node) keeps() bool { return len(n.States) > 0 || n.Unknown }
