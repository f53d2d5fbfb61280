package tui

import "time"

// rateWindow is the time over which rows per second are counted.
const rateWindow = 3 * time.Second

// rate counts rows per second over the last few seconds.
type rate struct {
	batches []batch
}

type batch struct {
	at   time.Time
	rows int
}

// add notes that rows came at a time.
func (r *rate) add(at time.Time, rows int) {
	r.batches = append(r.batches, batch{at, rows})
	r.forget(at)
}

// forget drops what is older than the window.
func (r *rate) forget(now time.Time) {
	for len(r.batches) > 0 && now.Sub(r.batches[0].at) >= rateWindow {
		r.batches = r.batches[1:]
	}
}

// perSecond is the rate now.
func (r *rate) perSecond() int64 {
	sum := 0
	for _, b := range r.batches {
		sum += b.rows
	}
	return int64(float64(sum)/rateWindow.Seconds() + 0.5)
}
