package collect

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/diagnose"
)

// collectors are the garbage collectors of HotSpot, as Flink's metrics call them.
var collectors = [...]string{
	"Copy", "MarkSweepCompact", "G1_Young_Generation", "G1_Old_Generation", "G1_Concurrent_GC", "PS_Scavenge", "PS_MarkSweep", "ParNew", "ConcurrentMarkSweep",
}

// garbage is how long the collectors of each TaskManager have worked so far, in milliseconds. Before 1.18 no metric says which
// share of the time that is (GarbageCollector.All.TimeMsPerSecond), so that two sums are compared.
type garbage struct {
	took  map[string]float64 // by TaskManager
	clock float64            // grows with each new metric
	seen  time.Time
}

// metered says whether Flink itself says which share of the time goes into garbage collection.
func metered(flink string) bool { return !strings.HasPrefix(flink, "1.17.") }

// collected reads the sums.
func (t *taking) collected(ctx context.Context, ids []string) garbage {
	g := garbage{took: map[string]float64{}, seen: time.Now()}
	names := make([]string, len(collectors))
	for i, name := range collectors {
		names[i] = "Status.JVM.GarbageCollector." + name + ".Time"
	}
	if clock, err := t.REST.TaskManagerMetrics(ctx, grows); err == nil {
		g.clock = clock[grows].Sum
	}
	var mu sync.Mutex
	each(ids, func(_ int, id string) {
		m, err := t.REST.Metrics(ctx, id, names...)
		if err != nil || len(m) == 0 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for _, took := range m {
			g.took[id] += known(took)
		}
	})
	return g
}

// compare waits for the next metrics, and tells the share of the time between them that went into garbage collection. Flink
// collects new ones when the time for that has come since it did so last, whoever asked for them.
func (t *taking) compare(ctx context.Context, found []diagnose.TaskManager, before garbage, config map[string]string) {
	every := 10 * time.Second // metrics.fetcher.update-interval, in milliseconds
	if millis, err := strconv.Atoi(config["metrics.fetcher.update-interval"]); err == nil {
		every = time.Duration(millis) * time.Millisecond
	}
	var ids []string
	for id := range before.took {
		ids = append(ids, id)
	}
	after := before
	for after.clock == before.clock && len(ids) > 0 {
		select {
		case <-ctx.Done():
			return
		case <-time.After(freshEvery):
		}
		after = t.collected(ctx, ids)
	}
	between := max(every, after.seen.Sub(before.seen))
	for i := range found {
		was, ok1 := before.took[found[i].ID]
		is, ok2 := after.took[found[i].ID]
		if ok1 && ok2 && is >= was && between > 0 {
			found[i].GC = min((is-was)/float64(between.Milliseconds()), 1)
		}
	}
}
