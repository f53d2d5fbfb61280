package diagnose

import (
	"math"
	"slices"
	"time"
)

// Lag is the way of the records through a job: who holds it up, how far it is behind, and what it would take to catch up.
type Lag struct {
	Steps      []Step   `json:"steps"`                // in topological order
	Bottleneck string   `json:"bottleneck,omitempty"` // the vertex that holds the job up; "" when none does
	Capacity   float64  `json:"capacity,omitempty"`   // records/s that the bottleneck can take at its parallelism, at most
	Pending    *float64 `json:"pendingRecords,omitempty"`
	Trend      float64  `json:"pendingPerSecond"`      // by which Pending grows, or shrinks when negative
	CatchUp    *CatchUp `json:"catchUp,omitempty"`     // nil when nothing is pending, or the connectors do not say
	Eta        float64  `json:"secondsToCatchUp"`      // at the present rate; -1 when it never does
	Observed   float64  `json:"observedForSeconds"`    // between the two looks that Trend is from
	Sources    int      `json:"sourcesThatTellLag"`    // of those that there are
	Silent     []string `json:"sourcesWithoutNumbers"` // that do not tell how far they are behind
	Topics     []Topic  `json:"topics,omitempty"`      // what brokers say about those that are read
}

// Step is one vertex on the way.
type Step struct {
	Vertex        string   `json:"vertex"`
	Inputs        []string `json:"inputs"`
	Depth         int      `json:"depth"` // vertices between it and its farthest source
	Parallelism   int      `json:"parallelism"`
	InRate        float64  `json:"recordsInPerSecond"`
	OutRate       float64  `json:"recordsOutPerSecond"`
	Busy          float64  `json:"busy"`          // of the busiest subtask; -1 where Flink does not measure it
	Backpressured float64  `json:"backpressured"` // of the one that is held up most
	Pending       *float64 `json:"pendingRecords,omitempty"`
}

// CatchUp is what it takes to have read everything that waits within a time.
type CatchUp struct {
	Within      time.Duration `json:"within"`
	Rate        float64       `json:"recordsPerSecond"`
	Parallelism int           `json:"parallelism"` // of the bottleneck, or of the sources where there is none
}

// LagOf compares two looks at a job: before may be the same as now.
func LagOf(before, now Snapshot, within time.Duration) Lag {
	l := Lag{Steps: []Step{}, Silent: []string{}, Eta: -1, Observed: now.Taken.Sub(before.Taken).Seconds()}
	depth := map[string]int{}
	arriving := 0.0
	for i := range now.Vertices {
		v := &now.Vertices[i]
		step := Step{Vertex: v.Name, Inputs: []string{}, Parallelism: v.Parallelism, InRate: v.InRate, OutRate: v.OutRate, Pending: v.Pending}
		step.Busy, _ = v.most(busy)
		step.Backpressured, _ = v.most(backpressured)
		for _, in := range now.inputs(v.ID) {
			step.Inputs = append(step.Inputs, in.Name)
			step.Depth = max(step.Depth, depth[in.ID]+1)
		}
		depth[v.ID] = step.Depth
		l.Steps = append(l.Steps, step)
		if len(step.Inputs) == 0 {
			l.source(before, v)
			arriving += v.reads()
		}
	}
	held := arriving
	p := 0
	if roots := now.roots(); len(roots) > 0 {
		r := roots[0]
		l.Bottleneck, p = r.Name, r.Parallelism
		if r.busy > 0 {
			l.Capacity = r.InRate / min(r.busy, 1)
			held = r.InRate
		}
	}
	l.catchUp(within, arriving, held, p)
	return l
}

// source adds what a source knows about how far it is behind.
func (l *Lag) source(before Snapshot, v *Vertex) {
	was := v
	if at := slices.IndexFunc(before.Vertices, func(b Vertex) bool { return b.ID == v.ID }); at >= 0 {
		was = &before.Vertices[at]
	}
	count := flinksCount
	if len(v.Partitions) > 0 {
		l.Topics = append(l.Topics, topicsOf(v)...)
		if !agree(was, v, l.Observed) {
			count = brokersCount
		}
	}
	waits, known := count(v)
	if !known {
		l.Silent = append(l.Silent, v.Name)
		return
	}
	l.Sources++
	sum := waits
	if l.Pending != nil {
		sum += *l.Pending
	}
	l.Pending = &sum
	if waited, known := count(was); known && l.Observed > 0 {
		l.Trend += (waits - waited) / l.Observed
	}
}

// catchUp works out the rate that is needed: what comes in, and what waits spread over the time. A vertex takes as much
// more as it has more subtasks (Kalavri et al., "Three steps is all you need", OSDI 2018).
func (l *Lag) catchUp(within time.Duration, reading, held float64, parallelism int) {
	if l.Pending == nil || *l.Pending <= 0 {
		return
	}
	if l.Trend < 0 {
		l.Eta = *l.Pending / -l.Trend
	}
	needed := reading + l.Trend + *l.Pending/within.Seconds()
	c := &CatchUp{Within: within, Rate: needed}
	if reading > 0 && held > 0 && l.Capacity > 0 {
		c.Parallelism = int(math.Ceil(float64(parallelism) * (needed / reading) * (held / l.Capacity)))
	}
	l.CatchUp = c
}
