package collect

import (
	"context"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/flink/rest"
)

// machines reads threads, the growth of logs and, when they are fresh, metrics of the TaskManagers.
func (t *taking) machines(ctx context.Context, fresh func()) {
	managers, err := t.REST.TaskManagers(ctx)
	t.missing("TaskManagers", err)
	config, err := t.REST.Config(ctx)
	t.missing("configuration", err)
	ids, cores := make([]string, len(managers)), math.MaxInt
	for i, m := range managers {
		ids[i], cores = m.ID, min(cores, max(m.Hardware.Cores, 1))
	}
	sampled := ids[:min(len(ids), t.limits.MostTaskManagers)]
	var sums garbage
	var first sync.WaitGroup
	if !metered(t.snap.Flink) {
		first.Go(func() { fresh(); sums = t.collected(ctx, sampled) })
	}
	before, began := t.logSizes(ctx, sampled), time.Now()
	t.threads(ctx, sampled, cores)
	after, took := t.logSizes(ctx, sampled), time.Since(began)
	fresh()
	found := make([]diagnose.TaskManager, len(ids))
	each(ids, func(i int, id string) {
		found[i] = t.machine(ctx, id)
		found[i].Slots, found[i].FreeSlots = managers[i].Slots, managers[i].FreeSlots
		if jvm := float64(managers[i].Hardware.Cores); jvm > 0 && found[i].CPU >= 0 {
			found[i].Cores = given(config, managers[i])
			found[i].CPU *= jvm / found[i].Cores
		}
	})
	leader := t.machine(ctx, rest.JobManager)
	if first.Wait(); sums.took != nil {
		t.compare(ctx, found, sums, config)
	}
	for i := range found {
		if was, ok := before[found[i].ID]; ok && after[found[i].ID] > was {
			found[i].LogRate = float64(after[found[i].ID]-was) / took.Seconds()
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.TaskManagers = found
	t.snap.JobManager = diagnose.Heap{Used: leader.HeapUsed, Max: leader.HeapMax, GC: leader.GC}
}

// given is how many processors a TaskManager was given. Its JVM counts those that its container is limited to; on YARN there
// is no limit as a rule, so that it counts those of the host, whatever was asked for: as many as it has slots, unless the
// configuration says more (YarnConfigOptions.VCORES).
func given(config map[string]string, tm rest.TaskManager) float64 {
	onYARN := strings.HasPrefix(config["execution.target"], "yarn")
	for key := range config {
		onYARN = onYARN || strings.HasPrefix(key, "yarn.") || strings.HasPrefix(key, "$internal.yarn.")
	}
	if !onYARN {
		return float64(tm.Hardware.Cores)
	}
	if asked, err := strconv.Atoi(config["yarn.containers.vcores"]); err == nil && asked > 0 {
		return float64(asked)
	}
	return float64(max(tm.Slots, 1))
}

func (t *taking) machine(ctx context.Context, id string) diagnose.TaskManager {
	const (
		used, most = "Status.JVM.Memory.Heap.Used", "Status.JVM.Memory.Heap.Max"
		gc, cpu    = "Status.JVM.GarbageCollector.All.TimeMsPerSecond", "Status.JVM.CPU.Load"
		count      = "Status.JVM.Threads.Count"
		meta, room = "Status.JVM.Memory.Metaspace.Used", "Status.JVM.Memory.Metaspace.Max"
		segments   = "Status.Shuffle.Netty.TotalMemorySegments"
		free       = "Status.Shuffle.Netty.AvailableMemorySegments"
	)
	m, err := t.REST.Metrics(ctx, id, used, most, gc, cpu, count, meta, room, segments, free)
	t.missing("metrics of process "+id, err)
	value := func(name string) float64 {
		if v, ok := m[name]; ok {
			return known(v)
		}
		return -1
	}
	tm := diagnose.TaskManager{
		ID: id, HeapUsed: value(used), HeapMax: value(most), MetaUsed: value(meta), MetaMax: value(room), GC: value(gc), CPU: value(cpu), Threads: value(count), Segments: value(segments), Free: value(free),
	}
	if tm.GC > 0 {
		tm.GC = min(tm.GC/1000, 1) // collectors that work side by side are added up
	}
	return tm
}
