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
		if len(s.inputs(v.ID)) == 0 || !v.WaitsForTime() {
			continue
		}
		if f, ok := s.heldBack(v); ok {
			return []Finding{f}
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

// apart is how far sources may be from each other in event time.
const apart = 2 * time.Minute

// heldBack tells that the watermark of a vertex stands where that of one of its sources does, far behind those of the others.
// A source that is known to be idle holds nothing back: the watermark passes it.
func (s *Snapshot) heldBack(v *Vertex) (Finding, bool) {
	var slowest *Vertex
	fastest := int64(math.MinInt64)
	for _, in := range s.sources(v, map[string]bool{}) {
		if in.Emitted == nil || in.State == "FINISHED" {
			continue
		}
		fastest = max(fastest, in.Emitted.Last)
		if slowest == nil || in.Emitted.First < slowest.Emitted.First {
			slowest = in
		}
	}
	if slowest == nil || slowest.Emitted.First == math.MinInt64 {
		return Finding{}, false // it never had one, which is told otherwise
	}
	stands := slowest.Emitted.First
	behind := time.Duration(fastest-stands) * time.Millisecond
	if fastest-stands < apart.Milliseconds() || fastest == math.MaxInt64 || !slices.ContainsFunc(v.Subtasks, func(t Subtask) bool { return t.Watermark != nil && *t.Watermark <= stands }) {
		return Finding{}, false
	}
	who := slowest.Name
	if slowest.Emitted.Last-stands >= apart.Milliseconds() {
		who = "a subtask of " + who
	}
	f := Finding{
		ID: "watermark-stalled", Severity: Warning, weight: weighWatermark, Since: time.UnixMilli(stands),
		Title: fmt.Sprintf("%s holds the watermark of %s back, %s behind the others", who, v.Name, behind.Round(time.Second)),
		Evidence: []string{
			fmt.Sprintf("its watermark is %s, that of the fastest %s (should be less than %s apart)", time.UnixMilli(stands).UTC().Format(time.RFC3339), time.UnixMilli(fastest).UTC().Format(time.RFC3339), apart),
			fmt.Sprintf("%s emits %.0f records/s", slowest.Name, slowest.OutRate),
		},
		Effect: "Windows and joins keep all that is newer until it catches up, and their results are that late.",
		Fix: "Let faster sources wait for slower ones, by options of the tables of both:\n" +
			"'scan.watermark.alignment.group' = 'a', 'scan.watermark.alignment.max-drift' = '1 min', 'scan.watermark.alignment.update-interval' = '1 s'",
		Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/config/#table-exec-source-idle-timeout",
	}
	if who != slowest.Name || slowest.OutRate == 0 {
		f.Severity = Serious
		f.Effect = "Windows do not close and joins do not let go of their state, which grows, until it sends records again."
		f.Fix = "Let sources that are silent for a while not hold the others back."
		f.Config = []failure.Setting{{Key: "table.exec.source.idle-timeout", Value: "30 s"}}
	}
	return f, true
}

// sources lists the sources before a vertex that are not seen yet.
func (s *Snapshot) sources(v *Vertex, seen map[string]bool) (found []*Vertex) {
	for _, in := range s.inputs(v.ID) {
		switch {
		case seen[in.ID]:
		case len(s.inputs(in.ID)) == 0:
			found = append(found, in)
		default:
			seen[in.ID] = true
			found = append(found, s.sources(in, seen)...)
		}
		seen[in.ID] = true
	}
	return found
}

// WaitsForTime says whether operators of a vertex wait for watermarks.
func (v *Vertex) WaitsForTime() bool {
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
