// Which physical operator a ranking, an OVER, a join or an order becomes.

package changelog

import (
	"slices"

	"github.com/autostream/autostream/internal/sql/bind"
	"github.com/autostream/autostream/internal/sql/token"
	"github.com/autostream/autostream/internal/sql/types"
)

func (b *builder) physicalRank(op *Operator) *Operator {
	r := op.Detail.(*Ranking)
	in := op.input()
	b.checkRank(op, r)
	if w := windowIn(in.Row, r.Partition); w != nil {
		r.Partition = slices.DeleteFunc(slices.Clone(r.Partition), func(c int) bool { return in.Row[c].Part != NoPart && in.Row[c].Window == w })
		op.Kind = WindowRank
		if r.deduplicates() && r.byTime(in) {
			op.Kind = WindowDeduplicate
			if b.Release < token.V1_20 && !r.first() && in.Row[r.Order[0].Column].Attribute == types.Proctime {
				op.Kind = WindowDeduplicate
			}
		}
		return exchanged(op, r.Partition)
	}
	if b.Release < token.V2_0 && r.deduplicates() && r.byTime(in) {
		op.Kind = Deduplicate
	}
	return exchanged(op, r.Partition)
}

// deduplicates reports whether the rank keeps one row and does not say its number.
func (r *Ranking) deduplicates() bool {
	return !r.Numbered && r.Function == "ROW_NUMBER" && r.From == 1 && r.To == 1
}

// byTime reports whether the order is that of a time attribute.
func (r *Ranking) byTime(in *Operator) bool {
	return len(r.Order) == 1 && in.Row[r.Order[0].Column].Attribute != types.Regular
}

// first reports whether the first row is kept, not the last one.
func (r *Ranking) first() bool { return len(r.Order) != 1 || !r.Order[0].Descending }

func (b *builder) physicalOver(op *Operator) *Operator {
	d := op.Detail.(*Overs)
	b.checkOver(op, d)
	d.keyless = b.Release < token.V2_3 && !b.orderedByTime(op)
	return exchanged(op, d.Partition)
}

func (b *builder) physicalSort(op *Operator) *Operator {
	d := op.Detail.(*Ordering)
	b.checkLimit(op, d)
	if op.Kind == Sort && len(d.Order) > 0 && !b.Batch {
		first := d.Order[0]
		if op.Row[first.Column].Attribute != types.Regular && !first.Descending {
			op.Kind = TemporalSort
		} else {
			b.checkSort(op, d)
		}
	}
	return exchanged(op, nil)
}

func (b *builder) physicalJoin(op *Operator) *Operator {
	j := op.Detail.(*Joining)
	width := op.width()
	for i := range j.Conditions {
		if l, r, ok := equation(&j.Conditions[i], width); ok {
			j.Left, j.Right = append(j.Left, l), append(j.Right, r)
		}
	}
	left, right := op.Inputs[0], op.Inputs[1]
	switch {
	case j.Snapshot:
		return b.temporal(op, j)
	case b.windowed(op, j):
		op.Kind = WindowJoin
		b.checkWindowJoin(op, j)
		keys := func(row []Field, columns []int) []int {
			return slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return row[c].Part == Start || row[c].Part == End })
		}
		op.Inputs = []*Operator{exchange(left, keys(left.Row, j.Left)), exchange(right, keys(right.Row, j.Right))}
		return op
	}
	if l, r, ok := b.interval(op, j); ok {
		op.Kind, j.Bounds = IntervalJoin, &[2]int{l, r}
		b.checkInterval(op, j)
		op.Inputs = []*Operator{exchange(left, without(j.Left, l)), exchange(right, without(j.Right, r))}
		return op
	}
	return b.regular(op, j)
}

func without(columns []int, c int) []int {
	return slices.DeleteFunc(slices.Clone(columns), func(x int) bool { return x == c })
}

// regular is a join that keeps all rows: time attributes end there.
func (b *builder) regular(op *Operator, j *Joining) *Operator {
	left, right := trimmed(materialized(op.Inputs[0], isAttribute)), trimmed(materialized(op.Inputs[1], isAttribute))
	for i := range op.Row {
		op.Row[i].Attribute, op.Row[i].Window, op.Row[i].Part = types.Regular, nil, NoPart
	}
	op.Inputs = []*Operator{exchange(left, j.Left), exchange(right, j.Right)}
	b.checkDelta(op)
	return op
}

