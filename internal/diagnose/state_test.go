package diagnose

import (
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
)

func TestStateGrows(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	const mb = 1 << 20
	steady := []int64{100, 90, 80, 70, 60, 50}
	for _, test := range []struct {
		name     string
		sizes    []int64 // in MB, the newest first
		backend  string
		gc       float64
		failed   bool
		severity Severity // "" where nothing is to be said
	}{
		{"steadily", steady, "HashMapStateBackend", 0, false, Warning},
		{"it fills the heap", steady, "HashMapStateBackend", 0.4, false, Serious},
		{"it filled the heap", steady, "HashMapStateBackend", 0, true, Serious},
		{"it is not on the heap", steady, "EmbeddedRocksDBStateBackend", 0.4, false, Warning},
		{"little", []int64{6, 5, 4, 3, 2, 1}, "HashMapStateBackend", 0.4, false, ""},
		{"a window that closes", []int64{100, 90, 80, 120, 110, 50}, "HashMapStateBackend", 0.4, false, ""},
		{"it levels off", []int64{102, 101, 100, 99, 80, 50}, "HashMapStateBackend", 0.4, false, ""},
		{"few checkpoints", steady[:3], "HashMapStateBackend", 0.4, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := Snapshot{
				Taken: now, Started: now.Add(-time.Hour), State: "RUNNING", TaskManagers: []TaskManager{{ID: "a", HeapUsed: 200 * mb, HeapMax: 400 * mb, GC: test.gc}},
				Checkpoints: Checkpoints{Enabled: true, Interval: 10 * time.Second, Timeout: time.Minute, Backend: test.backend},
			}
			for i, size := range test.sizes {
				s.Checkpoints.History = append(s.Checkpoints.History, Checkpoint{ID: int64(90 - i), Status: "COMPLETED", Size: size * mb, Triggered: now.Add(-time.Duration(i) * 10 * time.Second)})
			}
			if test.failed {
				s.State = "RESTARTING"
				s.Failures.First = &failure.Group{Match: failure.Match{Rule: "heap-exhausted", Title: "the Java heap is full"}, Last: now}
			}
			found := Judge(s)
			if test.severity == "" {
				for _, f := range found {
					if f.ID == "state-grows" {
						t.Errorf("found %+v", f)
					}
				}
				return
			}
			if len(found) == 0 || test.severity == Serious && found[0].ID != "state-grows" {
				t.Fatalf("found %+v", found)
			}
			for _, f := range found {
				if f.ID == "state-grows" && f.Severity != test.severity {
					t.Errorf("%+v, want %s", f, test.severity)
				}
			}
		})
	}
}
