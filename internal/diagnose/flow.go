package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/frame"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Limits of how tasks should spend their time.
const (
	pressed   = 0.5 // from this share of its time on, backpressure holds a task up
	saturated = 0.8 // from this share on a task cannot take more
	uneven    = 1.8 // times the mean that the largest subtask may have
)

// root is the vertex that backpressure comes from.
type root struct {
	*Vertex
	held []*Vertex // the vertices that wait for it
	busy float64   // of its busiest subtask
	hot  Subtask
}

// roots finds the vertices whose inputs are backpressured and that are not backpressured themselves: those that hold the
// job up.
func (s *Snapshot) roots() []root {
	var found []root
	for i := range s.Vertices {
		v := &s.Vertices[i]
		if share, _ := v.most(backpressured); share >= pressed {
			continue
		}
		var held []*Vertex
		for _, in := range s.inputs(v.ID) {
			if share, _ := in.most(backpressured); share >= pressed {
				held = append(held, in)
			}
		}
		share, hot := v.most(busy)
		if len(held) > 0 && (share >= pressed || share < 0) {
			found = append(found, root{Vertex: v, held: held, busy: share, hot: hot})
		}
	}
	return found
}

// judgeFlow tells which operator holds the job up, and why.
func judgeFlow(s *Snapshot) []Finding {
	findings := s.held()
	for _, r := range s.roots() {
		if s.standsStill(r.Vertex) {
			continue // judgeThreads has said so
		}
		f := Finding{ID: "bottleneck", Severity: Serious, weight: weighBottleneck, Doc: pressureDoc}
		share, _ := r.held[0].most(backpressured)
		f.Evidence = append(f.Evidence, fmt.Sprintf("%s is busy %.0f %% of its time (should be below %.0f %%)", r.Name, 100*max(r.busy, 0), 100*saturated),
			fmt.Sprintf("%s waits for it %.0f %% of its time (should be below %.0f %%)", r.held[0].Name, 100*share, 100*pressed),
			fmt.Sprintf("it takes %.0f records/s", r.InRate))
		f.Effect = "The sources cannot read faster than it works: lag grows when more comes in, and checkpoints wait behind the records in the buffers."
		if skew(&f, r) {
			findings = append(findings, f)
			continue
		}
		s.reason(&f, r)
		findings = append(findings, f)
	}
	return findings
}

// held tells of sources that are held up by an operator in the same task, where no backpressure shows: the task does next to
// nothing but wait for another system, or for something else that the job's own code waits for.
func (s *Snapshot) held() (findings []Finding) {
	for i := range s.Vertices {
		v := &s.Vertices[i]
		share, _ := v.most(busy)
		pressure, _ := v.most(backpressured)
		_, waits := s.slowedBy(v.Name)
		if len(s.inputs(v.ID)) > 0 || waits < always || share >= 0 && share < saturated || pressure >= pressed || s.standsStill(v) {
			continue
		}
		f := Finding{ID: "bottleneck", Severity: Serious, weight: weighBottleneck, Doc: pressureDoc, Effect: "It cannot read faster than that: lag grows when more comes in."}
		f.Evidence = []string{fmt.Sprintf("it takes %.0f records/s", v.reads())}
		if share >= 0 {
			f.Evidence = append(f.Evidence, fmt.Sprintf("it is busy %.0f %% of its time (should be below %.0f %%)", 100*share, 100*saturated))
		}
		if v.Pending != nil && *v.Pending < several {
			f.Severity = Warning // it keeps up, just
			f.Evidence = append(f.Evidence, fmt.Sprintf("%.0f records wait", *v.Pending))
		}
		s.reason(&f, root{Vertex: v, busy: share})
		findings = append(findings, f)
	}
	return findings
}

// ofSource says whether what is done is done by the source itself: one that the job brings with it may wait for its input, or
// keep to a rate, in any way.
func ofSource(d threads.Doing) bool {
	for _, f := range d.Stack[slices.Index(d.Stack, d.At)+1:] {
		if !frame.Own(f) && !frame.OfJDK(f) {
			return strings.HasPrefix(f, "org.apache.flink.streaming.api.operators.StreamSource.") || strings.HasPrefix(f, "org.apache.flink.streaming.api.operators.SourceOperator.")
		}
	}
	return false
}

const pressureDoc = "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/monitoring/back_pressure/"

