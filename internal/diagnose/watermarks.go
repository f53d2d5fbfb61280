package diagnose

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

// eventTime are parts of names of operators that wait for watermarks.
var eventTime = [...]string{"Window", "WatermarkAssigner", "IntervalJoin", "TemporalJoin", "TemporalSort", "Match", "OverAggregate", "RowTime"}

// judgeWatermarks tells that operators which wait for event time never get any, because an input sends no watermark.
func judgeWatermarks(s *Snapshot) []Finding {
	if s.State != "RUNNING" || s.Taken.Sub(s.Started) < 30*time.Second {
		return nil
	}
	for i := range s.Vertices {
		v := &s.Vertices[i]
		if len(s.inputs(v.ID)) == 0 || !v.waitsForTime() {
			continue
		}
		without, records := 0, int64(0)
		for _, t := range v.Subtasks {
			records += t.Read
			if t.Watermark != nil && *t.Watermark == math.MinInt64 {
				without++
			}
		}
		if without == 0 || records == 0 {
			continue
		}
		f := Finding{
			ID: "watermark-stalled", Severity: Serious, weight: weighWatermark,
			Title: v.Name + " gets no watermark, so that its results never come",
			Evidence: []string{
				fmt.Sprintf("%d of %d subtasks have received no watermark, although %d records came", without, len(v.Subtasks), records),
			},
			Effect: "Windows never close, joins never let go of their state, and it grows without bound.",
			Fix:    "Let sources that are silent for a while not hold the others back.",
			Config: []failure.Setting{{Key: "table.exec.source.idle-timeout", Value: "30 s"}},
			Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/config/#table-exec-source-idle-timeout",
		}
		if silent := s.silent(v, len(s.Vertices)); len(silent) > 0 {
			f.Title = fmt.Sprintf("%s is silent and holds the watermark of %s back", strings.Join(silent, ", "), v.Name)
			f.Evidence = append(f.Evidence, strings.Join(silent, ", ")+" has sent no record since it was started")
		}
		return []Finding{f}
	}
	return nil
}

func (v *Vertex) waitsForTime() bool {
	return slices.ContainsFunc(eventTime[:], func(part string) bool { return strings.Contains(v.Name, part) })
}

// silent lists the sources before a vertex, subtask by subtask where only some are, that have sent nothing. No way back to
// a source is longer than depth.
func (s *Snapshot) silent(v *Vertex, depth int) []string {
	var names []string
	if depth == 0 {
		return nil
	}
	for _, in := range s.inputs(v.ID) {
		if len(s.inputs(in.ID)) > 0 {
			names = append(names, s.silent(in, depth-1)...)
			continue
		}
		var quiet []string
		for _, t := range in.Subtasks {
			if t.Written == 0 {
				quiet = append(quiet, fmt.Sprint(t.Index))
			}
		}
		switch {
		case len(quiet) == 0:
		case len(quiet) == len(in.Subtasks):
			names = append(names, in.Name)
		default:
			names = append(names, fmt.Sprintf("subtask %s of %s", strings.Join(quiet[:min(len(quiet), 5)], ", "), in.Name))
		}
	}
	return names
}
