// The stream graph of a job.

package evolve

import "github.com/autostream/autostream/internal/sql/changelog"

// Graph is the stream graph of a job: what Flink makes of its physical plans.
type Graph struct {
	Nodes    []*Node // in the order in which the planner creates them: sinks as written, each depth first, left input first
	Chaining bool    // pipeline.operator-chaining
}

// Node is an operator of a stream graph.
type Node struct {
	Name        string // of its kind, "GroupAggregate"; of sources and sinks with the table, "Source: clicks"
	ID          string // 32 hexadecimal digits
	Inputs      []Edge
	Parallelism Parallelism
	Key         string // types of the columns by which state is kept; "" of an operator that keeps none by key
	States      []State
	Unknown     bool // its states are not known

	op *changelog.Operator // nil for what a sink consists of
}

// Parallelism is that of an operator, as far as chaining goes.
type Parallelism uint8

// The parallelisms.
const (
	OfJob  Parallelism = iota
	Single             // one task, whatever the job has
	OfSink             // sink.parallelism
)

// Edge leads from a node to one that reads it.
type Edge struct {
	From    *Node
	Forward bool // rows stay in their task: no Exchange lies between
}

// State is one state that an operator registers.
type State struct {
	Name string
	Type string // kind and type of what is kept, as its serializer has it; "OPERATOR" when it is not kept by key
	TTL  bool   // entries have a time to live
}
