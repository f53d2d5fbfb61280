package preview

import "slices"

// Table is what a changelog adds up to: the rows that hold now, in the order in which they appeared. Without a key it is
// a multiset of whole rows; with one, a row replaces the former of its key. It is not safe for concurrent use.
//
// A row keeps its place through an update, so that a person can watch it: UPDATE_BEFORE leaves a gap that the next
// UPDATE_AFTER fills.
type Table struct {
	limit   int
	key     []int
	first   *place
	last    *place
	count   int
	rows    map[string][]*place // by row or key; equal rows in the order in which they came
	gaps    []*place            // left by UPDATE_BEFORE, the oldest first
	dropped int64
}

// place is where a row stands; a gap has no row.
type place struct {
	before, after *place
	id            string
	event         Event
	gap           bool
}

// maxGaps bounds the gaps that no UPDATE_AFTER has filled, as happens behind a filter on an aggregate.
const maxGaps = 1024

// NewTable returns an empty table of at most limit rows; beyond it the oldest go. key lists the columns that identify a
// row, nil when nothing is known about the query.
func NewTable(limit int, key []int) *Table {
	return &Table{limit: max(1, limit), key: key, rows: map[string][]*place{}}
}

// Len is the number of rows.
func (t *Table) Len() int { return t.count }

// Dropped is how many rows were left out for the limit; when it is not 0, Rows is not all of the result.
func (t *Table) Dropped() int64 { return t.dropped }

// Rows returns the rows in a slice of its own. Their kind is that of the event which last set them.
func (t *Table) Rows() []Event {
	out := make([]Event, 0, t.count)
	for p := t.first; p != nil; p = p.after {
		if !p.gap {
			out = append(out, p.event)
		}
	}
	return out
}

// Apply adds one row of the changelog.
func (t *Table) Apply(e Event) {
	id := t.id(e)
	if !e.Kind.Adds() {
		t.takeBack(id, e.Kind)
		return
	}
	if old := t.rows[id]; t.key != nil && old != nil {
		old[0].event = e
		return
	}
	p := t.gapOrEnd(e.Kind)
	p.gap, p.id, p.event = false, id, e
	t.rows[id] = append(t.rows[id], p)
	t.count++
	for t.count > t.limit {
		t.dropOldest()
	}
}

// gapOrEnd returns the place for a new row.
func (t *Table) gapOrEnd(kind Kind) *place {
	if kind == UpdateAfter && len(t.gaps) > 0 {
		p := t.gaps[0]
		t.gaps = t.gaps[1:]
		return p
	}
	p := &place{before: t.last}
	if t.last == nil {
		t.first = p
	} else {
		t.last.after = p
	}
	t.last = p
	return p
}

// takeBack removes the oldest row that equals the one taken back. One that is not there was dropped for the limit.
func (t *Table) takeBack(id string, kind Kind) {
	equal := t.rows[id]
	if equal == nil {
		return
	}
	p := equal[0]
	t.remove(p)
	if kind == Delete {
		t.unlink(p)
		return
	}
	p.gap = true
	t.gaps = append(t.gaps, p)
	if len(t.gaps) > maxGaps {
		t.unlink(t.gaps[0])
		t.gaps = t.gaps[1:]
	}
}

// remove takes a place out of the index; it is the first of its equals unless gaps changed their order.
func (t *Table) remove(p *place) {
	equal := t.rows[p.id]
	if len(equal) == 1 {
		delete(t.rows, p.id)
	} else {
		i := slices.Index(equal, p)
		if i == 0 {
			t.rows[p.id] = equal[1:]
		} else {
			t.rows[p.id] = slices.Delete(equal, i, i+1)
		}
	}
	t.count--
}

func (t *Table) dropOldest() {
	p := t.first
	for p.gap {
		p = p.after
	}
	t.remove(p)
	t.unlink(p)
	t.dropped++
}

func (t *Table) unlink(p *place) {
	if p.before == nil {
		t.first = p.after
	} else {
		p.before.after = p.after
	}
	if p.after == nil {
		t.last = p.before
	} else {
		p.after.before = p.before
	}
}

// id is the same for rows that are equal, or have equal keys.
func (t *Table) id(e Event) string {
	var b []byte
	if t.key == nil {
		for _, v := range e.Fields {
			b = append(AppendJSON(b, v), ',')
		}
		return string(b)
	}
	for _, column := range t.key {
		b = append(AppendJSON(b, e.field(column)), ',')
	}
	return string(b)
}
