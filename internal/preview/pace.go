package preview

import "time"

// The time between two questions for rows.
const (
	quickest = 100 * time.Millisecond
	slowest  = time.Second
)

// pace says how long to wait before asking for rows again: as long as rows come, hardly at all; without, twice as long
// each time, up to a second. The zero pace is ready.
type pace struct{ last time.Duration }

// next takes how many rows the last answer had.
func (p *pace) next(rows int) time.Duration {
	if rows > 0 || p.last == 0 {
		p.last = quickest
		return p.last
	}
	p.last = min(2*p.last, slowest)
	return p.last
}
