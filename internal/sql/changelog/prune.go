// Which columns flow: those that nobody reads are dropped where Flink's projection rules drop them.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/connector"
)

// prune drops columns that are not needed. It returns the operator and where each of its former columns is now, none for
// one that is gone. An operator may keep more than what is needed.
func prune(op *Operator, need []int) (*Operator, []int) {
	switch op.Kind {
	case Calc:
		return pruneCalc(op, need)
	case TableSourceScan:
		return pruneScan(op, need)
	case WatermarkAssigner:
		return pruneWatermark(op, need)
	case WindowTableFunction:
		return pruneWindow(op, need)
	case GroupAggregate, GroupWindowAggregate:
		return pruneAggregate(op, need)
	case Join:
		return pruneJoin(op, need)
	case MultiJoin:
		return pruneMultiJoin(op, need)
	case Union:
		return pruneUnion(op, need)
	case Rank:
		return pruneRank(op, need)
	case OverAggregate:
		return pruneOver(op, need)
	case Limit, SortLimit:
		return pruneOrder(op, need)
	}
	for i, in := range op.Inputs {
		op.Inputs[i] = pruneAll(in)
	}
	return op, all(len(op.Row))
}

// pruneAll prunes below an operator of which every column is needed.
func pruneAll(op *Operator) *Operator {
	row := op.Row
	op, at := prune(op, all(len(op.Row)))
	return reordered(op, at, row)
}

// reordered makes an operator have a row as it was.
func reordered(op *Operator, at []int, row []Field) *Operator {
	same := len(op.Row) == len(at)
	for i, to := range at {
		same = same && i == to
	}
	if same {
		return op
	}
	return selected(op, at, row)
}

// selected projects an operator to columns, given where they are.
func selected(op *Operator, at []int, row []Field) *Operator {
	values := make([]Value, len(at))
	for i, to := range at {
		values[i] = pass(op.Row, to)
	}
	out := calc(op, values, nil)
	out.Row = slices.Clone(row)
	return out
}

// narrowed prunes an input and leaves exactly the needed columns, in their order; it returns where they are.
func narrowed(in *Operator, need []int) (*Operator, []int) {
	if len(need) == 0 {
		return pruneAll(in), all(len(in.Row))
	}
	row := in.Row
	out, at := prune(in, need)
	to := filled(len(row))
	from := make([]int, len(need))
	kept := make([]Field, len(need))
	for i, n := range need {
		from[i], to[n], kept[i] = at[n], i, row[n]
	}
	return reordered(out, from, kept), to
}

