package diagnose

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// reading is a source of two partitions that has read up to the offsets, one second after another look where they ended at 0.
func reading(flink *float64, partitions ...Partition) (before, now Snapshot) {
	taken := time.Date(2026, 3, 1, 3, 0, 0, 0, time.UTC)
	was := make([]Partition, len(partitions))
	for i, p := range partitions {
		was[i] = Partition{Servers: p.Servers, Topic: p.Topic, Number: p.Number, End: p.End, Next: max(p.Next-10, -1), Oldest: min(p.Oldest, p.Next)}
	}
	v := Vertex{ID: "1", Name: "Source: clicks", Parallelism: 1, OutRate: 10, Pending: flink, Partitions: was}
	before = Snapshot{Taken: taken, Vertices: []Vertex{v}}
	v.Partitions = partitions
	return before, Snapshot{Taken: taken.Add(time.Second), Vertices: []Vertex{v}}
}

// TestBrokers holds Flink's count against that of the brokers.
func TestBrokers(t *testing.T) {
	t.Parallel()
	number := func(x float64) *float64 { return &x }
	clicks := func(n int32, oldest, end, next int64) Partition {
		return Partition{Servers: "k:9092", Topic: "clicks", Number: n, Oldest: oldest, End: end, Next: next}
	}
	for _, test := range []struct {
		name       string
		flink      *float64
		partitions []Partition
		pending    *float64
		topic      Topic
	}{
		{"both agree", number(5000), []Partition{clicks(0, 0, 8000, 3000), clicks(1, 0, 50, 50)}, number(5000), Topic{Partitions: 2, Pending: 5000, Flink: 5000}},
		{"Flink has not fetched for a while", number(0), []Partition{clicks(0, 0, 8000, 3000)}, number(5000), Topic{Partitions: 1, Pending: 5000}},
		{"Flink says nothing", nil, []Partition{clicks(0, 0, 8000, 3000)}, number(5000), Topic{Partitions: 1, Pending: 5000, Flink: -1}},
		{"Flink counts what is gone", number(8000), []Partition{clicks(0, 7000, 8000, 3000)}, number(1000), Topic{Partitions: 1, Pending: 1000, Deleted: 4000, Flink: 8000}},
		{"nobody knows where it is", number(7), []Partition{clicks(0, 0, 8000, -1), clicks(1, 4, 4, -1)}, number(7), Topic{Partitions: 2, Unknown: 1, Flink: 7}},
		{"nobody knows anything", nil, []Partition{clicks(0, 0, 8000, -1)}, nil, Topic{Partitions: 1, Unknown: 1, Flink: -1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before, now := reading(test.flink, test.partitions...)
			l := LagOf(before, now, time.Minute)
			test.topic.Vertex, test.topic.Servers, test.topic.Name = "Source: clicks", "k:9092", "clicks"
			if diff := cmp.Diff([]Topic{test.topic}, l.Topics); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.pending, l.Pending); diff != "" {
				t.Error(diff)
			}
		})
	}
}
