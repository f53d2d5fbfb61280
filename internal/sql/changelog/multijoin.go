// MultiJoin: inner and left joins in a row that share a key become one operator, which keeps no rows of what lies between
// them (JoinToMultiJoinRule).

package changelog

import (
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/token"
)

// The releases that have the operator, and the hint for single joins.
const (
	mergesJoins     = token.V2_1
	mergesByHint    = token.V2_3
	multiJoinOption = "table.optimizer.multi-join.enabled"
)

// MultiJoining is the detail of MultiJoin. Columns in its conditions are those of all inputs, one behind the other.
type MultiJoining struct {
	Types []JoinType // how each input joins those before it: Inner or Left; the first one is Inner
	On    [][]Value  // with which conditions
	Keys  [][]int    // the columns of each input that are equal in all of them
}

func (*MultiJoining) detail() {}

// multi merges the joins of a plan, inputs first. It sees them before projections between them are pruned.
func (b *builder) multi(op *Operator) *Operator {
	if b.Batch || b.Release < mergesJoins {
		return op
	}
	hinted := func(*Operator) bool { return b.on(multiJoinOption) }
	if !b.on(multiJoinOption) {
		if b.Release < mergesByHint || !strings.Contains(strings.ToUpper(b.text(b.whole)), multiJoinHint) {
			return op
		}
		places := hintedJoins(b.syntax)
		hinted = func(op *Operator) bool { return places[op.At] }
	}
	return b.mergedJoins(op, hinted)
}

func (b *builder) mergedJoins(op *Operator, wanted func(*Operator) bool) *Operator {
	for i, in := range op.Inputs {
		op.Inputs[i] = b.mergedJoins(in, wanted)
	}
	j, ok := op.Detail.(*Joining)
	if !ok || op.Kind != Join || j.Snapshot || j.Type != Inner && j.Type != Left || !wanted(op) {
		return op
	}
	if _, _, interval := b.interval(op, j); interval {
		return op
	}
	out := *op
	out.Kind = MultiJoin
	left := trimmed(op.Inputs[0])
	if before, ok := left.Detail.(*MultiJoining); ok {
		longer := &MultiJoining{Types: append(slices.Clone(before.Types), j.Type), On: append(slices.Clone(before.On), j.Conditions)}
		out.Inputs, out.Detail = append(slices.Clone(left.Inputs), op.Inputs[1]), longer
		if len(commonKey(&out, longer)[0]) > 0 {
			return &out
		}
	}
	out.Inputs, out.Detail = []*Operator{left, op.Inputs[1]}, &MultiJoining{Types: []JoinType{Inner, j.Type}, On: [][]Value{nil, j.Conditions}}
	return &out
}

// commonKey returns the columns of each input that some equality holds together in every step, directly or through others.
func commonKey(op *Operator, d *MultiJoining) [][]int {
	starts := make([]int, len(op.Inputs)+1)
	for i, in := range op.Inputs {
		starts[i+1] = starts[i] + len(in.Row)
	}
	class := all(starts[len(op.Inputs)]) // the smallest column that is known to be equal
	steps := map[int][]int{}             // one column of each equality, by step
	for i := 1; i < len(op.Inputs); i++ {
		for n := range d.On[i] {
			l, r, ok := equation(&d.On[i][n], starts[i])
			if !ok {
				continue
			}
			r += starts[i]
			steps[i] = append(steps[i], l)
			from, to := max(class[l], class[r]), min(class[l], class[r])
			for c := range class {
				if class[c] == from {
					class[c] = to
				}
			}
		}
	}
	common := func(column int) bool {
		for i := 1; i < len(op.Inputs); i++ {
			if !slices.ContainsFunc(steps[i], func(l int) bool { return class[l] == class[column] }) {
				return false
			}
		}
		return true
	}
	keys := make([][]int, len(op.Inputs))
	for i := range op.Inputs {
		for c := starts[i]; c < starts[i+1]; c++ {
			if common(c) {
				keys[i] = append(keys[i], c-starts[i])
			}
		}
	}
	return keys
}

