// The operators that a sink consists of (CommonExecSink, SinkTransformationTranslator), and what each keeps.

package evolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/changelog"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// making says through which interface of Flink a connector writes.
type making uint8

const (
	unknownSink making = iota
	function           // SinkFunction: one operator without state
	writer             // Sink: a writer without state
	stateful           // Sink with SupportsWriterState
	committing         // Sink with SupportsCommitter
	both               // Sink with both
	files              // a topology of its own
)

// makingOf says how the tables of a connector are written.
func makingOf(connector string) making {
	switch connector {
	case "print", "jdbc", "hbase-1.4", "hbase-2.2":
		return function
	case "blackhole", "elasticsearch-6", "elasticsearch-7", "opensearch", "opensearch-1", "opensearch-2", "mongodb":
		return writer
	case "kinesis", "firehose", "dynamodb":
		return stateful
	case "pulsar":
		return committing
	case "kafka", "upsert-kafka", "dynamic-kafka":
		return both
	case "filesystem":
		return files
	}
	return unknownSink
}

// sink makes the operators of a sink.
func (b *builder) sink(op *changelog.Operator) []Edge {
	in := b.edges(op.Inputs[0])
	t, ok := op.Detail.(*changelog.Target)
	if !ok || t.Insert == nil || t.Insert.Table == nil {
		return b.add(&Node{Name: "Sink", op: op, Unknown: true}, in)
	}
	table := t.Insert.Table
	if enforced(table) || b.measured(table) {
		in = b.add(&Node{Name: "ConstraintEnforcer"}, in)
	}
	tasks := 0
	if own, err := strconv.Atoi(table.Options["sink.parallelism"]); err == nil {
		tasks = own
	}
	if t.Materialize {
		keyed := slices.Clone(in)
		for i := range keyed {
			keyed[i].Forward = false
		}
		n := &Node{Name: "SinkMaterializer", op: op, Key: keyType(op.Row, t.Keys), Parallelism: tasks}
		n.States = []State{{Name: "values", Type: "KEY_VALUE LIST<" + rowType(op.Row) + "> LIST", TTL: b.ttl(op)}}
		in = b.add(n, keyed)
	}
	made := makingOf(table.Options["connector"])
	if made > function && slices.ContainsFunc(op.Inputs[0].Row, func(f changelog.Field) bool { return f.Attribute == types.Rowtime }) {
		in = b.add(&Node{Name: "StreamRecordTimestampInserter", Parallelism: tasks}, in)
	}
	n := &Node{Name: "Sink: " + table.Path.Name, op: op, Parallelism: tasks}
	switch made {
	case unknownSink:
		n.Unknown = true
	case files:
		return b.files(n, in, table)
	case writer, committing:
		n.Place = Yielding
	case stateful, both:
		n.Place = Yielding
		n.States = operatorStates("writer_raw_states")
	}
	in = b.add(n, in)
	if made == committing || made == both {
		n.Name += ": Writer"
		in = b.add(&Node{Name: "Sink: " + table.Path.Name + ": Committer", States: operatorStates("streaming_committer_raw_states")}, in)
	}
	return in
}

// files makes the operators of a sink of files (StreamingSink of flink-connector-files).
func (b *builder) files(n *Node, in []Edge, table *bind.Table) []Edge {
	n.Name += ": StreamingFileWriter"
	n.States = operatorStates("bucket-states", "max-part-counter", "end_of_input_state")
	out := b.add(n, in)
	if strings.EqualFold(table.Options["auto-compaction"], "true") {
		out = b.add(alone(b.filing("compact-coordinator", "files-state")), out)
		out[0].Forward = false // every task gets all
		compact := b.filing("compact-operator", "expired-files")
		compact.Parallelism = n.Parallelism
		out = b.add(compact, out)
	}
	if len(table.Partition) > 0 && table.Options["sink.partition-commit.policy.kind"] != "" {
		states := []string{"pending-partitions-with-time"}
		if strings.EqualFold(table.Options["sink.partition-commit.trigger"], "partition-time") {
			states = []string{"pending-partitions", "checkpoint-id-to-watermark"}
		}
		out = b.add(alone(b.filing("PartitionCommitter", states...)), out)
	}
	return b.add(&Node{Name: "end: Writer", Place: Yielding, Parallelism: 1}, out)
}

// filing is an operator behind the writer of files. It says nothing about chaining, so that it begins a chain up to 1.20
// and stands anywhere since 2.0 (AbstractStreamOperator.chainingStrategy), and it takes the first element of its state for
// granted when it is restored.
func (b *builder) filing(name string, states ...string) *Node {
	n := &Node{Name: name, States: operatorStates(states...), Expects: true}
	if b.job.Release < token.V2_0 {
		n.Place = Head
	}
	return n
}

// alone binds an operator to one task.
func alone(n *Node) *Node {
	n.Parallelism, n.MaxParallelism = 1, 1
	return n
}

func operatorStates(names ...string) []State {
	states := make([]State, len(names))
	for i, name := range names {
		states[i] = State{Name: name, Type: operatorState}
	}
	return states
}

// add appends a node behind others. One whose parallelism is not given has that of its input.
func (b *builder) add(n *Node, in []Edge) []Edge {
	n.Inputs = in
	if n.Parallelism == 0 {
		n.Parallelism = b.job.tasks()
		if len(in) == 1 {
			n.Parallelism = in[0].From.Parallelism
		}
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
	return []Edge{{From: n, Forward: true}}
}

// enforced reports whether rows are checked before they are written: a column of the table is not nullable, as those of a
// primary key are.
func enforced(t *bind.Table) bool {
	for _, f := range t.Columns {
		if f.Kind == bind.Physical && (f.Type.NotNull || slices.Contains(t.PrimaryKey, f.Name)) {
			return true
		}
	}
	return false
}

// measured reports whether texts and bytes are brought to the lengths of their columns.
func (b *builder) measured(t *bind.Table) bool {
	if mode := b.job.Options["table.exec.sink.type-length-enforcer"]; mode == "" || strings.EqualFold(mode, "IGNORE") {
		return false
	}
	return slices.ContainsFunc(t.Columns, func(f *bind.TableField) bool {
		switch f.Type.Root {
		case types.Char, types.Varchar, types.Binary, types.Varbinary:
			return f.Kind == bind.Physical && f.Type.Precision != types.MaxLength
		}
		return false
	})
}
