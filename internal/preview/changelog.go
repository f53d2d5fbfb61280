package preview

// RingSize is how many rows of a changelog are kept, and how many rows of its result.
const RingSize = 10_000

// Ring keeps the newest rows of a changelog. It is not safe for concurrent use.
type Ring struct {
	rows  []Event // once full, the oldest stands at next
	next  int
	limit int
	total int64
}

// NewRing returns a ring that keeps up to limit rows.
func NewRing(limit int) *Ring { return &Ring{limit: max(1, limit)} }

// Add puts a row in; when the ring is full the oldest goes.
func (r *Ring) Add(e Event) {
	r.total++
	if len(r.rows) < r.limit {
		r.rows = append(r.rows, e)
		return
	}
	r.rows[r.next] = e
	r.next = (r.next + 1) % r.limit
}

// Len is the number of rows kept.
func (r *Ring) Len() int { return len(r.rows) }

// Total is the number of rows ever added.
func (r *Ring) Total() int64 { return r.total }

// Rows returns the rows kept, the oldest first, in a slice of its own.
func (r *Ring) Rows() []Event {
	out := make([]Event, 0, len(r.rows))
	out = append(out, r.rows[r.next:]...)
	return append(out, r.rows[:r.next]...)
}
