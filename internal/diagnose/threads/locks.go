package threads

import (
	"cmp"
	"slices"
)

// fought is from how many waiting threads on a lock is worth telling.
const fought = 3

// Holder is a thread of a deadlock, with the lock that the next one holds.
type Holder struct {
	Thread string `json:"thread"`
	Lock   string `json:"waitsFor"`
	At     string `json:"at"`
}

// Lock is a lock that several threads wait to enter.
type Lock struct {
	Name    string   `json:"lock"`
	Owner   string   `json:"owner,omitempty"`
	OwnerAt string   `json:"ownerAt,omitempty"`
	Waiters []string `json:"waiters"`
}

// owners finds for each thread, by its place in the dump, the thread that holds what it waits for; -1 for none.
func (d Dump) owners() []int {
	byID, byLock := map[string]int{}, map[string]int{}
	for i, t := range d.Threads {
		if t.id != "" {
			byID[t.id] = i
		}
		for _, lock := range t.holds {
			if lock != t.lock { // Object.wait has given it back
				byLock[lock] = i
			}
		}
	}
	out := make([]int, len(d.Threads))
	for i, t := range d.Threads {
		out[i] = -1
		if t.lock == "" {
			continue
		}
		if at, ok := byID[t.owner]; ok && t.owner != "" && at != i {
			out[i] = at
		} else if at, ok := byLock[t.lock]; ok && at != i {
			out[i] = at
		}
	}
	return out
}

// deadlocks finds the circles of threads that wait for each other.
func (d Dump) deadlocks(owners []int) [][]Holder {
	const fresh, open, done = 0, 1, 2
	mark := make([]int, len(owners))
	var found [][]Holder
	for start := range owners {
		var way []int
		at := start
		for at >= 0 && mark[at] == fresh {
			mark[at] = open
			way = append(way, at)
			at = owners[at]
		}
		if at >= 0 && mark[at] == open {
			var circle []Holder
			for _, i := range way[slices.Index(way, at):] {
				circle = append(circle, Holder{Thread: d.Threads[i].Name, Lock: d.Threads[i].lock, At: d.Threads[i].place()})
			}
			found = append(found, circle)
		}
		for _, i := range way {
			mark[i] = done
		}
	}
	return found
}

// hotLocks finds the locks that many threads wait to enter, the most wanted first.
func (d Dump) hotLocks(owners []int) []Lock {
	byName := map[string]*Lock{}
	for i, t := range d.Threads {
		if t.State != Blocked && owners[i] < 0 || t.lock == "" {
			continue
		}
		lock := byName[t.lock]
		if lock == nil {
			lock = &Lock{Name: t.lock}
			byName[t.lock] = lock
		}
		lock.Waiters = append(lock.Waiters, t.Name)
		if owners[i] >= 0 {
			owner := d.Threads[owners[i]]
			lock.Owner, lock.OwnerAt = owner.Name, owner.place()
		}
	}
	var hot []Lock
	for _, lock := range byName {
		if len(lock.Waiters) >= fought {
			hot = append(hot, *lock)
		}
	}
	slices.SortFunc(hot, func(a, b Lock) int {
		return cmp.Or(cmp.Compare(len(b.Waiters), len(a.Waiters)), cmp.Compare(a.Name, b.Name))
	})
	return hot
}
