// Operator ids, as Flink computes them for a stream graph in which no operator has a uid (StreamGraphHasherV2; measured
// on 1.20.3 and 2.2.1, which make the same ids for the same graph).

package evolve

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strconv"
)

// identify gives every node its id. In the id are the place of a node in the graph, what it can be chained with, and the
// ids of its inputs; nothing of what it does is.
func (g *Graph) identify() {
	outputs := g.outputs()
	hashes := map[*Node][]byte{}
	seen := map[*Node]bool{}
	var queue []*Node
	for _, n := range g.Nodes {
		if len(n.Inputs) == 0 {
			queue, seen[n] = append(queue, n), true
		}
	}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if !hashed(n.Inputs, hashes) {
			seen[n] = false // its last input brings it back
			continue
		}
		hash := local(len(hashes), g.chainable(outputs[n]))
		for _, in := range n.Inputs {
			for i, b := range hashes[in.From] {
				hash[i] = hash[i]*37 ^ b
			}
		}
		hashes[n], n.ID = hash, hex.EncodeToString(hash)
		for _, out := range outputs[n] {
			if !seen[out.to] {
				queue, seen[out.to] = append(queue, out.to), true
			}
		}
	}
}

// output is an edge seen from its beginning.
type output struct {
	edge Edge
	to   *Node
}

// outputs lists the edges that leave each node, in the order in which Flink adds them: that of their targets.
func (g *Graph) outputs() map[*Node][]output {
	all := map[*Node][]output{}
	for _, n := range g.Nodes {
		for _, in := range n.Inputs {
			all[in.From] = append(all[in.From], output{edge: in, to: n})
		}
	}
	return all
}

// chainable counts the edges whose two ends Flink may run in one task.
func (g *Graph) chainable(outputs []output) int {
	n := 0
	for _, out := range outputs {
		if g.chains(out.edge, out.to) {
			n++
		}
	}
	return n
}

// chains reports whether an operator may stand behind another in its task.
func (g *Graph) chains(in Edge, to *Node) bool {
	if !g.Chaining || !in.Forward || len(to.Inputs) != 1 || in.From.Parallelism != to.Parallelism || to.Place == Head {
		return false
	}
	return to.Place != Yielding || g.head(in.From).Place != Legacy
}

// head is the first operator of the chain in which an operator stands.
func (g *Graph) head(n *Node) *Node {
	for len(n.Inputs) == 1 && g.chains(n.Inputs[0], n) {
		n = n.Inputs[0].From
	}
	return n
}

func hashed(inputs []Edge, hashes map[*Node][]byte) bool {
	for _, in := range inputs {
		if hashes[in.From] == nil {
			return false
		}
	}
	return true
}

// local hashes the number of a node, once for itself and once for each edge that can be chained: murmur3 for 128 bits,
// with seed 0, over little-endian integers of 32 bits.
func local(number, chainable int) []byte {
	words := make([]byte, 0, 4*(chainable+1))
	for range chainable + 1 {
		words = binary.LittleEndian.AppendUint32(words, uint32(number))
	}
	return murmur3(words)
}

const (
	murmur1 = 0x87c37b91114253d5
	murmur2 = 0x4cf5ad432745937f
)

func murmur3(data []byte) []byte {
	var h1, h2 uint64
	mix1 := func(k uint64) uint64 { return bits.RotateLeft64(k*murmur1, 31) * murmur2 }
	mix2 := func(k uint64) uint64 { return bits.RotateLeft64(k*murmur2, 33) * murmur1 }
	rest := data
	for ; len(rest) >= 16; rest = rest[16:] {
		h1 ^= mix1(binary.LittleEndian.Uint64(rest))
		h1 = (bits.RotateLeft64(h1, 27)+h2)*5 + 0x52dce729
		h2 ^= mix2(binary.LittleEndian.Uint64(rest[8:]))
		h2 = (bits.RotateLeft64(h2, 31)+h1)*5 + 0x38495ab5
	}
	if len(rest) > 0 {
		var tail [16]byte
		copy(tail[:], rest)
		h2 ^= mix2(binary.LittleEndian.Uint64(tail[8:]))
		h1 ^= mix1(binary.LittleEndian.Uint64(tail[:8]))
	}
	h1 ^= uint64(len(data))
	h2 ^= uint64(len(data))
	h1 += h2
	h2 += h1
	h1, h2 = final(h1), final(h2)
	h1 += h2
	h2 += h1
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, h1), h2)
}

func final(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// number gives the nodes uids instead, as table.exec.uid.generation = ALWAYS and compiled plans do: the number of the exec
// node and its name, so that nothing that was identified by its place fits. Numbers go on from what the planner did before: only one plan in a
// file has the same ones again.
func (g *Graph) number(file string) {
	for i, n := range g.Nodes {
		n.ID = "uid " + file + " " + strconv.Itoa(i+1) + "_" + n.Name
	}
}
