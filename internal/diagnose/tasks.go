package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/diagnose/frame"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// standing is the rate below which a vertex that others wait for stands still, in records a second and subtask.
const standing = 0.2

// standsStill says whether a vertex does nothing although its inputs have something for it: a thread of it did not move
// while dumps were taken, or does nothing but run in the job's own code, and hardly a record passes. Rates are means of a
// minute, so a vertex that has just stopped may still have one.
func (s *Snapshot) standsStill(v *Vertex) bool {
	rests := v.InRate <= standing*float64(max(v.Parallelism, 1))
	if len(s.inputs(v.ID)) == 0 && rests && s.Checkpoints.completes(s.Taken) {
		return s.inDeadlock(v.Name) // it is slow, or counts nothing; but it lets barriers pass
	}
	for _, o := range s.Threads.Operators {
		if o.Name != v.Name {
			continue
		}
		moves := slices.ContainsFunc(o.Doing, func(d threads.Doing) bool {
			return len(d.Stuck) == 0 && d.Kind != threads.Idle && d.Kind != threads.Backpressured
		})
		stuck := 0
		for _, d := range o.Doing {
			if !onLock(d) || !moves { // a lock that the others have in turn may take one of them long to get
				stuck += len(d.Stuck)
			}
		}
		if stuck > 0 {
			return rests || s.inDeadlock(v.Name)
		}
	}
	d, ok := s.doing(v.Name)
	return ok && rests && s.isRoot(v.ID) && d.Kind == threads.OwnWork && d.Share >= always
}

// always is the share of samples from which on a task does nothing else.
const always = 0.95

// onLock says whether it is a lock that is waited for.
func onLock(d threads.Doing) bool {
	return d.Kind == threads.OnLock || d.Kind == threads.OwnWait && strings.Contains(d.What, " a lock")
}

func (s *Snapshot) inDeadlock(vertex string) bool {
	for _, circle := range s.Threads.Deadlocks {
		for _, h := range circle {
			if strings.Contains(h.Thread, vertex+" (") {
				return true
			}
		}
	}
	return false
}

// judgeThreads tells of threads that wait for each other, and of tasks that wait for something that does not come.
func judgeThreads(s *Snapshot) []Finding {
	var findings []Finding
	for _, circle := range s.Threads.Deadlocks {
		f := Finding{
			ID: "deadlock", Severity: Serious, Title: fmt.Sprintf("deadlock: %d threads wait for each other for ever", len(circle)),
			Effect: "The tasks of these threads never go on; those before them fill their buffers and wait, and no checkpoint completes.",
			Fix:    "Take the locks in the same order everywhere, or keep one lock instead of two; then restart the job:\nautostream restart " + s.Job,
			Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/debugging/application_profiling/", weight: weighDeadlock,
		}
		for _, h := range circle {
			f.Evidence = append(f.Evidence, fmt.Sprintf("%s waits for %s at %s", h.Thread, h.Lock, h.At))
		}
		findings = append(findings, f)
	}
	for i := range s.Vertices {
		v := &s.Vertices[i]
		if !s.standsStill(v) || s.inDeadlock(v.Name) {
			continue
		}
		if d, ok := s.doing(v.Name); ok {
			findings = append(findings, blocked(s, v, d))
		}
	}
	for _, l := range s.Threads.HotLocks {
		findings = append(findings, Finding{
			ID: "hot-lock", Severity: Warning, Title: fmt.Sprintf("%d threads wait for one lock", len(l.Waiters)),
			Evidence: []string{l.Name + " is held by " + l.Owner + " at " + l.OwnerAt, "waiting: " + strings.Join(l.Waiters[:min(3, len(l.Waiters))], ", ")},
			Effect:   "The tasks work one after the other instead of at once.",
			Fix:      lessLocking, weight: weighMemory,
		})
	}
	return findings
}

const lessLocking = "Hold the lock for a shorter time, or keep the object once for each subtask instead of in a static field."

// blocked is the finding about a vertex that stands still.
func blocked(s *Snapshot, v *Vertex, d threads.Doing) Finding {
	f := Finding{
		ID: "blocked", Severity: Serious, Title: fmt.Sprintf("%s stands still: %s%s", v.Name, d.What, at(d)),
		Evidence: []string{
			fmt.Sprintf("subtasks %s had the same stack in %d samples", strings.Join(d.Stuck[:min(len(d.Stuck), 5)], ", "), s.Threads.Samples),
			fmt.Sprintf("it takes %.1f records/s", v.InRate),
			"on top of the stack: " + top(d),
		},
		Effect: "Everything before it waits, and no checkpoint completes.",
		Fix:    "Give the call a time limit, so that it fails instead of waiting for ever, and see that what it waits for comes. Then restart the job:\nautostream restart " + s.Job,
		Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/datastream/operators/asyncio/", weight: weighBlocked,
	}
	if d.Kind == threads.OwnWork {
		f.Evidence[0] = fmt.Sprintf("it was in the job's own code in %.0f %% of %d samples", 100*d.Share, s.Threads.Samples)
		f.Fix = "Look for a loop that does not end. A restart ends it until the same record comes again:\nautostream restart " + s.Job
	}
	return f
}

// top shows the innermost frames that are not of the JDK.
func top(d threads.Doing) string {
	var frames []string
	for _, f := range d.Stack {
		if !frame.OfJDK(f) {
			frames = append(frames, f)
		}
	}
	return strings.Join(frames[:min(3, len(frames))], " < ")
}

// hot is the share of samples from which on code that can be had cheaper is worth a finding.
const hot = 0.4

// judgeHotCode tells what tasks that work without a break are busy with, where nothing waits for them yet.
func judgeHotCode(s *Snapshot) []Finding {
	var findings []Finding
	for i := range s.Vertices {
		v := &s.Vertices[i]
		share, _ := v.most(busy)
		d, ok := s.doing(v.Name)
		if !ok || d.Share < hot || share >= 0 && share < saturated || s.isRoot(v.ID) || s.Threads.Samples < 3 || !d.Kind.Works() {
			continue
		}
		f := Finding{
			ID: "hot-code", Severity: Warning, Title: fmt.Sprintf("%s spends %.0f %% of its time: %s%s", v.Name, 100*d.Share, d.What, at(d)), weight: weighHotCode,
			Evidence: []string{fmt.Sprintf("in %.0f %% of %d samples", 100*d.Share, s.Threads.Samples), "on top of the stack: " + top(d)},
			Effect:   "It takes all of a processor; more input makes it the bottleneck.",
			Fix:      "autostream diagnose flame " + s.Job, Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/debugging/flame_graphs/",
		}
		switch {
		case strings.Contains(d.What, "JSON"):
			f.ID = "hot-json"
			f.Fix = "Parse each record once: declare the fields as columns of the source table with 'format' = 'json', instead of JSON_VALUE for each of them; or use a binary format."
		case strings.Contains(d.What, "log lines"):
			f.ID = "log-flood"
			s.flooded(&f)
		}
		findings = append(findings, f)
	}
	return findings
}

func (s *Snapshot) isRoot(id string) bool {
	for _, r := range s.roots() {
		if r.ID == id {
			return true
		}
	}
	return false
}
