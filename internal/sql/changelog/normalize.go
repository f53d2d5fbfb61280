// ChangelogNormalize: a source that emits no UPDATE_BEFORE gets an operator that keeps the last row of each key.

package changelog

import (
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/connector"
	"github.com/autostream/autostream/internal/sql/token"
)

// normalizesEarly is the first release that moves projections below ChangelogNormalize before changelog modes are inferred.
const normalizesEarly = token.V2_1

const duplicates = "table.exec.source.cdc-events-duplicate"

// physicalScan normalises what a source emits where it has to be.
func (b *builder) physicalScan(op *Operator) *Operator {
	s := op.Detail.(*Scan)
	if b.Batch || !s.Source.Known {
		return op
	}
	changes := s.Source.Changes
	upsert := changes.Has(connector.UpdateAfter) && !changes.Has(connector.UpdateBefore)
	if upsert && len(s.Table.PrimaryKey) == 0 || !upsert && (changes == connector.Append || !b.on(duplicates)) {
		return op
	}
	if len(s.Table.PrimaryKey) == 0 {
		b.refuse(DuplicateEvents, op.At, "table "+s.Table.Path.Name+" has no primary key, which "+duplicates+" asks of every source of changes",
			"declare PRIMARY KEY (…) NOT ENFORCED, or switch the option off")
		return op
	}
	keys := columnsOf(s.Fields, s.Table.PrimaryKey)
	if keys == nil {
		return op
	}
	return &Operator{Kind: ChangelogNormalize, Inputs: []*Operator{exchange(op, keys)}, Row: slices.Clone(op.Row), At: op.At, Detail: &Normalizing{Keys: keys}}
}

// columnsOf returns the columns that have some names, nil when one of them is not there.
func columnsOf(fields []*bind.TableField, names []string) []int {
	var columns []int
	for _, name := range names {
		at := slices.IndexFunc(fields, func(f *bind.TableField) bool { return f.Name == name })
		if at < 0 {
			return nil
		}
		columns = append(columns, at)
	}
	slices.Sort(columns)
	return columns
}

// reuse marks the scans that projections of several places of a plan read: ChangelogNormalize stays the same for all of them
// then, and so nothing is moved below it (FlinkMarkChangelogNormalizeProgram, 2.1).
func (b *builder) reuse(root *Operator) {
	if b.Release < normalizesEarly {
		return
	}
	var projected []*Scan
	var walk func(op *Operator, below bool)
	walk = func(op *Operator, below bool) {
		switch d := op.Detail.(type) {
		case *Scan:
			if below {
				projected = append(projected, d)
			}
		case *Program:
			below = len(d.Conditions) > 0 || !identity(d.Values, op.width())
		case *Watermark:
		default:
			below = false
		}
		for _, in := range op.Inputs {
			walk(in, below)
		}
	}
	walk(root, false)
	for i, s := range projected {
		for j, other := range projected {
			if i != j && s.Table == other.Table && maps.Equal(s.Options, other.Options) {
				b.reused[s] = true
			}
		}
	}
}

// pastNormalize moves what it can of a projection below the operator that normalises: columns that nobody reads,
// conditions on the key. Since 2.1 the operator takes the other conditions over itself.
func (b *builder) pastNormalize(op *Operator) *Operator {
	normalize := op.input()
	d, ok := normalize.Detail.(*Normalizing)
	if !ok {
		return op
	}
	if scan, _ := scanOf(normalize); b.reused[scan] {
		return op
	}
	p := op.Detail.(*Program)
	var onKey, rest []Value
	for _, c := range p.Conditions {
		if contains(d.Keys, c.Uses) {
			onKey = append(onKey, c)
		} else {
			rest = append(rest, c)
		}
	}
	uses := union(d.Keys, usesOf(p.Values, p.Conditions, d.Conditions))
	below := normalize.input().input()
	inside := slices.Clone(d.Conditions)
	if b.Release >= token.V2_1 {
		inside = append(inside, rest...)
		rest = nil
	}
	to := all(len(below.Row))
	if len(uses) < len(below.Row) || len(onKey) > 0 {
		values := make([]Value, len(uses))
		to = filled(len(below.Row))
		for i, u := range uses {
			values[i], to[u] = pass(below.Row, u), i
		}
		below = calc(below, values, onKey)
	}
	move := func(values []Value) []Value {
		out := make([]Value, len(values))
		for i, v := range values {
			out[i] = v.moved(through(to))
		}
		return out
	}
	keys := make([]int, len(d.Keys))
	for i, k := range d.Keys {
		keys[i] = to[k]
	}
	normalized := &Operator{Kind: ChangelogNormalize, Inputs: []*Operator{exchange(below, keys)}, Row: slices.Clone(below.Row), At: normalize.At,
		Detail: &Normalizing{Keys: keys, Conditions: move(inside)}}
	out := &Operator{Kind: Calc, Inputs: []*Operator{normalized}, Row: op.Row, At: op.At, Detail: &Program{Values: move(p.Values), Conditions: move(rest)}}
	return out
}

// belowNormalize lets the watermark be assigned before the changes are normalised.
func belowNormalize(op *Operator) *Operator {
	w := op.Detail.(*Watermark)
	in := op.input()
	if in.Kind != ChangelogNormalize {
		return op
	}
	source := in.input().input()
	row := slices.Clone(source.Row)
	row[w.Column].Attribute = op.Row[w.Column].Attribute
	assigner := &Operator{Kind: WatermarkAssigner, Inputs: []*Operator{source}, Row: row, At: op.At, Detail: w}
	d := in.Detail.(*Normalizing)
	return &Operator{Kind: ChangelogNormalize, Inputs: []*Operator{exchange(assigner, d.Keys)}, Row: slices.Clone(row), At: in.At, Detail: d}
}

// late moves projections below ChangelogNormalize when the changelog modes are known already, as releases before
// normalizesEarly do.
func (b *builder) late(op *Operator) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		inputs[i] = b.late(in)
	}
	op = op.with(inputs)
	if op.Kind != Calc || op.input().Kind != ChangelogNormalize {
		return op
	}
	normalize := op.input()
	source := normalize.input()
	out := b.pastNormalize(op)
	out.as(op)
	out.input().as(normalize)
	for below := out.input().input(); below.Kind == Exchange || below.Kind == Calc; below = below.input() {
		below.as(source)
	}
	if out = trimmed(out); out.Kind == ChangelogNormalize {
		out.as(normalize)
	}
	return out
}

// as takes over what was inferred of another operator.
func (o *Operator) as(other *Operator) {
	o.kinds, o.update, o.delete, o.Changes = other.kinds, other.update, other.delete, other.Changes
	o.UpsertKeys = upsertKeys(o)
}
