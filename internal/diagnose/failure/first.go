package failure

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// quiet is how long nothing may fail until the next failure is one of its own: restarts follow each other faster
// (restart-strategy.exponential-delay.max-backoff is a minute, and the job runs for a while in between).
const quiet = 15 * time.Minute

// Report returns what was found so far.
func (g *Groups) Report() Report {
	r := g.report
	r.Groups = slices.SortedFunc(maps.Values(g.named), func(a, b *Group) int {
		return cmp.Or(-cmp.Compare(rank(a.Level), rank(b.Level)), a.First.Compare(b.First), cmp.Compare(a.order, b.order))
	})
	for _, group := range r.Groups {
		group.Times = len(group.seconds)
	}
	r.First, r.Loud = firstFault(r.Groups), g.loudest()
	return r
}

// firstFault finds the failure that a chain of failures began with: those after it are mostly its effects. It is the
// earliest cause since the job last went without failures for a while; where no rule knows a cause, the earliest failure
// that no rule knows, then the earliest symptom.
func firstFault(groups []*Group) *Group {
	begin := beginOfLoop(groups)
	for _, level := range []Level{Cause, Unknown, Symptom, Wrapper} {
		var first *Group
		var since int64
		for _, group := range groups {
			if group.Level != level {
				continue
			}
			for second := range group.seconds {
				earlier := first == nil || second < since || second == since && group.order < first.order
				if second >= begin && earlier {
					first, since = group, second
				}
			}
		}
		if first != nil {
			return first
		}
	}
	return nil
}

// beginOfLoop is the second since which failures follow each other without a quiet time.
func beginOfLoop(groups []*Group) int64 {
	all := map[int64]bool{}
	for _, group := range groups {
		maps.Copy(all, group.seconds)
	}
	seconds := slices.Sorted(maps.Keys(all))
	for i := len(seconds) - 1; i > 0; i-- {
		if time.Duration(seconds[i]-seconds[i-1])*time.Second > quiet {
			return seconds[i]
		}
	}
	if len(seconds) == 0 {
		return 0
	}
	return seconds[0]
}
