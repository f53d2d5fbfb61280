// Keys: by which columns a row, or the row that a change is about, can be told (FlinkRelMdUniqueKeys, FlinkRelMdUpsertKeys).

package changelog

import (
	"slices"
)

// Key is a set of columns, ascending.
type Key []int

// addKey adds a key that is not there yet.
func addKey(keys []Key, k Key) []Key {
	k = Key(union(nil, k))
	if slices.ContainsFunc(keys, func(o Key) bool { return slices.Equal(o, k) }) {
		return keys
	}
	return append(keys, k)
}

// containing leaves the keys that have all columns by which rows are distributed: only for these do the changes of one
// key stay in order.
func containing(keys []Key, columns []int) []Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return !contains(k, columns) })
}

// within reports whether columns have all of some key.
func within(keys []Key, columns []int) bool {
	return slices.ContainsFunc(keys, func(k Key) bool { return contains(columns, k) })
}

// keyKind says which keys are asked for.
type keyKind uint8

const (
	unique keyKind = iota // of the table that the changes make up
	upsert                // in which changes stay in order
	plain                 // unique, of columns that no cast has touched
)

func uniqueKeys(op *Operator) []Key { return keysOf(op, unique) }
func upsertKeys(op *Operator) []Key { return keysOf(op, upsert) }

// distributed leaves the keys that a distribution keeps, of those that have to stay in order.
func (k keyKind) distributed(keys []Key, columns []int) []Key {
	if k != upsert {
		return keys
	}
	return containing(keys, columns)
}

func keysOf(op *Operator, kind keyKind) []Key {
	switch d := op.Detail.(type) {
	case *Scan:
		if kind == plain && d.Table.Watermark != nil { // FlinkRelMdColumnUniqueness sees nothing below its operator
			return nil
		}
		if columns := columnsOf(d.Fields, d.Table.PrimaryKey); columns != nil {
			return []Key{columns}
		}
	case *Program:
		values := d.Values
		if kind == upsert && stored(op.input()) {
			values = widened(values, op.input().Row)
		}
		return projectedKeys(values, keysOf(op.input(), kind), kind)
	case *Distribution:
		return kind.distributed(keysOf(op.input(), kind), d.Keys)
	case *Normalizing:
		return []Key{Key(union(nil, d.Keys))}
	case *Grouping:
		return groupKeys(op, d, kind)
	case *Ranking:
		return rankKeys(op, d, kind)
	case *Ordering:
		var columns []int
		for _, o := range d.Order {
			columns = append(columns, o.Column)
		}
		return kind.distributed(keysOf(op.input(), kind), columns)
	case *Overs:
		if d.keyless && kind == upsert {
			return nil
		}
		return kind.distributed(keysOf(op.input(), kind), d.Partition)
	case *Joining:
		return joinKeys(op, d, kind)
	case *MultiJoining:
		return multiJoinKeys(op, d, kind)
	case *Watermark:
		return keysOf(op.input(), kind)
	}
	switch op.Kind {
	case MiniBatchAssigner, DropUpdateBefore:
		return keysOf(op.input(), kind)
	}
	return nil
}

// stored reports whether the rows of an operator are those of a table as they come, normalised at most.
func stored(op *Operator) bool {
	for {
		switch op.Kind {
		case TableSourceScan:
			return true
		case Exchange, ChangelogNormalize, DropUpdateBefore, MiniBatchAssigner, WatermarkAssigner, Calc:
			op = op.input()
		default:
			return false
		}
	}
}

// widened leaves the casts that pass on a key of a table: those that Flink makes by itself. The other ones that lose nothing
// pass on the keys that operators make, since 2.3.
func widened(values []Value, row []Field) []Value {
	out := slices.Clone(values)
	for i, v := range out {
		if v.Cast && v.Input >= 0 && !keepsKeys(row[v.Input].Type, v.Type) {
			out[i].Input = none
		}
	}
	return out
}

// projectedKeys are the keys that a projection passes on, under each name that it gives them.
func projectedKeys(values []Value, keys []Key, kind keyKind) []Key {
	var out []Key
	for _, k := range keys {
		choices := []Key{nil}
		for _, column := range k {
			var next []Key
			for i, v := range values {
				if v.Input == column && !(v.Cast && kind == plain) {
					for _, c := range choices {
						next = append(next, append(slices.Clone(c), i))
					}
				}
			}
			choices = next
			if len(choices) > 16 {
				choices = choices[:16]
			}
		}
		for _, c := range choices {
			out = addKey(out, c)
		}
	}
	return out
}

