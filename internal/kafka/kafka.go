// Package kafka asks the brokers of Kafka which records their topics hold. It changes nothing there, and reads no records.
//
// It sends a handful of requests that every broker since 2.1 understands (KIP-896) over connections of its own: messages and
// ways of signing in are those of franz-go, whose whole client (kgo) is left to the tests, because what it prepares when a program
// starts would be felt by everybody who never asks a broker.
package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
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
	c, err := newCluster(p)
	if err != nil {
		return nil, err
	}
	defer c.close()
	leaders, err := c.leaders(ctx, wanted)
	if err != nil {
		return nil, fmt.Errorf("asking the brokers %s for their topics: %w", p["bootstrap.servers"], err)
	}
	var out []Partition
	var problems []error
	for broker, topics := range leaders {
		found, err := c.offsets(ctx, broker, topics)
		out = append(out, found...)
		problems = append(problems, err)
	}
	if group := p["group.id"]; group != "" && len(out) > 0 {
		problems = append(problems, c.committed(ctx, group, out))
	}
	slices.SortFunc(out, func(a, b Partition) int {
		if a.Topic != b.Topic {
			return strings.Compare(a.Topic, b.Topic)
		}
		return int(a.Number) - int(b.Number)
	})
	if problem := errors.Join(problems...); problem != nil {
		return out, fmt.Errorf("asking the brokers %s for offsets: %w", p["bootstrap.servers"], problem)
	}
	return out, nil
}

// partitions are numbers by topic.
type partitions map[string][]int32

// leaders finds the partitions of the topics that are wanted, by the broker that leads them.
func (c *cluster) leaders(ctx context.Context, wanted func(topic string) bool) (map[int32]partitions, error) {
	ask := kmsg.NewPtrMetadataRequest()
	ask.SetVersion(7)
	ask.Topics = nil // all
	answer, err := c.ask(ctx, anyBroker, ask)
	if err != nil {
		return nil, err
	}
	m := answer.(*kmsg.MetadataResponse)
	for _, b := range m.Brokers {
		c.addresses[b.NodeID] = fmt.Sprintf("%s:%d", b.Host, b.Port)
	}
	out := map[int32]partitions{}
	for _, t := range m.Topics {
		if t.Topic == nil || t.IsInternal || !wanted(*t.Topic) {
			continue
		}
		for _, p := range t.Partitions {
			if out[p.Leader] == nil {
				out[p.Leader] = partitions{}
			}
			out[p.Leader][*t.Topic] = append(out[p.Leader][*t.Topic], p.Partition)
		}
	}
	return out, nil
}

// Timestamps of ListOffsets that stand for an end of a partition.
const (
	latest   = -1
	earliest = -2
)

// offsets asks a broker for both ends of partitions.
func (c *cluster) offsets(ctx context.Context, broker int32, of partitions) ([]Partition, error) {
	oldest, problem, err := c.list(ctx, broker, of, earliest)
	if err != nil {
		return nil, err
	}
	ends, missing, err := c.list(ctx, broker, of, latest)
	if err != nil {
		return nil, err
	}
	var out []Partition
	for at, end := range ends {
		if first, ok := oldest[at]; ok {
			out = append(out, Partition{Topic: at.topic, Number: at.number, Oldest: first, End: end, Committed: -1})
		}
	}
	return out, errors.Join(problem, missing)
}

// place is a partition in a map.
type place struct {
	topic  string
	number int32
}

// list asks a broker for one end of partitions; those that it does not tell are in problem.
func (c *cluster) list(ctx context.Context, broker int32, of partitions, timestamp int64) (_ map[place]int64, problem, err error) {
	ask := kmsg.NewPtrListOffsetsRequest()
	ask.SetVersion(4)
	ask.ReplicaID = -1
	if c.properties["isolation.level"] == "read_committed" {
		ask.IsolationLevel = 1
	}
	for topic, numbers := range of {
		t := kmsg.NewListOffsetsRequestTopic()
		t.Topic = topic
		for _, n := range numbers {
			p := kmsg.NewListOffsetsRequestTopicPartition()
			p.Partition, p.CurrentLeaderEpoch, p.Timestamp = n, -1, timestamp
			t.Partitions = append(t.Partitions, p)
		}
		ask.Topics = append(ask.Topics, t)
	}
	answer, err := c.ask(ctx, broker, ask)
	if err != nil {
		return nil, nil, err
	}
	out := map[place]int64{}
	for _, t := range answer.(*kmsg.ListOffsetsResponse).Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode != 0 {
				problem = fmt.Errorf("partition %d of %s: %w", p.Partition, t.Topic, code(p.ErrorCode))
				continue
			}
			out[place{t.Topic, p.Partition}] = p.Offset
		}
	}
	return out, problem, nil
}

// committed fills in where the group is.
func (c *cluster) committed(ctx context.Context, group string, all []Partition) error {
	find := kmsg.NewPtrFindCoordinatorRequest()
	find.SetVersion(2)
	find.CoordinatorKey = group
	answer, err := c.ask(ctx, anyBroker, find)
	if err != nil {
		return err
	}
	coordinator := answer.(*kmsg.FindCoordinatorResponse)
	if coordinator.ErrorCode != 0 {
		return fmt.Errorf("the coordinator of group %s: %w", group, code(coordinator.ErrorCode))
	}
	c.addresses[coordinator.NodeID] = fmt.Sprintf("%s:%d", coordinator.Host, coordinator.Port)
	ask := kmsg.NewPtrOffsetFetchRequest()
	ask.SetVersion(5)
	ask.Group = group
	ask.Topics = nil // all
	answer, err = c.ask(ctx, coordinator.NodeID, ask)
	if err != nil {
		return err
	}
	fetched := answer.(*kmsg.OffsetFetchResponse)
	if fetched.ErrorCode != 0 {
		return fmt.Errorf("the offsets of group %s: %w", group, code(fetched.ErrorCode))
	}
	at := map[place]int64{}
	for _, t := range fetched.Topics {
		for _, p := range t.Partitions {
			if p.ErrorCode == 0 {
				at[place{t.Topic, p.Partition}] = p.Offset
			}
		}
	}
	for i := range all {
		if offset, ok := at[place{all[i].Topic, all[i].Number}]; ok {
			all[i].Committed = offset
		}
	}
	return nil
}

// code is an error of Kafka's protocol.
type code int16

// Error names the errors that are met when asking; the others have a number (https://kafka.apache.org/protocol#protocol_error_codes).
func (c code) Error() string {
	switch c {
	case 3:
		return "no such topic or partition"
	case 5, 6:
		return "it has no leader at the moment"
	case 14, 15, 16:
		return "it is not available at the moment"
	case 29:
		return "not allowed to see the topic"
	case 30:
		return "not allowed to see the group"
	case 33:
		return "the brokers do not know this way of signing in"
	case 58:
		return "the name or the password is wrong"
	}
	return fmt.Sprintf("Kafka error %d", int16(c))
}
