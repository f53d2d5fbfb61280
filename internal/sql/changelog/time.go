// Time attributes: where they come from, and where they become ordinary timestamps (RelTimeIndicatorConverter).

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/types"
)

// attribute fills in the time attributes and windows of the row of an operator from its inputs.
func attribute(op *Operator) {
	switch d := op.Detail.(type) {
	case *Program:
		row := op.input().Row
		for i, v := range d.Values {
			f := &op.Row[i]
			f.Attribute, f.Window, f.Part = types.Regular, nil, NoPart
			switch {
			case v.passes(v.Input) && v.Input >= 0:
				f.Attribute, f.Window, f.Part = row[v.Input].Attribute, row[v.Input].Window, row[v.Input].Part
			case v.Marks:
				f.Attribute = types.Rowtime
			case v.Input >= 0 && v.Attribute != types.Regular:
				f.Attribute = row[v.Input].Attribute
			case v.Input == none && v.Attribute == types.Proctime:
				f.Attribute = types.Proctime
			}
		}
	case *Watermark:
		inherit(op, op.input().Row)
		op.Row[d.Column].Attribute = types.Rowtime
	case *Window:
		attributeWindow(op, d)
	case *Grouping:
		attributeGroup(op, d)
	case *Joining:
		if op.Kind != Join {
			inherit(op, op.input().Row)
			return
		}
		row := slices.Clone(op.Inputs[0].Row)
		if d.Type != Semi && d.Type != Anti {
			row = append(row, op.Inputs[1].Row...)
		}
		inherit(op, row)
	case *Scan, *Target:
	case *Ranking:
		if op.Kind != Match {
			inherit(op, op.input().Row)
		}
	default:
		if op.Kind == Union {
			attributeUnion(op)
			return
		}
		if len(op.Inputs) == 1 && op.Kind != Unknown && op.Kind != ProcessTableFunction {
			inherit(op, op.input().Row)
		}
	}
}

// inherit takes attributes and windows over for the first columns.
func inherit(op *Operator, row []Field) {
	for i := range min(len(op.Row), len(row)) {
		op.Row[i].Attribute, op.Row[i].Window, op.Row[i].Part = row[i].Attribute, row[i].Window, row[i].Part
	}
}

func attributeWindow(op *Operator, w *Window) {
	row := op.input().Row
	inherit(op, row)
	for i := range row { // the windows of the input are over
		op.Row[i].Window, op.Row[i].Part = nil, NoPart
	}
	if w.Time != none {
		w.Attribute = row[w.Time].Attribute
	}
	for i := len(row); i < len(op.Row); i++ {
		op.Row[i].Attribute = types.Regular
		if op.Row[i].Part == Time {
			op.Row[i].Attribute = w.Attribute
		}
	}
}

// attributeGroup keeps windows of keys, and the attribute of window_time, the only one that survives grouping.
func attributeGroup(op *Operator, g *Grouping) {
	row := op.input().Row
	windowed := windowIn(row, g.Keys) != nil
	for i, k := range g.Keys {
		if i >= len(op.Row) || k >= len(row) {
			break
		}
		f := &op.Row[i]
		f.Attribute, f.Window, f.Part = types.Regular, nil, NoPart
		if windowed {
			f.Window, f.Part = row[k].Window, row[k].Part
			if f.Part == Time {
				f.Attribute = row[k].Attribute
			}
		}
	}
	if op.Kind == GroupWindowAggregate && g.Window.Time != none && g.Window.Time < len(row) {
		g.Window.Attribute = row[g.Window.Time].Attribute
	}
}

// windowIn returns the window of which both the start and the end are among the columns, or nil.
func windowIn(row []Field, columns []int) *Window {
	for _, c := range columns {
		if c >= len(row) || row[c].Part != Start {
			continue
		}
		for _, e := range columns {
			if row[e].Part == End && row[e].Window == row[c].Window {
				return row[c].Window
			}
		}
	}
	return nil
}

func attributeUnion(op *Operator) {
	for i := range op.Row {
		f := &op.Row[i]
		for n, in := range op.Inputs {
			if i >= len(in.Row) {
				continue
			}
			from := in.Row[i]
			switch {
			case n == 0:
				f.Attribute, f.Window, f.Part = from.Attribute, from.Window, from.Part
			case from.Attribute != f.Attribute:
				f.Attribute = types.Regular
			}
			if from.Window != f.Window {
				f.Window, f.Part = nil, NoPart
			}
		}
	}
}

// materialized casts the time attributes of some columns to timestamps, in a projection above an operator.
func materialized(op *Operator, which func(Field) bool) *Operator {
	if !slices.ContainsFunc(op.Row, which) {
		return op
	}
	values := passAll(op.Row)
	for i, f := range op.Row {
		if which(f) {
			values[i].Cast = true
			values[i].Attribute = types.Regular
		}
	}
	out := calc(op, values, nil)
	for i := range out.Row {
		at := out.Row[i]
		out.Row[i] = op.Row[i]
		out.Row[i].Attribute, out.Row[i].Window, out.Row[i].Part = at.Attribute, at.Window, at.Part
	}
	return out
}

func isAttribute(f Field) bool { return f.Attribute != types.Regular }

func isProctime(f Field) bool { return f.Attribute == types.Proctime }
