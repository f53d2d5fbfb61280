package diagnose

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestHeldBack has two sources before a window, of which the second is behind.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	alike := func(d time.Duration) *Watermarks { return &Watermarks{ago(d), ago(d)} }
	for _, test := range []struct {
		name     string
		clicks   *Watermarks
		orders   *Watermarks
		rate     float64 // of orders
		window   int64
		severity Severity // "" where nothing is to be said
		title    string
	}{
		{"together", alike(0), alike(time.Minute), 5, ago(time.Minute), "", ""},
		{"replayed, together", alike(1000 * time.Hour), alike(1000 * time.Hour), 5, ago(1000 * time.Hour), "", ""},
		{"silent", alike(0), alike(time.Hour), 0, ago(time.Hour), Serious, "Source: orders holds the watermark of Window back, 1h0m0s behind the others"},
		{"silent, and known to be", alike(0), alike(time.Hour), 0, ago(0), "", ""},
		{"slower", alike(0), alike(time.Hour), 5, ago(time.Hour), Warning, "Source: orders holds the watermark of Window back"},
		{"a silent partition", alike(0), &Watermarks{ago(time.Hour), ago(0)}, 5, ago(time.Hour), Serious, "a subtask of Source: orders holds"},
		{"no watermark yet", alike(0), &Watermarks{math.MinInt64, math.MinInt64}, 5, ago(time.Hour), "", ""},
		{"at the end", &Watermarks{math.MaxInt64, math.MaxInt64}, alike(time.Hour), 5, ago(time.Hour), "", ""},
		{"nobody knows", nil, nil, 0, ago(time.Hour), "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := judgeWatermarks(&Snapshot{
				Taken: now, Started: now.Add(-24 * time.Hour), State: "RUNNING",
				Vertices: []Vertex{
					{ID: "c", Name: "Source: clicks", OutRate: 100, Emitted: test.clicks}, {ID: "o", Name: "Source: orders", OutRate: test.rate, Emitted: test.orders},
					{ID: "w", Name: "Window", Subtasks: []Subtask{{Index: 1, Read: 1000, Watermark: &test.window}}},
				},
				Edges: []Edge{{From: "c", To: "w"}, {From: "o", To: "w"}},
			})
			if test.severity == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Severity != test.severity || !strings.Contains(found[0].Title, test.title) {
				t.Errorf("%+v, want %s: %s", found, test.severity, test.title)
			}
		})
	}
}
