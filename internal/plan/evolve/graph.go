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
	Name           string // of its kind, "GroupAggregate"; of sources and sinks with the table, "Source: clicks"
	ID             string // 32 hexadecimal digits
	Inputs         []Edge
	Parallelism    int // tasks
	MaxParallelism int // 1 of an operator that is bound to one task; 0 leaves it to the job
	Place          Place
	Key            string // types of the columns by which state is kept; "" of an operator that keeps none by key
	States         []State
	Unknown        bool // its states are not known
	Expects        bool // it fails when its task is restored and there is no state for it

	op *changelog.Operator // nil for what a sink consists of
}

// Place is where in a chain an operator may stand (ChainingStrategy, and StreamingJobGraphGenerator.isChainable).
type Place uint8

// The places.
const (
	Anywhere Place = iota
	Legacy         // a source of the interface before FLIP-27: at the head, and no operator that yields may follow
	Yielding       // anywhere but behind a legacy source: writers of sinks, asynchronous operators
	Head           // only at the head
)

// Edge leads from a node to one that reads it.
type Edge struct {
	From    *Node
	Forward bool // no Exchange lies between
}

// State is one state that an operator registers.
type State struct {
	Name string
	Type string // kind and type of what is kept, as its serializer has it; "OPERATOR" when it is not kept by key
	TTL  bool   // entries have a time to live
}
