// Functions over tables: process table functions and ML_PREDICT; what functions of users demand of changes.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/catalog"
	"github.com/autostream/autostream/internal/sql/types"
)

// Process is the detail of a ProcessTableFunction whose class is known: how it reads each of its inputs.
type Process struct {
	Call  *bind.Call
	Reads []Reading
}

// Reading is how a process table function reads a table.
type Reading struct {
	Partition []int
	Param     *catalog.UserParam
}

func (*Process) detail() {}

// process builds a process table function.
func (b *builder) process(rel *bind.Function) *node {
	d := &Process{Call: rel.Call}
	op := &Operator{Kind: ProcessTableFunction, At: rel.Place(), Detail: d}
	for _, use := range rel.Uses {
		in := b.rel(use.Rel)
		r := Reading{Param: use.Param}
		for _, c := range use.Partition {
			r.Partition = append(r.Partition, slices.Index(use.Rel.Columns(), c))
		}
		op.Inputs = append(op.Inputs, calcTo(b, in, use.Rel))
		d.Reads = append(d.Reads, r)
	}
	if len(op.Inputs) == 0 { // called once, for one row without columns
		op.Inputs = []*Operator{{Kind: Values, Row: []Field{{Name: "ZERO", Type: types.Int}}, At: rel.Place()}}
	}
	if rel.Call.User.Emits {
		b.unsure = true // which changes it emits stands in its code
	}
	return b.number(op, rel.Columns(), 0)
}

// physicalProcess distributes the tables that are read as sets.
func physicalProcess(op *Operator) *Operator {
	d, ok := op.Detail.(*Process)
	if !ok {
		return op
	}
	for i, r := range d.Reads {
		if r.Param.Table == catalog.SetSemantics {
			op.Inputs[i] = exchange(op.Inputs[i], r.Partition)
		}
	}
	return op
}

// modifyProcess looks at each input with what the function takes of it.
func (b *builder) modifyProcess(op *Operator, d *Process) {
	for i, in := range op.Inputs {
		takes := appends
		if i < len(d.Reads) && d.Reads[i].Param.Traits.Has(catalog.TakesUpdates) {
			takes = changes
		}
		b.modify(in, demand{kinds: takes, by: op})
	}
	op.kinds = appends
}

// keyed reports whether the changes of an input find their row by its partition: then the key of a delete will do, and the
// former row of an update need not come.
func (r *Reading) keyed(in *Operator) bool {
	return r.Param.Table == catalog.SetSemantics && within(upsertKeys(in), r.Partition)
}

// updatesProcess asks each input for updates as the function reads them.
func (b *builder) updatesProcess(op *Operator, d *Process, required update) *Operator {
	inputs := make([]*Operator, len(op.Inputs))
	for i, in := range op.Inputs {
		if i < len(d.Reads) && !d.Reads[i].Param.Traits.Has(catalog.RequireUpdateBefore) && d.Reads[i].keyed(in) {
			inputs[i] = b.updates(in, in.kinds.after())
		}
		if inputs[i] == nil {
			inputs[i] = b.updates(in, in.kinds.both())
		}
		if inputs[i] == nil {
			return nil
		}
	}
	return op.given(inputs, required)
}

// deletesProcess does the same for deletes.
func (b *builder) deletesProcess(op *Operator, d *Process) *Operator {
	out := op.with(make([]*Operator, len(op.Inputs)))
	out.delete = op.kinds.full()
	for i, in := range op.Inputs {
		if i < len(d.Reads) && !d.Reads[i].Param.Traits.Has(catalog.RequireFullDelete) && d.Reads[i].keyed(in) {
			out.Inputs[i] = b.deletes(in, in.kinds.key())
		}
		if out.Inputs[i] == nil {
			out.Inputs[i] = b.deletes(in, in.kinds.full())
		}
		if out.Inputs[i] == nil {
			return nil
		}
	}
	return out
}

// checkMethods reports aggregate functions of users that lack a method which the plan calls.
func (b *builder) checkMethods(root *Operator) {
	root.Walk(func(op *Operator) bool {
		switch d := op.Detail.(type) {
		case *Grouping:
			changing := len(op.Inputs) == 1 && op.input().kinds != appends && !b.Batch
			sliced := d.Window != nil && slices.Contains([]string{"HOP", "CUMULATE"}, d.Window.Name) && d.Window.Op.Kind == WindowTableFunction
			for _, c := range d.Calls {
				b.checkMethod(c.Call, changing, sliced && op.Kind != GroupAggregate, "the rows before it change")
			}
		case *Overs:
			for _, c := range d.Calls {
				b.checkMethod(c.Call, !b.Batch && slides(c.Call.Over), false, "rows leave the frame")
			}
		}
		return true
	})
}

func (b *builder) checkMethod(c *bind.Call, retracts, merges bool, why string) {
	switch {
	case c.User == nil || len(c.User.Overloads) == 0:
	case retracts && !c.User.Retracts:
		b.refuse(AggregateMethod, c.Place(), c.Name+" cannot take a value back: "+why, "give "+c.User.Class+" a method retract with the parameters of accumulate")
	case merges && !c.User.Merges:
		b.refuse(AggregateMethod, c.Place(), c.Name+" cannot merge: windows that overlap share what they have in common", "give "+c.User.Class+" a method merge(accumulator, Iterable of accumulators)")
	}
}

// slides reports whether rows leave a frame while it moves on.
func slides(o *bind.Over) bool { return o != nil && o.Frame != nil && o.Frame.From.Expr != nil }