// reason tells by its threads why an operator is slow.
func (s *Snapshot) reason(f *Finding, r root) {
	f.Title = r.Name + " cannot keep up"
	f.Fix = fmt.Sprintf("Give it a higher parallelism: it has %d. To see where its time goes:\nautostream diagnose flame %s", r.Parallelism, s.Job)
	f.Config = []failure.Setting{{Key: "parallelism.default", Value: fmt.Sprint(2 * r.Parallelism)}}
	doing, _ := s.slowedBy(r.Name)
	if doing.Share == 0 {
		return
	}
	f.Evidence = append(f.Evidence, fmt.Sprintf("in %.0f %% of %d samples it %s", 100*doing.Share, s.Threads.Samples, strings.TrimPrefix(doing.What, "the job's own code ")+at(doing)))
	switch doing.Kind {
	case threads.External:
		f.ID = "slow-external"
		f.Title = fmt.Sprintf("%s is slow because it %s", r.Name, verb(doing.What))
		f.Fix = "Make the other system faster, ask it less (cache, batches, asynchronous calls), or ask from more subtasks at once."
	case threads.OnLock:
		f.ID, f.Fix, f.Config = "hot-lock", lessLocking, nil
		f.Title = fmt.Sprintf("%s is slow because it %s", r.Name, doing.What)
	case threads.OwnWait:
		f.ID = "slow-call"
		f.Title = fmt.Sprintf("%s is slow because %s%s", r.Name, doing.What, at(doing))
		f.Fix = "Make the call asynchronous (AsyncFunction, lookup join with async), cache its answers, or make it from more subtasks at once."
		switch {
		case onLock(doing):
			f.ID, f.Fix, f.Config = "hot-lock", lessLocking, nil
		case strings.Contains(doing.What, "element of a queue"), strings.Contains(doing.What, "permit of a semaphore"):
			f.Fix = "If that is a pool, see that everything that is taken from it is given back, after exceptions too, and make it as large as there are subtasks in a process; otherwise see why so little comes."
			f.Config = nil
		}
	case threads.InState:
		f.ID = "slow-state"
		f.Title = fmt.Sprintf("%s is slow because it %s", r.Name, doing.What)
		f.Fix = "Give RocksDB more memory and a fast disk; let state expire (table.exec.state.ttl)."
		f.Config = []failure.Setting{{Key: "taskmanager.memory.managed.fraction", Value: "0.6"}, {Key: "state.backend.rocksdb.predefined-options", Value: "FLASH_SSD_OPTIMIZED"}}
	case threads.OwnWork, threads.Busy:
		f.ID = "slow-code"
		f.Title = fmt.Sprintf("%s needs more processors: it %s%s", r.Name, doing.What, at(doing))
	}
}

// verb makes "waits for …" of what own code does.
func verb(what string) string { return strings.TrimPrefix(what, "the job's own code ") }

func at(d threads.Doing) string {
	if d.At == "" || d.Kind != threads.OwnWait && d.Kind != threads.OwnWork && d.Kind != threads.External {
		return ""
	}
	return " at " + d.At
}

// contended is the share of samples from which on a lock is what makes an operator slow, whatever is done by who holds it.
const contended = 0.4

// slowedBy is what makes a vertex slow, and the share of the samples in which its subtasks waited: for a lock, another system,
// or something else that the job's own code waits for.
func (s *Snapshot) slowedBy(vertex string) (by threads.Doing, waits float64) {
	for _, d := range s.doings(vertex) {
		lock := onLock(d)
		if by.Share == 0 || lock && d.Share >= contended {
			by = d
		}
		if (lock || d.Kind == threads.External || d.Kind == threads.OwnWait) && !ofSource(d) {
			waits += d.Share
		}
	}
	return by, waits
}

// doing is what the subtasks of a vertex do most, idling and waiting for others left out.
func (s *Snapshot) doing(vertex string) (threads.Doing, bool) {
	all := s.doings(vertex)
	if len(all) == 0 {
		return threads.Doing{}, false
	}
	return all[0], true
}

// doings is all that the subtasks of a vertex do, what they do most first, idling and waiting for others left out.
func (s *Snapshot) doings(vertex string) (all []threads.Doing) {
	for _, o := range s.Threads.Operators {
		if o.Name != vertex {
			continue
		}
		for _, d := range o.Doing {
			if d.Kind == threads.Idle || d.Kind == threads.Backpressured {
				continue
			}
			what, _, _ := strings.Cut(d.What, " that ") // whoever holds a lock at the moment
			same := func(other threads.Doing) bool {
				before, _, _ := strings.Cut(other.What, " that ")
				return other.Kind == d.Kind && before == what
			}
			if i := slices.IndexFunc(all, same); i >= 0 {
				all[i].Share += d.Share
			} else {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b threads.Doing) int { return cmp.Compare(b.Share, a.Share) })
	return all
}
