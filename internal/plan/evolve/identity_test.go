package evolve

import "testing"

// chain makes a graph of nodes in a row; an edge into a name with a leading "=" is an Exchange.
func chain(names ...string) *Graph {
	g := &Graph{Chaining: true}
	var last *Node
	for _, name := range names {
		n := &Node{Name: name, Parallelism: 1}
		if last != nil {
			n.Inputs = []Edge{{From: last, Forward: name[0] != '='}}
		}
		g.Nodes, last = append(g.Nodes, n), n
	}
	return g
}

func TestIDs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		graph *Graph
		node  int
		want  string
	}{
		{"source that stands alone", chain("source", "=sink"), 0, "bc764cd8ddf7a0cff126f51c16239658"},
		{"source with a Calc behind it", chain("source", "Calc"), 0, "cbc357ccb763df2852fee8c4fc7d55f2"},
		{"aggregate behind a Calc", chain("source", "Calc", "=aggregate", "sink"), 2, "90bea66de1c231edf33913ecd54406c1"},
		{"aggregate behind the source", chain("source", "=aggregate", "sink"), 1, "20ba6b65f97481d5570070de90e4e791"},
	} {
		test.graph.identify()
		if got := test.graph.Nodes[test.node].ID; got != test.want {
			t.Errorf("%s: id %s, want %s", test.name, got, test.want)
		}
	}
}
