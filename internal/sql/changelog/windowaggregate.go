// Aggregations over windows: the operator makes the bounds of the windows itself, and often the windows too.

package changelog

import "slices"

// windowAggregate groups by a window: its bounds are no keys but come out of the operator, behind the calls.
func (b *builder) windowAggregate(op *Operator, g *Grouping, w *Window) *Operator {
	in := op.input()
	var keys, order []int
	var row, bounds []Field
	place := map[int]int{}
	for i, k := range g.Keys {
		if in.Row[k].Part == NoPart {
			place[i] = len(keys)
			keys = append(keys, k)
			row = append(row, op.Row[i])
		}
	}
	for i := len(g.Keys); i < len(op.Row); i++ {
		place[i] = len(row)
		row = append(row, op.Row[i])
	}
	for part := Start; part <= Time; part++ {
		for i, k := range g.Keys {
			if in.Row[k].Part == part {
				if len(bounds) == 0 || bounds[len(bounds)-1].Part != part {
					f := op.Row[i]
					f.Window, f.Part = in.Row[k].Window, part
					bounds = append(bounds, f)
				}
				place[i] = len(row) + len(bounds) - 1
			}
		}
	}
	row = append(row, bounds...)
	detail := &Grouping{Keys: keys, Calls: g.Calls, Window: w, Time: none}
	agg := &Operator{Kind: WindowAggregate, Row: row, At: op.At, Detail: detail}
	agg.Inputs = []*Operator{in}
	b.checkSlide(op, w)
	b.pullWindow(agg, detail, w)
	exchanged(agg, detail.Keys)
	for i := range op.Row {
		order = append(order, place[i])
	}
	values := make([]Value, len(order))
	for i, at := range order {
		values[i] = pass(row, at)
	}
	out := calc(agg, values, nil)
	for i := range out.Row {
		out.Row[i] = row[order[i]]
		out.Row[i].Name = op.Row[i].Name
	}
	return trimmed(out)
}

// pullWindow lets the aggregate assign windows itself: the table function below it goes, unless its columns are computed with.
func (b *builder) pullWindow(agg *Operator, g *Grouping, w *Window) {
	in, to, time, ok := b.pulled(agg.input(), w)
	if !ok {
		return
	}
	for _, c := range g.Calls {
		if slices.ContainsFunc(c.Args, func(a int) bool { return to[a] == none }) {
			return
		}
	}
	agg.Inputs[0] = in
	for i, k := range g.Keys {
		g.Keys[i] = to[k]
	}
	for i := range g.Calls {
		c := &g.Calls[i]
		c.Args = slices.Clone(c.Args)
		for n, a := range c.Args {
			c.Args[n] = to[a]
		}
		if c.Filter >= 0 {
			c.Filter = to[c.Filter]
		}
	}
	g.Time = time
}

// pulled is an input of a window aggregate without the window table function, where its columns are now, and that of the
// time attribute.
func (b *builder) pulled(in *Operator, w *Window) (out *Operator, to []int, time int, ok bool) {
	switch {
	case in.Kind == Expand:
		below, to, time, ok := b.pulled(in.input(), w)
		if !ok {
			return nil, nil, none, false
		}
		e := *in
		e.Inputs = []*Operator{below}
		e.Row = append(slices.Clone(below.Row), in.Row[len(in.Row)-1])
		d := *in.Detail.(*Grouping)
		d.Keys = nil
		for _, k := range in.Detail.(*Grouping).Keys {
			if to[k] != none {
				d.Keys = append(d.Keys, to[k])
			}
		}
		e.Detail = &d
		return &e, append(slices.Clone(to), len(e.Row)-1), time, true
	case in.Kind == WindowTableFunction && in.Detail == Detail(w):
		to = all(len(in.Row))
		for i := in.width(); i < len(to); i++ {
			to[i] = none
		}
		return withoutExchange(in.input()), to, w.Time, true
	case in.Kind == Calc:
		return b.pulledThrough(in, w)
	}
	return nil, nil, none, false
}

func withoutExchange(op *Operator) *Operator {
	if op.Kind == Exchange {
		return op.input()
	}
	return op
}

// pulledThrough is pulled for a projection between the window and the aggregate: it may pass on bounds of the window, and not
// compute with them.
func (b *builder) pulledThrough(in *Operator, w *Window) (*Operator, []int, int, bool) {
	below, from, at, ok := b.pulled(in.input(), w)
	if !ok {
		return nil, nil, none, false
	}
	p := in.Detail.(*Program)
	for _, v := range slices.Concat(p.Values, p.Conditions) {
		for _, u := range v.Uses {
			if from[u] == none && !v.passes(u) {
				return nil, nil, none, false
			}
		}
	}
	var kept, conditions []Value
	to, time := filled(len(p.Values)), none
	for i, v := range p.Values {
		if v.Input >= 0 && from[v.Input] == none {
			continue
		}
		to[i] = len(kept)
		v = v.moved(through(from))
		if v.passes(at) {
			time = len(kept)
		}
		kept = append(kept, v)
	}
	if time == none && at != none {
		time = len(kept)
		kept = append(kept, pass(below.Row, at))
	}
	for _, c := range p.Conditions {
		conditions = append(conditions, c.moved(through(from)))
	}
	out := calc(below, kept, conditions)
	attribute(out)
	return b.physicalCalc(out), to, time, true
}
