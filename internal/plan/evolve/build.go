// From physical plans to a stream graph: what the exec nodes of the planner and StreamGraphGenerator do.

package evolve

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/bind"
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

// GraphOf makes the stream graph of a job.
func GraphOf(j Job) *Graph {
	b := &builder{
		job: j, digests: newDigests(j.Functions), shared: map[string][]Edge{},
		graph: &Graph{Chaining: j.option("pipeline.operator-chaining.enabled", j.option("pipeline.operator-chaining", true))},
	}
	for _, p := range j.Plans {
		b.edges(p.Root)
	}
	b.graph.identify()
	if strings.EqualFold(j.Options["table.exec.uid.generation"], "ALWAYS") {
		b.graph.number()
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
	n.Parallelism = parallelism(op, n.Inputs)
	if op.Kind == changelog.Unknown || op.Kind == changelog.ProcessTableFunction {
		n.Unknown = true
	}
	b.keep(n, op)
	b.graph.Nodes = append(b.graph.Nodes, n)
	edge := Edge{From: n, Forward: true}
	if scan, ok := op.Detail.(*changelog.Scan); ok && scan.Options["scan.parallelism"] != "" {
		edge.Forward = false
	}
	return []Edge{edge}
}

// parallelism of an operator: all rows meet in one task behind an Exchange without keys, and in what is chained to it.
func parallelism(op *changelog.Operator, inputs []Edge) Parallelism {
	if op.Kind == changelog.Values {
		return Single
	}
	if len(op.Inputs) > 0 && op.Inputs[0].Kind == changelog.Exchange {
		if d, ok := op.Inputs[0].Detail.(*changelog.Distribution); ok && len(d.Keys) == 0 {
			return Single
		}
		return OfJob
	}
	if len(inputs) == 1 && inputs[0].Forward {
		return inputs[0].From.Parallelism
	}
	return OfJob
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

// sink makes the operators that a sink consists of (CommonExecSink).
func (b *builder) sink(op *changelog.Operator) []Edge {
	in := b.edges(op.Inputs[0])
	t, ok := op.Detail.(*changelog.Target)
	if !ok || t.Insert == nil || t.Insert.Table == nil {
		return b.add(&Node{Name: "Sink", op: op}, in)
	}
	table := t.Insert.Table
	if enforced(table) && !strings.EqualFold(b.job.Options["table.exec.sink.not-null-enforcer"], "NONE") {
		in = b.add(&Node{Name: "ConstraintEnforcer"}, in)
	}
	if t.Materialize {
		keyed := slices.Clone(in)
		for i := range keyed {
			keyed[i].Forward = false
		}
		n := &Node{Name: "SinkMaterializer", op: op, Key: keyType(op.Row, t.Keys)}
		n.States = []State{{Name: "values", Type: "KEY_VALUE LIST<" + rowType(op.Row) + "> LIST", TTL: b.ttl(op)}}
		in = b.add(n, keyed)
	}
	n := &Node{Name: "Sink: " + table.Path.Name, op: op}
	if table.Options["sink.parallelism"] != "" {
		n.Parallelism = OfSink
		in = slices.Clone(in)
		for i := range in {
			in[i].Forward = false
		}
	} else if len(in) == 1 {
		n.Parallelism = in[0].From.Parallelism
	}
	return b.written(n, in, table)
}

// written adds the sink itself: one operator, or a writer and a committer with states of their own.
func (b *builder) written(n *Node, in []Edge, table *bind.Table) []Edge {
	switch table.Options["connector"] {
	case "print", "blackhole", "jdbc":
		return b.add(n, in)
	case "kafka", "upsert-kafka":
		n.Name += ": Writer"
		n.States = []State{{Name: "writer_raw_states", Type: operatorState}}
		in = b.add(n, in)
		committer := &Node{Name: "Sink: " + table.Path.Name + ": Committer", Parallelism: n.Parallelism}
		committer.States = []State{{Name: "streaming_committer_raw_states", Type: operatorState}}
		return b.add(committer, in)
	}
	n.Unknown = true
	return b.add(n, in)
}

func (b *builder) add(n *Node, in []Edge) []Edge {
	n.Inputs = in
	if n.Parallelism == OfJob && len(in) == 1 && in[0].Forward {
		n.Parallelism = in[0].From.Parallelism
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
