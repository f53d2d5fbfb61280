package diagnose

import (
	"fmt"
	"math"
	"time"
)

// Limits of records that come when their time is over.
const (
	someLate = 0.01 // of the records that an operator reads
	manyLate = 0.10
	ahead    = 5 * time.Minute // by which clocks may differ
)

// judgeLate tells of operators that drop records because the watermark has passed them, and of watermarks that are ahead of
// the clock, which is why: a record from the future has moved them.
func judgeLate(s *Snapshot) []Finding {
	var findings []Finding
	from, future := s.fromFuture()
	for i := range s.Vertices {
		v := &s.Vertices[i]
		if v.Late == nil || *v.Late == 0 {
			continue
		}
		read := int64(0)
		for _, t := range v.Subtasks {
			read += t.Read
		}
		share := *v.Late / max(float64(read), *v.Late)
		if share < someLate {
			continue
		}
		f := Finding{
			ID: "late-records", Severity: Warning, weight: weighWatermark + 1,
			Title: fmt.Sprintf("%s has dropped %.0f records that came too late", v.Name, *v.Late),
			Evidence: []string{
				fmt.Sprintf("%.0f %% of the %d that it has read (should be below %.0f %%)", 100*share, read, 100*someLate), fmt.Sprintf("%.1f a second now", v.LateRate),
			},
			Effect: "The results of windows lack these records, and nothing else tells so.",
			Fix:    "Let the watermark of the source wait for as long as records may be late: WATERMARK FOR ts AS ts - INTERVAL '5' MINUTE. It makes results that much later.",
			Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/concepts/time_attributes/",
		}
		if share >= manyLate {
			f.Severity = Serious
		}
		if from != nil {
			f.Title += fmt.Sprintf(": a record from the future moved the watermark, %s ahead of the clock", future)
			f.Evidence = append(f.Evidence, fmt.Sprintf("the watermark of %s is %s", from.Name, time.UnixMilli(from.Emitted.Last).UTC().Format(time.RFC3339)))
			f.Fix = fixFuture
		}
		findings = append(findings, f)
	}
	if len(findings) == 0 && from != nil {
		return []Finding{{
			ID: "watermark-ahead", Severity: Warning, weight: weighWatermark - 1,
			Title:    fmt.Sprintf("the watermark of %s is %s ahead of the clock", from.Name, future),
			Evidence: []string{fmt.Sprintf("it is %s (should be before now)", time.UnixMilli(from.Emitted.Last).UTC().Format(time.RFC3339))},
			Effect:   "Records with the right time count as late and are dropped by windows.",
			Fix:      fixFuture, Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/concepts/timezone/",
		}}
	}
	return findings
}

const fixFuture = "Leave records from the future out in a view before the watermark, or repair their producer. Where the difference is that of a time zone, " +
	"read the column as what it is: TIMESTAMP_LTZ(3), by TO_TIMESTAMP_LTZ(millis, 3), for points in time, with 'table.local-time-zone' for text without a zone."

// fromFuture finds the source whose watermark is farthest ahead of the clock, where one is.
func (s *Snapshot) fromFuture() (from *Vertex, by time.Duration) {
	for i := range s.Vertices {
		v := &s.Vertices[i]
		if v.Emitted == nil || v.Emitted.Last == math.MaxInt64 || v.State == "FINISHED" || v.Emitted.Last <= s.Taken.UnixMilli() {
			continue
		}
		if d := time.UnixMilli(v.Emitted.Last).Sub(s.Taken); d >= ahead && d > by {
			from, by = v, d.Round(time.Second)
		}
	}
	return from, by
}
