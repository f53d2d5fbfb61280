package diagnose

import (
	"cmp"
	"slices"
)

// Likelihoods: of two findings the one with the greater weight is more likely what the other comes from.
const (
	weighState      = 101 // fills the heap of a job that fails because of that
	weighFailure    = 100 // a job that fails does nothing else
	weighDeadlock   = 95
	weighGC         = 92 // slows everything in the process down
	weighBlocked    = 90
	weighSkew       = 89 // barriers wait behind the records of the subtask that has most of them
	weighCheckpoint = 88
	weighBottleneck = 80
	weighWatermark  = 75
	weighLogFlood   = 72
	weighHotCode    = 70
	weighLag        = 60 // comes from something else, mostly
	weighMemory     = 50
	weighEarlier    = 30 // something that is over
	weighRemark     = 10
)

// judges look at a snapshot, each for one kind of trouble.
var judges = [...]func(*Snapshot) []Finding{
	judgeFailures, judgeSlots, judgeStart, judgeThreads, judgeMachines, judgeCheckpoints, judgeState, judgeFlow, judgeSkew, judgeLag, judgeWatermarks, judgeLate, judgeHotCode,
}

// Judge returns what is wrong with a job, the most likely cause first.
func Judge(s Snapshot) []Finding {
	findings := []Finding{}
	for _, judge := range judges {
		findings = append(findings, judge(&s)...)
	}
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rankOf(a.Severity), rankOf(b.Severity)), cmp.Compare(b.weight, a.weight))
	})
	return findings
}

// AnySerious says whether one of the findings is serious.
func AnySerious(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Serious })
}

func rankOf(s Severity) int { return slices.Index([]Severity{Serious, Warning, Note}, s) }

// inputs lists the vertices that a vertex reads from.
func (s *Snapshot) inputs(id string) []*Vertex {
	var out []*Vertex
	for _, e := range s.Edges {
		if e.To != id {
			continue
		}
		for i := range s.Vertices {
			if s.Vertices[i].ID == e.From {
				out = append(out, &s.Vertices[i])
			}
		}
	}
	return out
}

// most is the largest value of the subtasks, and the subtask that has it; -1 where none has one.
func (v *Vertex) most(of func(Subtask) float64) (float64, Subtask) {
	best, which := -1.0, Subtask{}
	for _, t := range v.Subtasks {
		if x := of(t); x > best {
			best, which = x, t
		}
	}
	return best, which
}

func busy(t Subtask) float64          { return t.Busy }
func backpressured(t Subtask) float64 { return t.Backpressured }

// least is the smallest value of the subtasks that have one.
func (v *Vertex) least(of func(Subtask) float64) float64 {
	least := -1.0
	for _, t := range v.Subtasks {
		if x := of(t); x >= 0 && (least < 0 || x < least) {
			least = x
		}
	}
	return least
}
