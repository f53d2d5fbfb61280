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
		age, needs := v.behind(waits)
		if !known || waits < several || max(age, needs) < late {
			continue
		}
		f := Finding{
			ID: "lag", Severity: Warning, weight: weighLag,
			Title:    fmt.Sprintf("%s needs %s for the %.0f records that wait", v.Name, needs.Round(time.Second), waits),
			Evidence: []string{fmt.Sprintf("%.0f records wait, %.0f are read each second (should be a minute's worth at most)", waits, v.reads())},
			Effect:   "Results are that late; when the records are older than their topic keeps them, they are lost.",
			Fix:      "See who holds it up, and what it takes to catch up:\nautostream diagnose lag " + s.Job, Doc: pressureDoc,
		}
		if age > 0 {
			f.Evidence = append(f.Evidence, fmt.Sprintf("the record that it emitted last was %s old", age.Round(time.Second)))
		}
		if age > needs {
			f.Title = fmt.Sprintf("%s is %s behind: %.0f records wait", v.Name, age.Round(time.Second), waits)
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

// behind is how old the records are that a source emits, and how long it needs for those that wait, should no more come; zero
// where that is not known.
func (v *Vertex) behind(waits float64) (age, needs time.Duration) {
	if v.Behind != nil {
		age = time.Duration(*v.Behind * float64(time.Second))
	}
	if rate := v.reads(); rate > 0 {
		needs = time.Duration(waits / rate * float64(time.Second))
	}
	return age, needs
}

// reads is how many records a source takes a second. Where it is chained to all that follows it hands none on, and old
// sources do not count what they take.
func (v *Vertex) reads() float64 { return max(v.InRate, v.OutRate) }
