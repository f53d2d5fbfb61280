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
	if first.Rule == "no-slots" {
		s.slots(&f)
	}
	failed := len(first.Tasks) > 0 || slices.Contains(first.Sources, "flink") // not only a line in a log
	switch again := s.Taken.Sub(first.Last) <= recent; {
	case down || failed && again && s.Restarts > 0, again && first.Level == failure.Cause && s.waiting() > 0, s.reachesNobody(first):
		f.Severity, f.weight = Serious, weighFailure
	case first.Level == failure.Symptom && !failed:
		f.Severity, f.weight = Note, weighRemark // the job goes on
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
	if f.Fix == "" {
		f.Fix = "No rule knows it. Its stack trace, and what was before it:\nautostream logs " + s.Job
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
	if at := slices.IndexFunc(g.Chain, func(link string) bool { return strings.HasSuffix(link, g.Message) }); at > 0 {
		f.Evidence = append(f.Evidence, "which brought about: "+g.Chain[at-1]) // often with the name or the address of what failed
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

// reachesNobody says whether a failure that clients only log goes on, and a source reads nothing meanwhile.
func (s *Snapshot) reachesNobody(g *failure.Group) bool {
	silent := slices.ContainsFunc(s.Vertices, func(v Vertex) bool { return len(s.inputs(v.ID)) == 0 && v.State == "RUNNING" && v.reads() == 0 })
	return g.Rule == "kafka-away" && silent && s.Taken.Sub(g.Last) < time.Minute
}