func all(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// filled is n times none.
func filled(n int) []int { return slices.Repeat([]int{none}, n) }

func pruneCalc(op *Operator, need []int) (*Operator, []int) {
	p := op.Detail.(*Program)
	if len(need) == 0 {
		need = all(len(op.Row))
	}
	kept := &Program{Conditions: p.Conditions}
	at := filled(len(op.Row))
	var row []Field
	for i := range op.Row {
		if slices.Contains(need, i) {
			at[i] = len(row)
			row = append(row, op.Row[i])
			kept.Values = append(kept.Values, p.Values[i])
		}
	}
	in := op.input()
	uses := usesOf(kept.Values, kept.Conditions)
	if j, ok := in.Detail.(*Joining); ok && len(uses) == 0 && in.Kind == Join {
		in = j.alone(in)
	}
	if len(uses) == 0 && len(in.Row) > 0 && in.Kind != Join {
		uses = all(len(in.Row))
	}
	if scan, ok := in.Detail.(*Scan); ok && scan.Source.Push.Has(connector.PushProjection) {
		uses = inOrder(kept)
	}
	in, to := prune(in, uses)
	for i, v := range kept.Values {
		kept.Values[i] = v.moved(through(to))
	}
	for i, c := range kept.Conditions {
		kept.Conditions[i] = c.moved(through(to))
	}
	out := &Operator{Kind: Calc, Inputs: []*Operator{in}, Row: row, Detail: kept, At: op.At}
	return merged(out), at
}

func through(to []int) func(int) int {
	return func(i int) int {
		if i < 0 {
			return i
		}
		return to[i]
	}
}

// inOrder is the columns that a program reads, in the order in which it reads them first.
func inOrder(p *Program) []int {
	var uses []int
	for _, values := range [][]Value{p.Values, p.Conditions} {
		for _, v := range values {
			for _, u := range v.Uses {
				if !slices.Contains(uses, u) {
					uses = append(uses, u)
				}
			}
		}
	}
	return uses
}

// pruneScan reads only needed columns, where the source can: in the order in which they are asked for.
func pruneScan(op *Operator, need []int) (*Operator, []int) {
	s := op.Detail.(*Scan)
	if !s.Source.Push.Has(connector.PushProjection) || len(need) == 0 || len(need) == len(op.Row) {
		return op, all(len(op.Row))
	}
	at := filled(len(op.Row))
	out, scan := *op, *s
	out.Row, scan.Fields = nil, nil
	for _, n := range need {
		at[n] = len(out.Row)
		out.Row = append(out.Row, op.Row[n])
		scan.Fields = append(scan.Fields, s.Fields[n])
	}
	out.Detail = &scan
	return &out, at
}

// pruneWatermark drops columns below when there is a projection already, or the source can.
func pruneWatermark(op *Operator, need []int) (*Operator, []int) {
	w := op.Detail.(*Watermark)
	below := op.input()
	scan, isScan := below.Detail.(*Scan)
	if below.Kind != Calc && !(isScan && scan.Source.Push.Has(connector.PushProjection)) {
		op.Inputs[0] = pruneAll(below)
		return op, all(len(op.Row))
	}
	need = slices.Clone(need)
	if !slices.Contains(need, w.Column) {
		need = append(need, w.Column)
	}
	if !isScan {
		slices.Sort(need)
	}
	in, at := narrowed(below, need)
	out := &Operator{Kind: op.Kind, Inputs: []*Operator{in}, At: op.At, Detail: &Watermark{Column: at[w.Column]}}
	for _, n := range need {
		out.Row = append(out.Row, op.Row[n])
	}
	return out, at
}

func pruneWindow(op *Operator, need []int) (*Operator, []int) {
	w := op.Detail.(*Window)
	width := op.width()
	below := slices.Clone(w.PartitionBy)
	if w.Time != none {
		below = append(below, w.Time)
	}
	for _, n := range need {
		if n < width {
			below = append(below, n)
		}
	}
	below = union(nil, below)
	in, to := narrowed(op.input(), below)
	at := filled(len(op.Row))
	var row []Field
	for i := range op.Row {
		if i < width && to[i] == none {
			continue
		}
		at[i] = len(row)
		row = append(row, op.Row[i])
	}
	if w.Time != none {
		w.Time = to[w.Time]
	}
	for i, c := range w.PartitionBy {
		w.PartitionBy[i] = to[c]
	}
	op.Inputs, op.Row = []*Operator{in}, row
	return op, at
}

// pruneAggregate drops calls that nobody reads; its keys, and the input, stay.
func pruneAggregate(op *Operator, need []int) (*Operator, []int) {
	g := op.Detail.(*Grouping)
	keys := len(g.Keys)
	if g.Window != nil {
		keys = len(g.Keys)
	}
	at := filled(len(op.Row))
	var row []Field
	var calls []Aggregate
	for i, f := range op.Row {
		isCall := i >= keys && i < keys+len(g.Calls)
		if isCall && !slices.Contains(need, i) && (keys > 0 || len(calls) > 0 || i < keys+len(g.Calls)-1) {
			continue
		}
		if isCall {
			calls = append(calls, g.Calls[i-keys])
		}
		at[i] = len(row)
		row = append(row, f)
	}
	g.Calls, op.Row = calls, row
	undoubled(op, g)
	op.Inputs[0] = pruneAll(op.input())
	return op, at
}

func pruneJoin(op *Operator, need []int) (*Operator, []int) {
	j := op.Detail.(*Joining)
	if idle := j.idle(op, need); idle != none && j.singly(op, idle) {
		return j.without(op, idle, need)
	}
	width := op.width()
	if j.looksUp(op) {
		j.Time.Input, j.Time.Uses = none, nil // a lookup happens when it happens
	}
	uses := union(need, usesOf(j.Conditions, []Value{j.Time}))
	var left, right []int
	for _, u := range uses {
		if u < width {
			left = append(left, u)
		} else {
			right = append(right, u-width)
		}
	}
	if j.Snapshot {
		right = union(right, versioned(op.Inputs[1]))
	}
	l, toLeft := side(op.Inputs[0], left)
	r, toRight := side(op.Inputs[1], right)
	to := slices.Clone(toLeft)
	for _, i := range toRight {
		if i != none {
			i += len(l.Row)
		}
		to = append(to, i)
	}
	for i, c := range j.Conditions {
		j.Conditions[i] = c.moved(through(to))
	}
	j.Time = j.Time.moved(through(to))
	at := filled(len(op.Row))
	row := slices.Clone(l.Row)
	if len(op.Row) > width {
		row = append(row, r.Row...)
	}
	for i, f := range op.Row {
		if to[i] != none {
			at[i], row[to[i]] = to[i], f
		}
	}
	op.Inputs, op.Row = []*Operator{l, r}, row
	return op, at
}

// side is an input of a join with the columns that are needed; when that is none, the first one stands for the rows.
func side(in *Operator, need []int) (*Operator, []int) {
	if len(need) == 0 && len(in.Row) > 0 {
		need = []int{0}
	}
	return narrowed(in, need)
}

// versioned is what a temporal join needs of its right side: the key and the time of its versions.
func versioned(op *Operator) []int {
	var need []int
	for i, f := range op.Row {
		if f.Attribute != 0 {
			need = append(need, i)
		}
	}
	for _, key := range uniqueKeys(op) {
		return union(need, key)
	}
	return need
}

func pruneUnion(op *Operator, need []int) (*Operator, []int) {
	at := all(len(op.Row))
	for i, in := range op.Inputs {
		op.Inputs[i], at = narrowed(in, need)
	}
	if len(need) == 0 {
		return op, at
	}
	var row []Field
	for i, f := range op.Row {
		if at[i] != none {
			row = append(row, f)
		}
	}
	op.Row = row
	return op, at
}

// pruneRank drops columns right below, as CalcRankTransposeRule does, and the number when nobody reads it. Columns of unique
// keys stay.
func pruneRank(op *Operator, need []int) (*Operator, []int) {
	r := op.Detail.(*Ranking)
	number := len(op.Row) - 1
	below := slices.Clone(r.Partition)
	for _, o := range r.Order {
		below = append(below, o.Column)
	}
	r.Numbered = slices.Contains(need, number) || r.Function != "ROW_NUMBER"
	for _, n := range need {
		if n != number {
			below = append(below, n)
		}
	}
	for _, key := range uniqueKeys(op.input()) {
		below = append(below, key...)
	}
	below = union(nil, below)
	in := pruneAll(op.input())
	at := filled(len(op.Row))
	row := make([]Field, len(below))
	for i, n := range below {
		at[n], row[i] = i, op.Row[n]
	}
	if len(below) < len(in.Row) {
		in = selected(in, below, row)
	}
	for i, c := range r.Partition {
		r.Partition[i] = at[c]
	}
	for i, o := range r.Order {
		r.Order[i].Column = at[o.Column]
	}
	if r.Numbered {
		at[number] = len(row)
		row = slices.Concat(row, op.Row[number:number+1])
	}
	op.Inputs, op.Row = []*Operator{in}, row
	return op, at
}

// pruneOver drops an OVER of which no value is read.
func pruneOver(op *Operator, need []int) (*Operator, []int) {
	width := op.width()
	if !slices.ContainsFunc(need, func(n int) bool { return n >= width }) {
		in, at := prune(op.input(), need)
		return in, append(at, filled(len(op.Row)-width)...)
	}
	op.Inputs[0] = pruneAll(op.input())
	return op, all(len(op.Row))
}

// pruneOrder drops columns further down; the operator passes on what its input has.
func pruneOrder(op *Operator, need []int) (*Operator, []int) {
	d := op.Detail.(*Ordering)
	need = slices.Clone(need)
	for _, o := range d.Order {
		need = append(need, o.Column)
	}
	in, at := prune(op.input(), union(nil, need))
	out := &Operator{Kind: op.Kind, Inputs: []*Operator{in}, Row: make([]Field, len(in.Row)), At: op.At}
	for from, to := range at {
		if to != none {
			out.Row[to] = op.Row[from]
		}
	}
	moved := &Ordering{Limit: d.Limit, Offset: d.Offset}
	for _, o := range d.Order {
		moved.Order = append(moved.Order, Order{Column: at[o.Column], Descending: o.Descending})
	}
	out.Detail = moved
	return out, at
}
