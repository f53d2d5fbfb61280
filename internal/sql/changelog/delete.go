// The third pass, since 2.1: whether a delete needs the whole row or its key will do, and whether changes have to be
// normalised at all.

package changelog

import "github.com/autostream/autostream/internal/sql/bind"

// deletes returns the operator with deletes as they are required, or nil when it cannot emit them so.
func (b *builder) deletes(op *Operator, required deletion) *Operator {
	switch op.Kind {
	case Sink:
		return b.deletesSink(op)
	case Join, MultiJoin:
		return b.deletesJoin(op, required)
	case Calc:
		if required == byKey && b.filtersUpdates(op) {
			return nil
		}
		return b.deletesAlike(op, required)
	case Exchange, Expand, MiniBatchAssigner, DropUpdateBefore:
		return b.deletesAlike(op, required)
	case Union:
		return b.deletesUnion(op, required)
	case ChangelogNormalize:
		return b.deletesNormalize(op, required)
	case ProcessTableFunction:
		if d, ok := op.Detail.(*Process); ok {
			return b.deletesProcess(op, d)
		}
	case TableSourceScan:
		out := op.with(nil)
		out.delete = op.kinds.full() // no connector says that its deletes have the key only
		return out
	}
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		if inputs[i] = b.deletes(in, in.kinds.full()); inputs[i] == nil {
			return nil
		}
	}
	out := op.with(inputs)
	out.delete = op.kinds.full()
	return out
}

func (d deletion) satisfies(required deletion) bool {
	return d == required || d == noDelete || required == byKey
}

func (b *builder) deletesAlike(op *Operator, required deletion) *Operator {
	in := b.deletes(op.input(), required)
	if in == nil || !in.delete.satisfies(required) {
		return nil
	}
	out := op.with([]*Operator{in})
	out.delete = in.delete
	return out
}

func (b *builder) deletesSink(op *Operator) *Operator {
	in := op.input() // no sink says that the key of a deleted row is enough for it
	if next := b.deletes(in, in.kinds.full()); next != nil && next.delete.satisfies(in.kinds.full()) {
		return op.with([]*Operator{next})
	}
	return nil
}

func (b *builder) deletesJoin(op *Operator, required deletion) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	keyed := false
	for i, in := range op.Inputs {
		if required == byKey && keyedByJoin(op, i) {
			inputs[i] = b.deletes(in, in.kinds.key())
		}
		if inputs[i] == nil {
			inputs[i] = b.deletes(in, in.kinds.full())
		}
		if inputs[i] == nil {
			return nil
		}
		keyed = keyed || inputs[i].delete == byKey
	}
	out := op.with(inputs)
	out.delete = op.kinds.full()
	if keyed {
		out.delete = op.kinds.key()
	}
	return out
}

func (b *builder) deletesUnion(op *Operator, required deletion) *Operator {
	out := op.with(make([]*Operator, len(op.Inputs)))
	out.delete = noDelete
	for i, in := range op.Inputs {
		ask := required
		if !in.kinds.has(deletes) {
			ask = noDelete
		}
		next := b.deletes(in, ask)
		if next == nil {
			return nil
		}
		if next.delete != noDelete && out.delete != byKey {
			out.delete = next.delete
		}
		out.Inputs[i] = next
	}
	return out
}

// deletesNormalize leaves the operator out when nobody needs what it adds: UPDATE_BEFORE, whole deletes, its filter.
func (b *builder) deletesNormalize(op *Operator, required deletion) *Operator {
	d := op.Detail.(*Normalizing)
	if len(d.Conditions) == 0 && op.update == onlyAfter && !b.on(duplicates) && !readsMetadata(op.input()) {
		if in := b.deletes(op.input(), required); in != nil && in.delete.satisfies(required) {
			if in.Kind == Exchange {
				return in.input()
			}
			return in
		}
	}
	in := b.deletes(op.input(), op.input().kinds.key())
	if in == nil {
		in = b.deletes(op.input(), op.input().kinds.full())
	}
	if in == nil {
		return nil
	}
	out := op.with([]*Operator{in})
	out.delete = op.kinds.full()
	return out
}

// readsMetadata reports whether metadata columns reach an operator: they may differ between the changes of one row.
func readsMetadata(op *Operator) bool {
	scan, _ := scanOf(op)
	if scan == nil {
		return true
	}
	for _, c := range read(op, all(len(op.Row))) {
		if c < len(scan.Fields) && scan.Fields[c].Kind == bind.Metadata {
			return true
		}
	}
	return false
}

// read returns the columns of the scan that columns of an operator above it are made of.
func read(op *Operator, columns []int) []int {
	switch d := op.Detail.(type) {
	case *Scan:
		return columns
	case *Program:
		var uses []int
		for _, c := range columns {
			uses = union(uses, d.Values[c].Uses)
		}
		return read(op.input(), uses)
	}
	return read(op.input(), columns)
}
