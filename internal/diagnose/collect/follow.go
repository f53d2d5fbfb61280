package collect

import (
	"context"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// FollowLevels changes levels in processes of the job that start before their time is over; has are those that began with
// them. It looks for new ones that often, and calls found for each. A process that cannot be reached may just be starting,
// and is tried again; so is one that has not kept them: Flink's scripts run a short JVM before the long one. The end of ctx
// is its error, and changes nothing back.
func (s Subject) FollowLevels(ctx context.Context, has Processes, levels []agent.Level, every time.Duration, found func(target.JVM)) error {
	known := slices.Clone(has.All)
	over := time.After(time.Until(slices.MaxFunc(levels, func(a, b agent.Level) int { return a.Until.Compare(b.Until) }).Until))
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-over:
			return nil
		case <-time.After(every):
		}
		now, err := s.Leveled(ctx)
		if err != nil {
			continue // the JobManager may be starting again
		}
		for _, v := range now.All {
			if slices.Contains(known, v) {
				continue
			}
			if (Processes{Target: now.Target, All: []target.JVM{v}}).begin(ctx, levels) {
				known = append(known, v)
				found(v)
			}
		}
	}
}

// starting is how long a process that starts is waited for, before the others are looked at again.
const starting = 20 * time.Second

// begin changes levels in processes that have just started, and says whether they had them already. Those that nobody
// attaches to find out by themselves.
func (p Processes) begin(ctx context.Context, levels []agent.Level) bool {
	if p.Target == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, starting)
	defer cancel()
	if has := p.levels(ctx, ""); len(has.found) > 0 {
		return true
	}
	p.levels(ctx, agent.Set(levels)) // the next look tells whether they have them
	return false
}
