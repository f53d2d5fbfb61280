package collect

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/kafka"
)

// Stream is topics that a job may read, and how their brokers are reached.
type Stream struct {
	Topics     []string // none where only a pattern of names is known: whatever the job reads
	Properties kafka.Properties
}

// patience is how long brokers may take to answer: they may not be reachable from here at all.
const patience = 5 * time.Second

// position is a partition as the metrics of Flink name it, and the offset of the last record that was read from it; -1 when
// none has been.
type position struct {
	vertex int // by its place in the graph
	last   int64
}

// partition is a topic, as metrics write it, and a number.
type partition struct {
	topic  string
	number int32
}

// brokers asks those of the topics that the sources of the job read for what these hold.
func (t *taking) brokers(ctx context.Context) error {
	if t.Streams == nil {
		return nil
	}
	reads := t.positions(ctx)
	if len(reads) == 0 {
		return nil
	}
	streams, err := t.Streams(ctx)
	if err != nil {
		return err
	}
	for i := range t.snap.Vertices {
		t.snap.Vertices[i].Partitions = nil
	}
	var problems []error
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, s := range streams {
		read := func(topic string) bool {
			if len(s.Topics) > 0 && !slices.Contains(s.Topics, topic) {
				return false
			}
			for p := range reads {
				if p.topic == inMetrics(topic) {
					return true
				}
			}
			return false
		}
		if len(s.Topics) > 0 && !slices.ContainsFunc(s.Topics, read) {
			continue
		}
		found, err := kafka.Partitions(ctx, s.Properties, read)
		problems = append(problems, err)
		for _, f := range found {
			key := partition{inMetrics(f.Topic), f.Number}
			for _, at := range reads[key] {
				next := at.last + 1
				if at.last < 0 {
					next = f.Committed
				}
				v := &t.snap.Vertices[at.vertex]
				v.Partitions = append(v.Partitions, diagnose.Partition{
					Servers: s.Properties["bootstrap.servers"], Topic: f.Topic, Number: f.Number, Oldest: f.Oldest, End: f.End, Next: next,
				})
			}
			delete(reads, key) // two clusters may have a topic of one name
		}
	}
	return errors.Join(problems...)
}

// arriving asks the brokers, and again when what it returns is called: what their topics got meanwhile is what the job has to
// keep up with. Brokers that cannot be reached from here are nothing that a report needs.
func (t *taking) arriving(ctx context.Context) (again func()) {
	began := time.Now()
	if t.brokers(ctx) != nil {
		return func() {}
	}
	before := make([]int64, len(t.snap.Vertices))
	for i := range t.snap.Vertices {
		before[i] = ends(&t.snap.Vertices[i])
	}
	return func() {
		if t.brokers(ctx) != nil {
			return
		}
		for i := range t.snap.Vertices {
			if v := &t.snap.Vertices[i]; len(v.Partitions) > 0 && before[i] > 0 {
				rate := float64(ends(v)-before[i]) / time.Since(began).Seconds()
				v.Arriving = &rate
			}
		}
	}
}

func ends(v *diagnose.Vertex) (sum int64) {
	for _, p := range v.Partitions {
		sum += p.End
	}
	return sum
}

// positions reads how far the sources have read each partition. Kafka's connector has a metric for each that it reads
// (KafkaSourceReaderMetrics, since 1.14).
func (t *taking) positions(ctx context.Context) map[partition][]position {
	metric := regexp.MustCompile(`(?:^|\.)KafkaSourceReader\.topic\.(.+)\.partition\.(\d+)\.currentOffset$`)
	out := map[partition][]position{}
	for i, v := range t.snap.Vertices {
		if !t.source(v.ID) {
			continue
		}
		names, err := t.REST.VertexMetricNames(ctx, t.ID, v.ID)
		t.missing("metrics of "+v.Name, err)
		names = slices.DeleteFunc(names, func(name string) bool { return !metric.MatchString(name) })
		for some := range slices.Chunk(names, metricsAtOnce) {
			values, err := t.REST.VertexMetrics(ctx, t.ID, v.ID, some...)
			t.missing("offsets of "+v.Name, err)
			for name, value := range values {
				m := metric.FindStringSubmatch(name)
				if number, err := strconv.ParseInt(m[2], 10, 32); err == nil {
					key := partition{m[1], int32(number)}
					out[key] = append(out[key], position{i, int64(value.Max)})
				}
			}
		}
	}
	return out
}

// metricsAtOnce keeps the line of a request within what Flink's server takes, 4096 bytes.
const metricsAtOnce = 16

// source says whether nothing of the job flows into a vertex.
func (t *taking) source(vertex string) bool {
	return !slices.ContainsFunc(t.snap.Edges, func(e diagnose.Edge) bool { return e.To == vertex })
}

// inMetrics writes a name as Flink does in the names of metrics (MetricQueryService.replaceInvalidChars).
func inMetrics(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .:,", r) {
			return '_'
		}
		return r
	}, name)
}
