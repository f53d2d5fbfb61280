// From physical plans to a stream graph: what the exec nodes of the planner and StreamGraphGenerator do.

package evolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/sql/changelog"
)

// option reads a boolean option.
func (j *Job) option(key string, otherwise bool) bool {
	switch strings.ToLower(j.Options[key]) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// tasks is the parallelism of a job: what Flink takes when nobody says is 1.
func (j *Job) tasks() int {
	for _, key := range []string{"table.exec.resource.default-parallelism", "parallelism.default"} {
		if n, err := strconv.Atoi(j.Options[key]); err == nil && n > 0 {
			return n
		}
	}
	return 1
}

// GraphOf makes the stream graph of a job.
func GraphOf(j Job) *Graph {
	b := &builder{
		job: j, digests: newDigests(j.Functions), shared: map[string][]Edge{},
		graph: &Graph{Chaining: j.option("pipeline.operator-chaining.enabled", j.option("pipeline.operator-chaining", true))},
	}
	for _, p := range j.Plans {
		if root := p.Graph(); root != nil {
			b.edges(root)
		}
	}
	b.graph.identify()
	if j.Compiled != "" || strings.EqualFold(j.Options["table.exec.uid.generation"], "ALWAYS") {
		b.graph.number(j.Compiled)
	}
	return b.graph
}

type builder struct {
	job     Job
	graph   *Graph
	digests *digests
	shared  map[string][]Edge // by digest: equal parts of a plan are planned once (SubplanReuser)
}

// edges returns what leads out of an operator, making the nodes that are still missing.
func (b *builder) edges(op *changelog.Operator) []Edge {
	digest := b.digests.whole(op)
	reusable := b.reusable(op)
	if found, ok := b.shared[digest]; ok && reusable {
		return found
	}
	out := b.made(op)
	if reusable {
		b.shared[digest] = out
	}
	return out
}

func (b *builder) reusable(op *changelog.Operator) bool {
	switch {
	case op.Kind == changelog.Sink, !b.job.option("table.optimizer.reuse-sub-plan-enabled", true):
		return false
	case op.Kind == changelog.TableSourceScan:
		return b.job.option("table.optimizer.reuse-source-enabled", true)
	}
	return true
}

func (b *builder) made(op *changelog.Operator) []Edge {
	switch op.Kind {
	case changelog.Exchange:
		in := slices.Clone(b.edges(op.Inputs[0]))
		for i := range in {
			in[i].Forward = false
		}
		return in
	case changelog.Union:
		var all []Edge
		for _, in := range op.Inputs {
			all = append(all, b.edges(in)...)
		}
		return all
	case changelog.Sink:
		return b.sink(op)
	}
	n := &Node{Name: name(op), op: op}
	for _, in := range op.Inputs {
		if scan, ok := in.Detail.(*changelog.Scan); ok && scan.Lookup {
			continue // rows are asked for by key, nothing flows
		}
		n.Inputs = append(n.Inputs, b.edges(in)...)
	}
	n.Inputs = b.buckets(op, n.Inputs)
	b.spread(n, op)
	if op.Kind == changelog.Unknown || op.Kind == changelog.ProcessTableFunction {
		n.Unknown = true
	}
	b.keep(n, op)
	b.graph.Nodes = append(b.graph.Nodes, n)
	// Changes from a source with a parallelism of its own are handed out by key; what is only added stays.
	scan, ok := op.Detail.(*changelog.Scan)
	return []Edge{{From: n, Forward: !ok || scan.Options["scan.parallelism"] == "" || !takesBack(op)}}
}

// spread says in how many tasks an operator runs: all rows meet in one behind an Exchange without keys, and what follows it
// without another Exchange stays there.
func (b *builder) spread(n *Node, op *changelog.Operator) {
	n.Parallelism = b.job.tasks()
	switch d := op.Detail.(type) {
	case *changelog.Scan:
		if own, err := strconv.Atoi(d.Options["scan.parallelism"]); err == nil {
			n.Parallelism = own
		}
		return
	}
	switch {
	case op.Kind == changelog.Values:
		n.Parallelism, n.MaxParallelism = 1, 1
	case len(op.Inputs) > 0 && op.Inputs[0].Kind == changelog.Exchange:
		if d, ok := op.Inputs[0].Detail.(*changelog.Distribution); ok && len(d.Keys) == 0 {
			n.Parallelism, n.MaxParallelism = 1, 1
		}
	case len(n.Inputs) == 1 && n.Inputs[0].Forward:
		if scan, ok := n.Inputs[0].From.op, n.Inputs[0].From.op != nil; !ok || scan.Kind != changelog.TableSourceScan {
			n.Parallelism = n.Inputs[0].From.Parallelism
		}
	}
}

func name(op *changelog.Operator) string {
	switch d := op.Detail.(type) {
	case *changelog.Scan:
		if d.Table != nil {
			return "Source: " + d.Table.Path.Name
		}
	}
	if op.Kind == changelog.Values {
		return "Source: Values"
	}
	return string(op.Kind)
}
