// Package kafka asks the brokers of Kafka which records their topics hold. It changes nothing there, and reads no records.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/autostream/autostream/internal/base/fault"
)

// Properties are those of Kafka's own clients, by their names: "bootstrap.servers", "security.protocol".
type Properties map[string]string

// Partition is which records a partition holds.
type Partition struct {
	Topic     string
	Number    int32
	Oldest    int64 // offset of the oldest record
	End       int64 // of the record that will be written next; only of committed ones where the properties ask for those
	Committed int64 // offset that the group in the properties goes on from; -1 where it has committed none, or there is no group
}

// Partitions tells the partitions of the topics that are wanted, ordered by topic and number. Partitions whose leader does
// not answer are left out, and are the error together with what the others answered.
func Partitions(ctx context.Context, p Properties, wanted func(topic string) bool) ([]Partition, error) {
	options, err := p.options()
	if err != nil {
		return nil, err
	}
	client, err := kgo.NewClient(options...)
	if err != nil {
		return nil, fault.Errorf(fault.Usage, "the properties of the Kafka client: %w", err)
	}
	defer client.Close()
	asking := kadm.NewClient(client)
	all, err := asking.ListTopics(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking the brokers %s for their topics: %w", p["bootstrap.servers"], err)
	}
	names := slices.DeleteFunc(all.Names(), func(topic string) bool { return !wanted(topic) })
	if len(names) == 0 {
		return nil, nil
	}
	list := asking.ListEndOffsets
	if p["isolation.level"] == "read_committed" {
		list = asking.ListCommittedOffsets
	}
	oldest, gone := asking.ListStartOffsets(ctx, names...)
	ends, missing := list(ctx, names...)
	problem := errors.Join(gone, missing)
	var committed kadm.OffsetResponses
	if group := p["group.id"]; group != "" {
		committed, err = asking.FetchOffsets(ctx, group)
		problem = errors.Join(problem, err)
	}
	var out []Partition
	ends.Each(func(end kadm.ListedOffset) {
		first, ok := oldest.Lookup(end.Topic, end.Partition)
		if failed := errors.Join(end.Err, first.Err); !ok || failed != nil {
			problem = errors.Join(problem, failed)
			return
		}
		partition := Partition{Topic: end.Topic, Number: end.Partition, Oldest: first.Offset, End: end.Offset, Committed: -1}
		if at, ok := committed.Lookup(end.Topic, end.Partition); ok && at.Err == nil {
			partition.Committed = at.At
		}
		out = append(out, partition)
	})
	slices.SortFunc(out, func(a, b Partition) int {
		if a.Topic != b.Topic {
			return strings.Compare(a.Topic, b.Topic)
		}
		return int(a.Number) - int(b.Number)
	})
	if problem != nil {
		return out, fmt.Errorf("asking the brokers %s for offsets: %w", p["bootstrap.servers"], problem)
	}
	return out, nil
}