func groupKeys(op *Operator, g *Grouping, kind keyKind) []Key {
	keys := Key(all(len(g.Keys)))
	switch op.Kind {
	case GroupAggregate, GlobalGroupAggregate:
		return []Key{keys}
	case GroupWindowAggregate: // with each property of the window
		var out []Key
		for i := len(g.Keys) + len(g.Calls); i < len(op.Row); i++ {
			out = addKey(out, append(slices.Clone(keys), i))
		}
		return out
	case Expand:
		return expandKeys(op, g, kind)
	}
	return nil
}

// expandKeys are those of the input that no grouping set clears, with the number of the set.
func expandKeys(op *Operator, g *Grouping, kind keyKind) []Key {
	var out []Key
	for _, k := range keysOf(op.input(), kind) {
		if !slices.ContainsFunc(k, func(c int) bool { return slices.Contains(g.Keys, c) }) {
			out = addKey(out, append(slices.Clone(k), len(op.Row)-1))
		}
	}
	return out
}

func rankKeys(op *Operator, r *Ranking, kind keyKind) []Key {
	switch {
	case op.Kind != Deduplicate && op.Kind != Rank && op.Kind != WindowRank:
		return nil
	case kind == plain: // it is no rank yet when aggregations are removed
		return keysOf(op.input(), kind)
	case op.Kind == Deduplicate:
		return []Key{Key(union(nil, r.Partition))}
	}
	if r.deduplicates() {
		return []Key{Key(union(nil, r.Partition))}
	}
	keys := kind.distributed(keysOf(op.input(), kind), r.Partition)
	if !r.Numbered {
		return keys
	}
	var out []Key
	if r.Function == "ROW_NUMBER" {
		out = addKey(out, append(slices.Clone(r.Partition), len(op.Row)-1))
	}
	for _, k := range keys {
		out = addKey(out, k)
	}
	return out
}

func joinKeys(op *Operator, j *Joining, kind keyKind) []Key {
	switch op.Kind {
	case Join, IntervalJoin, TemporalJoin, WindowJoin:
	case LookupJoin:
		return lookupKeys(op, j, kind)
	default:
		return nil
	}
	if op.Kind == WindowJoin && kind == upsert {
		return nil
	}
	left := keysOf(op.Inputs[0], kind)
	if j.Type == Semi || j.Type == Anti {
		return kind.distributed(left, j.Left)
	}
	right := keysOf(op.Inputs[1], kind)
	return combined(op.width(), j.Type, kind.distributed(left, j.Left), kind.distributed(right, j.Right), within(left, j.Left), within(right, j.Right))
}

// combined are the keys of a join: one of each side together, and those of a side whose rows find one row at most.
func combined(width int, t JoinType, left, right []Key, leftUnique, rightUnique bool) []Key {
	var out []Key
	moved := make([]Key, len(right))
	for i, k := range right {
		for _, c := range k {
			moved[i] = append(moved[i], c+width)
		}
	}
	for _, r := range moved {
		for _, l := range left {
			out = addKey(out, append(slices.Clone(l), r...))
		}
	}
	if rightUnique && t != Right && t != Full {
		for _, l := range left {
			out = addKey(out, l)
		}
	}
	if leftUnique && t != Left && t != Full {
		for _, r := range moved {
			out = addKey(out, r)
		}
	}
	return out
}

// lookupKeys: rows are not distributed before a lookup; the right side is unique when its whole key is looked up.
func lookupKeys(op *Operator, j *Joining, kind keyKind) []Key {
	left := keysOf(op.input(), kind)
	scan, ok := j.Looked()
	if !ok || len(scan.Table.PrimaryKey) == 0 {
		return nil
	}
	columns := j.lookedUp
	if columns == nil {
		return nil
	}
	if !contains(j.Right, columns) {
		return nil
	}
	return combined(op.width(), j.Type, left, []Key{Key(union(nil, columns))}, within(left, j.Left), true)
}
