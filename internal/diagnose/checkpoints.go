package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// judgeCheckpoints tells that checkpoints fail, take long, or are not taken at all.
func judgeCheckpoints(s *Snapshot) []Finding {
	c := s.Checkpoints
	if !c.Enabled {
		if s.State != "RUNNING" {
			return nil
		}
		return []Finding{{
			ID: "no-checkpoints", Severity: Note, Title: "the job takes no checkpoints", weight: weighRemark,
			Effect: "After a failure it begins anew, without its state, and it is not restarted unless told so.",
			Fix:    "Say how often in autostream.yaml: checkpoints: {interval: 1m}", Config: []failure.Setting{{Key: "execution.checkpointing.interval", Value: "1min"}},
			Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/state/checkpoints/",
		}}
	}
	if f, ok := failing(s, c); ok {
		return []Finding{f}
	}
	return slow(s, c)
}

// ended lists the checkpoints that completed or failed, the newest first, without those that ended because the job was
// restarted.
func (c Checkpoints) ended() []Checkpoint {
	return slices.DeleteFunc(slices.Clone(c.History), func(p Checkpoint) bool {
		return p.Status == "IN_PROGRESS" || strings.Contains(p.Failure, "Coordinator is suspending")
	})
}

// completes says whether the newest checkpoint that ended completed, and began not long ago.
func (c Checkpoints) completes(now time.Time) bool {
	ended := c.ended()
	return len(ended) > 0 && ended[0].Status == "COMPLETED" && now.Sub(ended[0].Triggered) < 2*c.Interval+ended[0].Duration
}

// failing tells that the newest checkpoints failed.
func failing(s *Snapshot, c Checkpoints) (Finding, bool) {
	ended := c.ended()
	failed := 0
	for _, p := range ended {
		if p.Status != "FAILED" {
			break
		}
		failed++
	}
	if failed == 0 {
		return Finding{}, false
	}
	newest, oldest := ended[0], ended[failed-1]
	f := Finding{
		ID: "checkpoint-failing", Severity: Serious, Since: oldest.Triggered, weight: weighCheckpoint,
		Title: fmt.Sprintf("the last %d checkpoints failed", failed),
		Evidence: []string{
			fmt.Sprintf("%d completed and %d failed since the job began (none should fail)", c.Completed, c.Failed),
			fmt.Sprintf("checkpoint %d: %s; %d of %d subtasks had done their part", newest.ID, newest.Failure, newest.Acked, newest.Subtasks),
		},
		Effect: "A failure now throws the job back to " + lastCompleted(ended) + ".",
		Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/monitoring/checkpoint_monitoring/",
	}
	if failed == 1 {
		f.Title = "the last checkpoint failed"
	}
	if m := failure.BuiltIn().Judge(newest.Failure); m.Level == failure.Cause {
		f.Fix, f.Config, f.Doc = m.Fix, m.Config, m.Doc
		f.Evidence = append(f.Evidence, m.Explain)
	} else if g := s.cause(oldest.Triggered); g != nil {
		cause := finding(s, g)
		if f.Fix, f.Config = cause.Fix, cause.Config; g.Level == failure.Cause {
			f.ID, f.Doc = cause.ID, cause.Doc
		}
		f.Title += ": " + g.Title
		f.Evidence = append(f.Evidence, cause.Evidence...)
	} else {
		f.Fix = "See what the tasks say about it:\nautostream diagnose errors " + s.Job
	}
	if strings.Contains(newest.Failure, "expired") {
		f.ID = "checkpoint-timeout"
		f.Title += fmt.Sprintf(": not done within %s", c.Timeout)
		f.Fix = strings.ReplaceAll(f.Fix, "JOB", s.Job)
		for _, r := range s.roots() {
			f.Evidence = append(f.Evidence, fmt.Sprintf("its barriers wait behind the records that %s has not taken yet", r.Name))
		}
		if operator, d, ok := s.snapshotting(); ok {
			f.Evidence = append(f.Evidence, fmt.Sprintf("%s takes long over its part: in %.0f %% of %d samples %s in snapshotState%s", operator, 100*d.Share, s.Threads.Samples, d.What, at(d)))
			f.Fix = "Do less in snapshotState of " + operator + ": no record is processed meanwhile. Keep what it writes in Flink's state instead, of which a snapshot costs little."
			f.Config = nil
		}
	}
	return f, true
}

// cause finds the first failure that went on since a time: one whose cause is known, or else one that no rule knows.
func (s *Snapshot) cause(since time.Time) *failure.Group {
	var first *failure.Group
	for _, g := range s.Failures.Groups {
		if g.Level != failure.Cause && g.Level != failure.Unknown || g.Last.Before(since.Truncate(time.Second)) {
			continue
		}
		if first == nil || g.Level == failure.Cause && first.Level != failure.Cause || g.Level == first.Level && g.First.Before(first.First) {
			first = g
		}
	}
	return first
}

// snapshotting finds the operator whose own code was seen most while it took a snapshot of its state.
func (s *Snapshot) snapshotting() (operator string, found threads.Doing, ok bool) {
	for _, o := range s.Threads.Operators {
		for _, d := range o.Doing {
			own := d.Kind == threads.OwnWait || d.Kind == threads.OwnWork || d.Kind == threads.External
			inside := slices.ContainsFunc(d.Stack, func(f string) bool { return strings.Contains(f, ".snapshotState(") })
			if own && inside && d.Share > found.Share {
				operator, found, ok = o.Name, d, true
			}
		}
	}
	return operator, found, ok
}

func lastCompleted(ended []Checkpoint) string {
	for _, p := range ended {
		if p.Status == "COMPLETED" {
			return fmt.Sprintf("checkpoint %d of %s", p.ID, p.Triggered.Format(time.DateTime))
		}
	}
	return "where it started, or the last one that is not remembered any more"
}

// slow tells that a checkpoint takes much longer than the time between two.
func slow(s *Snapshot, c Checkpoints) []Finding {
	if len(c.History) == 0 || c.Interval == 0 {
		return nil
	}
	p := c.History[0]
	took := p.Duration
	if p.Status == "IN_PROGRESS" {
		took = s.Taken.Sub(p.Triggered)
	}
	if took < max(3*c.Interval, 30*time.Second) {
		return nil
	}
	f := Finding{
		ID: "checkpoint-slow", Severity: Warning, Since: p.Triggered, Title: fmt.Sprintf("checkpoint %d takes %s", p.ID, took.Round(time.Second)), weight: weighMemory,
		Evidence: []string{
			fmt.Sprintf("one is to be taken every %s, within %s", c.Interval, c.Timeout), fmt.Sprintf("%d of %d subtasks have done their part", p.Acked, p.Subtasks),
			fmt.Sprintf("%d bytes of state", p.Size),
		},
		Effect: "Sinks with exactly-once guarantees show their results that late, and a failure throws the job back that far.",
		Fix:    "Remove the backpressure; until then let barriers overtake records.",
		Config: []failure.Setting{{Key: "execution.checkpointing.unaligned.enabled", Value: "true"}},
		Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/state/checkpointing_under_backpressure/",
	}
	return []Finding{f}
}
