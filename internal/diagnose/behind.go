package diagnose

import (
	"fmt"
	"time"
)

// Limits of how far a source may be behind.
const (
	late    = time.Minute
	several = 1000 // records, of which a slow source has no minute's worth
	growing = 1.05 // times what is read
)

// judgeLag tells of sources that are behind what they read, and whether they ever catch up.
func judgeLag(s *Snapshot) []Finding {
	var findings []Finding
	for i := range s.Vertices {
		v := &s.Vertices[i]
		count := flinksCount
		if len(v.Partitions) > 0 && !agree(v, v, 0) {
			count = brokersCount
		}
		waits, known := count(v)
		if !known || waits < several || v.behind(waits) < late {
			continue
		}
		f := Finding{
			ID: "lag", Severity: Warning, weight: weighLag,
			Title:    fmt.Sprintf("%s is %s behind: %.0f records wait", v.Name, v.behind(waits).Round(time.Second), waits),
			Evidence: []string{fmt.Sprintf("%.0f records wait, %.0f are read each second (should be a minute's worth at most)", waits, v.reads())},
			Effect:   "Results are that late; when the records are older than their topic keeps them, they are lost.",
			Fix:      "See who holds it up, and what it takes to catch up:\nautostream diagnose lag " + s.Job, Doc: pressureDoc,
		}
		if v.Behind != nil {
			f.Evidence = append(f.Evidence, fmt.Sprintf("the record that it emitted last was %s old", v.behind(waits).Round(time.Second)))
		}
		for _, t := range topicsOf(v) {
			f.Evidence = append(f.Evidence, fmt.Sprintf("the brokers %s have %d records of %s that it has not read", t.Servers, t.Pending, t.Name))
			if t.Deleted > 0 {
				f.Severity = Serious
				f.Evidence = append(f.Evidence, fmt.Sprintf("%d records of %s were deleted before it read them", t.Deleted, t.Name))
			}
		}
		if v.Arriving != nil {
			f.Evidence = append(f.Evidence, fmt.Sprintf("%.0f records come each second", *v.Arriving))
			if *v.Arriving > growing*v.reads() {
				f.Severity = Serious
				f.Title += fmt.Sprintf(", %.0f more each second", *v.Arriving-v.reads())
			}
		}
		findings = append(findings, f)
	}
	return findings
}

// behind is how old the records are that a source emits; where it does not tell, how long it needs for those that wait.
func (v *Vertex) behind(waits float64) time.Duration {
	switch {
	case v.Behind != nil:
		return time.Duration(*v.Behind * float64(time.Second))
	case v.reads() > 0:
		return time.Duration(waits / v.reads() * float64(time.Second))
	}
	return 0
}

// reads is how many records a source takes a second. Where it is chained to all that follows it hands none on, and old
// sources do not count what they take.
func (v *Vertex) reads() float64 { return max(v.InRate, v.OutRate) }
