package diagnose

import (
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// slowStart is how long a task may take until it runs.
const slowStart = time.Minute

// judgeStart tells of tasks that have slots and do not run yet: they restore their state, or their functions do not come back
// from open().
func judgeStart(s *Snapshot) []Finding {
	if s.State == "FAILED" {
		return nil
	}
	for i := range s.Vertices {
		v := &s.Vertices[i]
		starting := map[string]int{}
		age := time.Duration(0)
		for _, t := range v.Subtasks {
			if t.Began.IsZero() || s.Taken.Sub(t.Began) < slowStart {
				continue
			}
			if starting[t.State]++; t.State != "RUNNING" {
				age = max(age, s.Taken.Sub(t.Began))
			}
		}
		waits := starting["INITIALIZING"] + starting["DEPLOYING"]
		if waits == 0 || s.standsStill(v) {
			continue
		}
		f := Finding{
			ID: "slow-start", Severity: Serious, weight: weighBlocked - 1,
			Title:    fmt.Sprintf("%d subtasks of %s do not run yet", waits, v.Name),
			Evidence: []string{fmt.Sprintf("%d are INITIALIZING and %d DEPLOYING, for up to %s (should be less than %s)", starting["INITIALIZING"], starting["DEPLOYING"], age.Round(time.Second), slowStart)},
			Effect:   "No record passes them and no checkpoint can be taken before they run.",
			Fix:      "See what they are at; with much state, restore from a checkpoint instead of a savepoint in canonical form, or keep it on local disks too.\nautostream diagnose threads " + s.Job,
			Doc:      "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/state/large_state_tuning/",
		}
		if d, ok := s.doing(v.Name); ok {
			f.Evidence = append(f.Evidence, fmt.Sprintf("in %.0f %% of %d samples: %s%s", 100*d.Share, s.Threads.Samples, d.What, at(d)))
			if d.Kind != threads.Starting && d.Kind != threads.InState {
				f.Title += ": " + d.What + at(d)
				f.Fix = "Do less in open(), or give what it waits for a time limit."
			}
		}
		return []Finding{f}
	}
	return nil
}
