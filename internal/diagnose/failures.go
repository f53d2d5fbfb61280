package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

// recent is how long ago a failure of a job that runs again still counts as going on.
const recent = 5 * time.Minute

// judgeFailures tells why the job fails or failed: the first fault of the newest series.
func judgeFailures(s *Snapshot) []Finding {
	first := s.Failures.First
	down := slices.Contains([]string{"FAILED", "FAILING", "RESTARTING"}, s.State)
	if first == nil {
		if !down {
			return nil
		}
		return []Finding{{
			ID: "failed", Severity: Serious, Title: fmt.Sprintf("the job is %s, and no log says why", s.State),
			Fix: "autostream logs " + s.Job, weight: weighFailure,
		}}
	}
	if before := func(g *failure.Group) bool { return !g.Last.IsZero() && g.Last.Before(s.Started) }; before(first) {
		at := slices.IndexFunc(s.Failures.Groups, func(g *failure.Group) bool { return !before(g) && g.Level != failure.Wrapper })
		switch {
		case !down:
			return nil // of an earlier run, or of what the cluster ran before
		case at >= 0:
			first = s.Failures.Groups[at]
		}
	}
	f := finding(s, first)
	failed := len(first.Tasks) > 0 || slices.Contains(first.Sources, "flink") // not only a line in a log
	switch again := s.Taken.Sub(first.Last) <= recent; {
	case down || failed && again && s.Restarts > 0, again && first.Level == failure.Cause && s.waiting() > 0:
		f.Severity, f.weight = Serious, weighFailure
	case again || first.Last.IsZero():
		f.Severity, f.weight = Warning, weighEarlier
	default:
		f.Severity, f.weight = Note, weighEarlier
		f.Title += " (some time ago)"
	}
	return []Finding{f}
}

// finding makes a finding of a group of failures.
func finding(s *Snapshot, g *failure.Group) Finding {
	f := Finding{
		ID: g.Rule, Title: g.Title, Since: g.First, Fix: strings.ReplaceAll(g.Fix, " JOB", " "+s.Job), Config: g.Config, Doc: g.Doc,
		Effect: fmt.Sprintf("The job is %s, restarted %d times.", s.State, s.Restarts),
	}
	if f.ID == "" {
		f.ID = "unknown-failure"
	}
	times := fmt.Sprintf("seen %d times", g.Times)
	if g.Times == 1 {
		times = "seen once"
	}
	if !g.Last.IsZero() {
		times += fmt.Sprintf(", last %s before this report", s.Taken.Sub(g.Last).Round(time.Second))
	}
	f.Evidence = append(f.Evidence, times, g.Message)
	if g.At != "" {
		f.Evidence = append(f.Evidence, "at "+g.At)
	}
	if len(g.Tasks) > 0 {
		f.Evidence = append(f.Evidence, "in "+strings.Join(g.Tasks[:min(len(g.Tasks), 3)], ", "))
	}
	if g.Explain != "" {
		f.Evidence = append(f.Evidence, g.Explain)
	}
	for _, other := range s.Failures.Groups {
		if other != g && other.Level == failure.Cause && other.First.After(g.First) {
			f.Evidence = append(f.Evidence, "after it: "+other.Title)
		}
	}
	return f
}

// waiting is how many tasks have no slot.
func (s *Snapshot) waiting() (tasks int) {
	for _, v := range s.Vertices {
		for _, t := range v.Subtasks {
			if t.State == "SCHEDULED" || t.State == "CREATED" {
				tasks++
			}
		}
	}
	return tasks
}

// judgeSlots tells that tasks wait for slots.
func judgeSlots(s *Snapshot) []Finding {
	waiting := s.waiting()
	if waiting == 0 || s.Taken.Sub(s.Started) < 30*time.Second || s.State == "FAILED" {
		return nil
	}
	return []Finding{{
		ID: "no-slots", Severity: Serious, Title: fmt.Sprintf("%d tasks wait for slots", waiting),
		Evidence: []string{fmt.Sprintf("%d TaskManagers are registered", len(s.TaskManagers))},
		Effect:   "The job does nothing until it has all its slots.",
		Fix:      "Add TaskManagers or lower the parallelism; look at why TaskManagers do not start.",
		Config:   []failure.Setting{{Key: "parallelism.default", Value: "1"}},
		Doc:      "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/elastic_scaling/", weight: weighFailure - 1,
	}}
}