// windowed reports whether both sides are windows, and their bounds are set equal.
func (b *builder) windowed(op *Operator, j *Joining) bool {
	start, end := false, false
	for i := range j.Left {
		l, r := op.Inputs[0].Row[j.Left[i]], op.Inputs[1].Row[j.Right[i]]
		if l.Window == nil || r.Window == nil || !l.Window.like(r.Window) || l.Part != r.Part {
			continue
		}
		start, end = start || l.Part == Start, end || l.Part == End
	}
	return start && end && !b.Batch
}

// like reports whether two windows have the same bounds: those of one kind, size and time.
func (w *Window) like(other *Window) bool {
	return w.Name == other.Name && w.Attribute == other.Attribute && slices.EqualFunc(w.Args, other.Args, func(a, b bind.Expr) bool {
		n, known := milliseconds(a)
		m, both := milliseconds(b)
		return !known && !both || n == m && known == both
	})
}

// interval finds the time attributes of both sides that conditions hold together, from above and from below.
func (b *builder) interval(op *Operator, j *Joining) (left, right int, ok bool) {
	if j.Type == Semi || j.Type == Anti || b.Batch {
		return none, none, false
	}
	width := op.width()
	upper, lower := false, false
	left, right = none, none
	for _, c := range j.Conditions {
		if c.Compare == nil {
			continue
		}
		l, r := timeIn(op, c.Compare.Left, width), timeIn(op, c.Compare.Right, width)
		operator := c.Compare.Op
		if l == none || r == none || (l < width) == (r < width) {
			continue
		}
		if l > r {
			l, r = r, l
			operator = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}[operator]
		}
		if left != none && (left != l || right != r-width) {
			continue
		}
		switch operator {
		case "<", "<=":
			lower = true
		case ">", ">=":
			upper = true
		case "=":
			lower, upper = true, true
		default:
			continue
		}
		left, right = l, r-width
	}
	return left, right, upper && lower
}

// timeIn returns the time attribute that one side of a condition is about, none when it is about anything else.
func timeIn(op *Operator, v Value, width int) int {
	if len(v.Uses) != 1 || v.Uses[0] < 0 {
		return none
	}
	at := v.Uses[0]
	f := Field{}
	if at < width {
		f = op.Inputs[0].Row[at]
	} else if at-width < len(op.Inputs[1].Row) {
		f = op.Inputs[1].Row[at-width]
	}
	if f.Attribute == types.Regular {
		return none
	}
	return at
}

// temporal is a join with a table as of a time: a lookup when the source answers for single keys by processing time.
func (b *builder) temporal(op *Operator, j *Joining) *Operator {
	width := op.width()
	scan, below := scanOf(op.Inputs[1])
	attr := j.Time.Attribute
	if j.Time.Input >= 0 && j.Time.Input < width {
		attr = op.Inputs[0].Row[j.Time.Input].Attribute
	}
	if scan != nil && attr == types.Proctime && scan.answers() {
		op.Kind = LookupJoin
		scan.Lookup = true
		j.Table, j.lookedUp = scan, keyIn(op.Inputs[1], below)
		b.checkLookup(op, j)
		op.Inputs = op.Inputs[:1] // the table is no input: it is asked
		return op
	}
	op.Kind = TemporalJoin
	b.checkTemporal(op, j, attr, scan)
	op.Inputs = []*Operator{exchange(op.Inputs[0], j.Left), exchange(op.Inputs[1], j.Right)}
	for i := width; i < len(op.Row); i++ { // the right side's time ends here
		op.Row[i].Attribute = types.Regular
	}
	return op
}

// keyIn returns where the primary key of a scan comes to stand in an operator above it, nil when it does not.
func keyIn(op, scan *Operator) []int {
	for _, k := range uniqueKeys(op) {
		if len(k) > 0 {
			return k
		}
	}
	return nil
}

// scanOf returns the scan below projections, normalising and distributing.
func scanOf(op *Operator) (*Scan, *Operator) {
	for {
		if s, ok := op.Detail.(*Scan); ok {
			return s, op
		}
		switch op.Kind {
		case Calc, WatermarkAssigner, ChangelogNormalize, Exchange:
			op = op.input()
		default:
			return nil, nil
		}
	}
}
