package diagnose

import "math"

// Topic is what the brokers say about a topic that a source of the job reads, against what Flink says.
type Topic struct {
	Vertex     string  `json:"vertex"`
	Servers    string  `json:"servers"`
	Name       string  `json:"topic"`
	Partitions int     `json:"partitions"`
	Pending    int64   `json:"pendingRecords"`            // that the brokers have and the job has not read
	Deleted    int64   `json:"deletedUnread"`             // that the brokers have no more, and the job has not read
	Unknown    int     `json:"partitionsWithoutPosition"` // of which nobody knows where the job is: they are in neither number
	Flink      float64 `json:"flinkPendingRecords"`       // of all topics of the vertex; -1 when it does not say
}

// topicsOf adds up the partitions of each topic of a source.
func topicsOf(v *Vertex) []Topic {
	flink, known := flinksCount(v)
	if !known {
		flink = -1
	}
	var out []Topic
	at := map[[2]string]int{}
	for _, p := range v.Partitions {
		key := [2]string{p.Servers, p.Topic}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Topic{Vertex: v.Name, Servers: p.Servers, Name: p.Topic, Flink: flink})
		}
		t := &out[i]
		t.Partitions++
		waits, known := p.pending()
		if t.Pending += waits; !known {
			t.Unknown++
		} else if p.Next >= 0 {
			t.Deleted += max(p.Oldest-p.Next, 0)
		}
	}
	return out
}

// pending is how many records the brokers have that the job has not read.
func (p Partition) pending() (waits int64, known bool) {
	if p.Next < 0 {
		return 0, p.Oldest == p.End // nothing waits where nothing is
	}
	return max(p.End-max(p.Next, p.Oldest), 0), true
}

// flinksCount is how many records wait in front of a source as its connector tells.
func flinksCount(v *Vertex) (float64, bool) {
	if v.Pending == nil || math.IsNaN(*v.Pending) {
		return 0, false
	}
	return *v.Pending, true
}

// brokersCount is the same as the brokers tell; unknown when that of a partition is.
func brokersCount(v *Vertex) (sum float64, known bool) {
	for _, p := range v.Partitions {
		waits, known := p.pending()
		if !known {
			return 0, false
		}
		sum += float64(waits)
	}
	return sum, len(v.Partitions) > 0
}

const (
	stale = 15  // seconds by which metrics may be old: Flink collects them every ten
	noise = 100 // records that make no difference; those of transactions have offsets too
)

// agree says whether Flink's count is as good as that of the brokers. The offsets that were read are as old as Flink's
// metrics are, while the brokers tell of now: what has come since counts for them alone. Flink's count is wrong when a source
// has not fetched anything for a while, for that is when it learns how much there is.
func agree(before, now *Vertex, observed float64) bool {
	flink, known := flinksCount(now)
	brokers, complete := brokersCount(now)
	if !known || !complete {
		return !complete
	}
	arriving := now.reads()
	if observed > 0 && len(before.Partitions) > 0 {
		arriving = float64(end(now)-end(before)) / observed
	}
	return flink <= brokers+noise && brokers <= flink+max(arriving, 0)*stale+noise
}

// end adds up the ends of all partitions.
func end(v *Vertex) (sum int64) {
	for _, p := range v.Partitions {
		sum += p.End
	}
	return sum
}
