package diagnose

import (
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

// TestBehind tells of sources that are behind, and how serious that is.
func TestBehind(t *testing.T) {
	t.Parallel()
	number := func(x float64) *float64 { return &x }
	held := func(oldest, end, next int64) []Partition {
		return []Partition{{Servers: "k:9092", Topic: "clicks", Oldest: oldest, End: end, Next: next}}
	}
	for _, test := range []struct {
		name     string
		v        Vertex
		severity Severity // "" where nothing is to be said
		title    string
	}{
		{"it keeps up", Vertex{InRate: 1000, Pending: number(9000)}, "", ""},
		{"few records of a slow source", Vertex{InRate: 1, Pending: number(900)}, "", ""},
		{"nobody knows", Vertex{InRate: 1000}, "", ""},
		{"it needs minutes for what waits", Vertex{OutRate: 100, Pending: number(60_000)}, Warning, "needs 10m0s for the 60000 records that wait"},
		{"its records are old", Vertex{InRate: 1e6, Pending: number(60_000), Behind: number(7200)}, Warning, "2h0m0s behind: 60000 records wait"},
		{"it catches up", Vertex{InRate: 100, Pending: number(60_000), Arriving: number(50), Partitions: held(0, 60_000, 0)}, Warning, "needs 10m0s for the 60000 records that wait"},
		{"it never does", Vertex{InRate: 100, Pending: number(60_000), Arriving: number(150), Partitions: held(0, 60_000, 0)}, Serious, "60000 records that wait, 50 more each second"},
		{"records are lost", Vertex{InRate: 10, Pending: number(60_000), Partitions: held(50_000, 60_000, 0)}, Serious, "needs 16m40s for the 10000 records that wait"},
		{"Flink does not know how many wait", Vertex{InRate: 10, Pending: number(0), Partitions: held(0, 60_000, 0)}, Warning, "for the 60000 records that wait"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.v.Name = "Source: clicks"
			found := judgeLag(&Snapshot{Job: "pv_uv", Taken: time.Unix(0, 0), Vertices: []Vertex{test.v}})
			if test.severity == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Severity != test.severity || !strings.HasSuffix(found[0].Title, test.title) {
				t.Errorf("found %+v", found)
			}
		})
	}
}

// TestProcessors tells of TaskManagers that use all that they were given.
func TestProcessors(t *testing.T) {
	t.Parallel()
	for cpu, title := range map[float64]string{-1: "", 0.5: "", 0.97: "TaskManager a uses 97 % of the processors that it was given", 3: "TaskManager a uses 300 % of the processors that it was given"} {
		found := judgeMachines(&Snapshot{TaskManagers: []TaskManager{{ID: "a", GC: -1, HeapMax: -1, CPU: cpu, Cores: 2}}})
		if title == "" && len(found) > 0 || title != "" && (len(found) != 1 || found[0].Title != title) {
			t.Errorf("%.2f: %+v", cpu, found)
		}
	}
}

// TestLockInTurn has one subtask wait for a lock in all samples, which another one has, or others have in turn.
func TestLockInTurn(t *testing.T) {
	t.Parallel()
	waits := threads.Doing{Activity: threads.Activity{Kind: threads.OwnWait, What: "the job's own code waits for a lock that Map (1/2)#0 holds"}, Share: 0.5, Stuck: []string{"2/2"}}
	has := threads.Doing{Activity: threads.Activity{Kind: threads.OwnWait, What: "the job's own code sleeps"}, Share: 0.5}
	for name, test := range map[string]struct {
		doing  []threads.Doing
		stands bool
	}{
		"in turn":                  {[]threads.Doing{waits, has}, false},
		"who has it stands still":  {[]threads.Doing{waits, {Activity: has.Activity, Share: 0.5, Stuck: []string{"1/2"}}}, true},
		"who has it is none of us": {[]threads.Doing{waits, {Activity: threads.Activity{Kind: threads.Idle}, Share: 0.5}}, true},
	} {
		s := Snapshot{
			Vertices: []Vertex{{ID: "1", Name: "Source: clicks"}, {ID: "2", Name: "Map", Parallelism: 2}}, Edges: []Edge{{From: "1", To: "2"}},
			Threads: threads.Report{Samples: 4, Operators: []threads.Operator{{Name: "Map", Doing: test.doing}}},
		}
		if got := s.standsStill(&s.Vertices[1]); got != test.stands {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestChained has a slow source that is chained to all that follows, so that it counts no records: while checkpoints complete
// it does not stand still.
func TestChained(t *testing.T) {
	t.Parallel()
	taken := time.Unix(1000, 0)
	for age, stands := range map[time.Duration]bool{5 * time.Second: false, 5 * time.Minute: true} {
		s := Snapshot{Taken: taken, Vertices: []Vertex{{ID: "1", Name: "Source: clicks", Parallelism: 1}}}
		s.Checkpoints = Checkpoints{Enabled: true, Interval: 10 * time.Second, History: []Checkpoint{{Status: "COMPLETED", Triggered: taken.Add(-age)}}}
		s.Threads.Operators = []threads.Operator{{Name: "Source: clicks", Doing: []threads.Doing{{Share: 1, Stuck: []string{"1/1"}}}}}
		if got := s.standsStill(&s.Vertices[0]); got != stands {
			t.Errorf("a checkpoint completed %s ago: %v", age, got)
		}
	}
}
