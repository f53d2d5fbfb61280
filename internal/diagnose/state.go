package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

// Limits of how state may grow.
const (
	muchState = 32 << 20 // bytes
	grown     = 1.2      // times, within the checkpoints that are remembered
	enough    = 5        // checkpoints, by which steady growth is told from a window that fills
)

// judgeState tells of state that grows with every checkpoint, and that it is what fills the heap.
func judgeState(s *Snapshot) []Finding {
	var done []Checkpoint
	for _, p := range s.Checkpoints.History {
		if p.Status == "COMPLETED" {
			done = append(done, p)
		}
	}
	if len(done) < enough {
		return nil
	}
	newest, middle, oldest := done[0], done[len(done)/2], done[len(done)-1]
	shrinks := slices.ContainsFunc(pairs(done), func(p [2]Checkpoint) bool { return p[0].Size <= p[1].Size })
	took := newest.Triggered.Sub(oldest.Triggered)
	if shrinks || took <= 0 || newest.Size < muchState || float64(newest.Size) < grown*float64(oldest.Size) || newest.Size-middle.Size < (middle.Size-oldest.Size)/2 {
		return nil
	}
	hourly := float64(newest.Size-oldest.Size) / took.Hours()
	f := Finding{
		ID: "state-grows", Severity: Warning, Since: oldest.Triggered, weight: weighMemory + 1,
		Title: fmt.Sprintf("the state grows with every checkpoint, by %s in an hour", mega(hourly)),
		Evidence: []string{fmt.Sprintf("%s in checkpoint %d, %s in checkpoint %d, %s later (should level off)",
			mega(float64(oldest.Size)), oldest.ID, mega(float64(newest.Size)), newest.ID, took.Round(time.Second))},
		Effect: "It fills memory or disks some day, and checkpoints and restarts take longer until then.",
		Fix: "Let state expire that is not needed any more; where the time between two rows that belong together is bounded, say so with an interval join or a window. " +
			"What the state is of is told by:\nautostream diagnose heap " + s.Job,
		Config: []failure.Setting{{Key: "table.exec.state.ttl", Value: "1 d"}},
		Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/concepts/overview/#configure-state-retention",
	}
	if filled, ok := s.filledBy(newest.Size); ok {
		f.Severity, f.weight = Serious, weighState
		f.Title += ", and the heap is full of it"
		f.Evidence = append(f.Evidence, filled, "state is kept on the heap ("+s.Checkpoints.Backend+")")
		f.Effect = "When the heap is full, the process ends with an OutOfMemoryError; until then it does little but collect garbage."
		f.Config = append(f.Config, failure.Setting{Key: "state.backend.type", Value: "rocksdb"})
	}
	return []Finding{f}
}

// pairs are the neighbours, the newer one first.
func pairs(all []Checkpoint) (out [][2]Checkpoint) {
	for i := range all[1:] {
		out = append(out, [2]Checkpoint{all[i], all[i+1]})
	}
	return out
}

// filledBy says whether a heap is full, or the job failed because it was, and state is a good part of it. On the heap it takes
// more room than in a checkpoint.
func (s *Snapshot) filledBy(state int64) (evidence string, ok bool) {
	if !strings.Contains(s.Checkpoints.Backend, "HashMap") {
		return "", false
	}
	for _, tm := range s.TaskManagers {
		full := tm.GC >= muchGC || tm.HeapUsed >= fullHeap*tm.HeapMax
		if first := s.Failures.First; first != nil && first.Rule == "heap-exhausted" {
			full = true
		}
		if share := float64(state) / max(float64(len(s.TaskManagers)), 1) / max(tm.HeapMax, 1); full && share >= filling {
			return fmt.Sprintf("%s; it is %.0f %% of that as it is written in checkpoints, and more on the heap", heap(tm), 100*share), true
		}
	}
	return "", false
}

// filling is the share of the heap that state in its written form has when it is what fills it.
const filling = 0.2