func (b *builder) physicalMultiJoin(op *Operator) *Operator {
	d := op.Detail.(*MultiJoining)
	d.Keys = commonKey(op, d)
	for i, in := range op.Inputs {
		op.Inputs[i] = exchange(trimmed(materialized(in, isAttribute)), d.Keys[i])
	}
	for i := range op.Row {
		op.Row[i].Attribute, op.Row[i].Window, op.Row[i].Part = 0, nil, NoPart
	}
	return op
}

func pruneMultiJoin(op *Operator, need []int) (*Operator, []int) {
	d := op.Detail.(*MultiJoining)
	uses := union(need, usesOf(d.On...))
	var at []int
	row := op.Row
	start := 0
	op.Row = nil
	for i, in := range op.Inputs {
		width := len(in.Row) // pruning may change it
		var own []int
		for _, u := range uses {
			if u >= start && u < start+width {
				own = append(own, u-start)
			}
		}
		next, to := side(in, own)
		moved := len(op.Row)
		op.Row = append(op.Row, next.Row...)
		for from, n := range to {
			if n != none {
				n += moved
				op.Row[n] = row[start+from]
			}
			at = append(at, n)
		}
		start += width
		op.Inputs[i] = next
	}
	for _, conditions := range d.On {
		for n, c := range conditions {
			conditions[n] = c.moved(through(at))
		}
	}
	return op, at
}

// multiJoinKeys are those of the joins one after the other. Of upsert keys, only those with the common key stay in order.
func multiJoinKeys(op *Operator, d *MultiJoining, kind keyKind) []Key {
	keys := keysOf(op.Inputs[0], kind)
	distributions := []Key{Key(d.Keys[0])}
	width := len(op.Inputs[0].Row)
	for i := 1; i < len(op.Inputs); i++ {
		right := keysOf(op.Inputs[i], kind)
		single := slices.ContainsFunc(distributions, func(columns Key) bool { return within(keys, columns) })
		if kind == upsert {
			keys = slices.DeleteFunc(slices.Clone(keys), func(k Key) bool {
				return !slices.ContainsFunc(distributions, func(columns Key) bool { return contains(k, columns) })
			})
		}
		keys = combined(width, d.Types[i], keys, kind.distributed(right, d.Keys[i]), single, within(right, d.Keys[i]))
		var moved Key
		for _, c := range d.Keys[i] {
			moved = append(moved, c+width)
		}
		distributions = append(distributions, moved)
		width += len(op.Inputs[i].Row)
	}
	return keys
}

const multiJoinHint = "MULTI_JOIN"

// hintedJoins returns the places of the joins of which a hint names a table of either side.
func hintedJoins(statement ast.Node) map[ast.Loc]bool {
	places := map[ast.Loc]bool{}
	ast.Inspect(statement, func(n ast.Node) bool {
		s, ok := n.(*ast.Select)
		if !ok || s.Hints == nil || s.From == nil {
			return true
		}
		named := map[string]bool{}
		for i := range s.Hints.Items {
			if h := &s.Hints.Items[i]; strings.EqualFold(h.Name.Name, multiJoinHint) {
				for _, a := range h.Args {
					named[a.Value] = true
				}
			}
		}
		within := func(t ast.TableRef) bool {
			found := false
			ast.Inspect(t, func(n ast.Node) bool {
				ref, isTable := n.(ast.TableRef)
				found = found || isTable && named[tableName(ref)]
				_, below := n.(*ast.Select)
				return !found && !below
			})
			return found
		}
		ast.Inspect(s.From, func(n ast.Node) bool {
			if j, isJoin := n.(*ast.Join); isJoin && within(j.Left) && within(j.Right) {
				places[j.Loc] = true
			}
			_, below := n.(*ast.Select)
			return !below
		})
		return true
	})
	return places
}
