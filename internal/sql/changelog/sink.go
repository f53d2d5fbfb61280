// Writing: the row that goes to a sink.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

// Conflict is what ON CONFLICT says, since 2.3.
type Conflict uint8

// The conflict clauses.
const (
	NoConflict Conflict = iota
	DoError
	DoNothing
	DoDeduplicate
)

// write builds the plan of an INSERT.
func (b *builder) write(i *bind.Insert) *Operator {
	in := b.top(i.Rel)
	target := &Target{Insert: i, Conflict: conflictOf(i)}
	op := &Operator{Kind: Sink, At: placeOf(i.Syntax), Detail: target}
	var values []Value
	if i.Table == nil || len(i.Columns) == 0 {
		b.unsure = true
		op.Inputs = []*Operator{in.op}
		op.Row = in.op.Row
		return op
	}
	if i.Table.Open {
		b.unsure = true
	}
	for n, a := range i.Columns {
		values = append(values, b.written(i, in, a))
		if slices.Contains(i.Table.PrimaryKey, a.Target.Name) {
			target.Keys = append(target.Keys, n)
		}
	}
	target.Sink = i.Sink(b.session)
	if !target.Sink.Known {
		b.unsure = true
	}
	below := calc(in.op, values, nil)
	for n, a := range i.Columns {
		below.Row[n].Name = a.Target.Name
	}
	op.Inputs = []*Operator{below}
	op.Row = slices.Clone(below.Row)
	return op
}

// top builds a query whose order counts.
func (b *builder) top(rel bind.Rel) *node {
	if s, ok := rel.(*bind.Sort); ok {
		return b.sort(s, true)
	}
	return b.rel(rel)
}

// written is the value of one column of a sink, with the cast that Flink adds.
func (b *builder) written(i *bind.Insert, in *node, a bind.Assigned) Value {
	t := a.Target.Type
	switch {
	case a.Static != nil:
		return Value{Input: none, Expr: a.Static, Type: t}
	case a.Source == nil:
		return Value{Input: none, Type: t}
	}
	v := b.column(in, a.Source)
	if in.op.Kind == Values && v.Input >= 0 && v.Type.In(types.Characters) && t.In(types.Characters) && severalRows(i.Rel) { // texts of several rows are as long as the longest
		v.Type = t
		return v
	}
	if v.Type.Known() && t.Known() && !storesAs(v.Type, t) {
		if v.Input >= 0 && b.keepsKeys(v.Type, t) {
			v.Cast = true
		} else {
			v.Input = none
		}
		v.Type, v.Attribute = t, types.Regular
	}
	return v
}

func severalRows(rel bind.Rel) bool {
	v, ok := rel.(*bind.Values)
	return ok && len(v.Rows) > 1
}

// storesAs reports whether a value goes to a sink column as it is: lengths are checked when rows are written.
func storesAs(from, to types.Type) bool {
	if types.Same(from, to) {
		return true
	}
	if from.Root != to.Root {
		return false
	}
	switch from.Root {
	case types.Char, types.Varchar, types.Binary, types.Varbinary:
		return from.Precision <= to.Precision
	case types.Row, types.Array, types.Map, types.Multiset:
		return types.CastsImplicitly(from, to)
	}
	return false
}

func conflictOf(i *bind.Insert) Conflict {
	s, ok := i.Syntax.(*ast.Insert)
	if !ok {
		return NoConflict
	}
	switch s.OnConflict {
	case token.ERROR:
		return DoError
	case token.NOTHING:
		return DoNothing
	case token.DEDUPLICATE:
		return DoDeduplicate
	}
	return NoConflict
}
