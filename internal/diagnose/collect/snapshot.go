package collect

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Limits say how long a snapshot may take and how much of the job it may look at.
type Limits struct {
	Time     time.Duration // for all of it; what is not there by then is missing
	Sampling Sampling      // of threads
	// MostTaskManagers is from how many TaskManagers dumps are taken: those of the busiest tasks first.
	MostTaskManagers int
}

// DefaultLimits returns limits that keep a report within 15 seconds and the load on the job small.
func DefaultLimits() Limits {
	return Limits{Time: 13 * time.Second, Sampling: Sampling{Samples: 6, Every: 700 * time.Millisecond}, MostTaskManagers: 8}
}

// taking is a snapshot that is being taken by several goroutines.
type taking struct {
	Subject
	limits Limits

	known threads.Job

	mu   sync.Mutex
	snap diagnose.Snapshot
}

// missing notes what could not be read.
func (t *taking) missing(what string, err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.Missing = append(t.snap.Missing, fmt.Sprintf("%s: %v", what, err))
}

// Snapshot reads all about a job, at once as far as possible. Only a job that nobody knows is an error: whatever else
// cannot be read is named in Missing.
func (s Subject) Snapshot(ctx context.Context, now func() time.Time, rules *failure.Rules, limits Limits) (diagnose.Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, limits.Time)
	defer cancel()
	t := &taking{Subject: s, limits: limits}
	t.snap = diagnose.Snapshot{Version: 1, Job: s.Name, Target: s.Target, ID: s.ID, State: "UNKNOWN"}
	if s.REST != nil {
		if err := t.job(ctx); err != nil {
			return diagnose.Snapshot{}, err
		}
	}
	var all sync.WaitGroup
	arriving := func() {}
	all.Go(func() { t.failures(ctx, rules) })
	if s.REST != nil {
		fresh := sync.OnceFunc(func() { t.fresh(ctx) })
		all.Go(func() { fresh(); t.vertices(ctx); arriving = t.arriving(ctx) })
		all.Go(func() { fresh(); t.restarts(ctx) })
		all.Go(func() { t.checkpoints(ctx) })
		all.Go(func() { t.machines(ctx, fresh) })
	}
	all.Wait()
	if t.snap.Unheard() { // the flood has begun since
		t.failures(ctx, rules)
	}
	arriving()
	t.snap.Taken = now()
	slices.Sort(t.snap.Missing)
	return t.snap, nil
}

// job reads what the others need: the graph of the job and its state.
func (t *taking) job(ctx context.Context) error {
	detail, err := t.REST.Job(ctx, t.ID)
	if err != nil {
		return fault.Errorf(fault.KindOf(err), "asking for job %s: %w", t.ID, err)
	}
	t.snap.State, t.snap.Started = detail.State, detail.Start
	for _, v := range detail.Vertices {
		t.snap.Vertices = append(t.snap.Vertices, diagnose.Vertex{ID: v.ID, Name: v.Name, Parallelism: v.Parallelism, State: v.State})
	}
	for _, e := range detail.Edges {
		t.snap.Edges = append(t.snap.Edges, diagnose.Edge{From: e.From, To: e.To, Ship: e.Strategy})
	}
	if o, err := t.REST.Overview(ctx); err == nil {
		t.snap.Flink = o.FlinkVersion
	}
	t.known, err = t.knownOf(ctx, detail.Vertices)
	t.missing("addresses of tables", err)
	return nil
}

// restarts reads how often the job began again.
func (t *taking) restarts(ctx context.Context) {
	m, err := t.REST.JobMetrics(ctx, t.ID, "numRestarts")
	t.missing("restarts", err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.Restarts = int(m["numRestarts"])
}

func (t *taking) failures(ctx context.Context, rules *failure.Rules) {
	report, problem, err := t.Failures(ctx, rules)
	t.missing("logs", problem)
	t.missing("failures", err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.Failures = report.Redacted(t.Redact)
}

func (t *taking) checkpoints(ctx context.Context) {
	c, err := t.REST.Checkpoints(ctx, t.ID)
	t.missing("checkpoints", err)
	out := diagnose.Checkpoints{
		Enabled: c.Enabled, Interval: c.Interval, Timeout: c.Timeout, Unaligned: c.Unaligned, Backend: c.Backend, Completed: c.Completed, Failed: c.Failed,
	}
	for _, p := range c.History {
		if !p.Savepoint {
			out.History = append(out.History, diagnose.Checkpoint{
				ID: p.ID, Status: p.Status, Triggered: p.Triggered, Duration: p.Duration, Size: p.Size, Acked: p.Acked, Subtasks: p.Subtasks, Failure: p.Failure,
			})
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.Checkpoints = out
}

// vertices reads all vertices, a few at once.
func (t *taking) vertices(ctx context.Context) {
	each(t.snap.Vertices, func(i int, _ diagnose.Vertex) {
		v := &t.snap.Vertices[i] // each call has its own
		t.vertex(ctx, v)
	})
}

func (t *taking) vertex(ctx context.Context, v *diagnose.Vertex) {
	subtasks, err := t.REST.Subtasks(ctx, t.ID, v.ID)
	t.missing("subtasks of "+v.Name, err)
	for _, x := range subtasks {
		v.Subtasks = append(v.Subtasks, diagnose.Subtask{
			Index: x.Index + 1, State: x.State, TaskManager: x.TaskManager, Read: x.ReadRecords, Written: x.WriteRecords, Began: x.Start, Busy: -1, Idle: -1, Backpressured: -1,
		})
	}
	pressure, err := t.REST.Backpressure(ctx, t.ID, v.ID)
	t.missing("backpressure of "+v.Name, err)
	for _, p := range pressure {
		if p.Subtask < len(v.Subtasks) {
			x := &v.Subtasks[p.Subtask]
			x.Busy, x.Idle, x.Backpressured = known(p.Busy), known(p.Idle), known(p.Backpressured)
		}
	}
	marks, err := t.REST.Watermarks(ctx, t.ID, v.ID)
	t.missing("watermarks of "+v.Name, err)
	for i, mark := range marks {
		if i < len(v.Subtasks) {
			v.Subtasks[i].Watermark = &mark
		}
	}
	rates, err := t.REST.VertexMetrics(ctx, t.ID, v.ID, "numRecordsInPerSecond", "numRecordsOutPerSecond")
	t.missing("rates of "+v.Name, err)
	v.InRate, v.OutRate = max(known(rates["numRecordsInPerSecond"].Sum), 0), max(known(rates["numRecordsOutPerSecond"].Sum), 0)
	switch {
	case t.source(v.ID):
		t.reading(ctx, v)
	case v.WaitsForTime():
		t.late(ctx, v)
	}
}

// late reads how many records the operators of a vertex dropped because their time was over (since 1.15, of windows, OVER and
// MATCH_RECOGNIZE; numLateRecordsDropped, lateRecordsDroppedRate).
func (t *taking) late(ctx context.Context, v *diagnose.Vertex) {
	names, err := t.REST.VertexMetricNames(ctx, t.ID, v.ID)
	t.missing("metrics of "+v.Name, err)
	wanted := slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasSuffix(name, ".numLateRecordsDropped") && !strings.HasSuffix(name, ".lateRecordsDroppedRate")
	})
	if len(wanted) == 0 {
		return
	}
	found, err := t.REST.VertexMetrics(ctx, t.ID, v.ID, wanted...)
	t.missing("late records of "+v.Name, err)
	sum := 0.0
	for name, m := range found {
		if strings.HasSuffix(name, "Rate") {
			v.LateRate += max(known(m.Sum), 0)
		} else {
			sum += max(known(m.Sum), 0)
		}
	}
	v.Late = &sum
}

// reading reads what the operators of a source tell: how many records they take, how many wait, and how old those are that
// they emit, where the connector says so (FLIP-33). A source that is chained to all that follows hands no records on, so that
// its vertex counts none: before 2.0 not even those that it takes, which its operator does count.
func (t *taking) reading(ctx context.Context, v *diagnose.Vertex) {
	names, err := t.REST.VertexMetricNames(ctx, t.ID, v.ID)
	t.missing("metrics of "+v.Name, err)
	wanted := slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasSuffix(name, "pendingRecords") && !strings.HasSuffix(name, "currentEmitEventTimeLag") &&
			!strings.HasSuffix(name, ".currentOutputWatermark") && !ofSource(name)
	})
	if len(wanted) == 0 {
		return
	}
	found, err := t.REST.VertexMetrics(ctx, t.ID, v.ID, wanted...)
	t.missing("metrics of the sources in "+v.Name, err)
	took, gave := 0.0, 0.0
	for name, m := range found {
		sum := max(known(m.Sum), 0)
		switch {
		case strings.HasSuffix(name, "currentEmitEventTimeLag"):
			if behind := m.Max / 1000; known(behind) > 0 {
				v.Behind = &behind
			}
		case strings.HasSuffix(name, ".currentOutputWatermark"):
			// The operators before the one that makes the watermarks have none.
			if v.Emitted == nil {
				v.Emitted = &diagnose.Watermarks{First: math.MinInt64, Last: math.MinInt64}
			}
			v.Emitted.First, v.Emitted.Last = max(v.Emitted.First, millis(m.Min)), max(v.Emitted.Last, millis(m.Max))
		case strings.HasSuffix(name, ".numRecordsInPerSecond"):
			took += sum
		case strings.HasSuffix(name, ".numRecordsOutPerSecond"):
			gave += sum
		case known(m.Sum) < 0:
		case v.Pending == nil:
			v.Pending = &m.Sum
		default:
			*v.Pending += m.Sum
		}
	}
	v.InRate = max(v.InRate, took, gave) // sources of before FLIP-27 count only what they hand on
}

// ofSource says whether a metric is the rate of an operator that is a source: Flink calls it "Source: clicks[1]", and writes
// that as "Source__clicks[1]" in the names of metrics.
func ofSource(metric string) bool {
	return strings.HasPrefix(metric, "Source__") && (strings.HasSuffix(metric, ".numRecordsInPerSecond") || strings.HasSuffix(metric, ".numRecordsOutPerSecond"))
}

// millis reads a time; the watermark at the end of all records is the largest there is.
func millis(x float64) int64 {
	switch {
	case x >= math.MaxInt64:
		return math.MaxInt64
	case x > math.MinInt64: // and is a number
		return int64(x)
	}
	return math.MinInt64
}

// known replaces what Flink does not measure by -1.
func known(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return -1
	}
	return x
}

// threads takes samples of what the tasks do. A dump costs the process a good part of the time that it takes: all threads
// stop, and Flink has the whole heap searched for locks (JvmUtils.createThreadDump). So the pauses are as long as they have
// to be for the job not to feel it, and the time that there is decides how many dumps there are.
func (t *taking) threads(ctx context.Context, ids []string, cores int) {
	var dumps []threads.Dump
	for n := range t.limits.Sampling.Samples {
		began := time.Now()
		taken, problem := t.dump(ctx, ids)
		if n == 0 {
			t.missing("threads", problem)
		}
		dumps = append(dumps, taken...)
		took := time.Since(began)
		pause := min(max(took*unfelt/time.Duration(cores), t.limits.Sampling.Every), longestPause)
		end, limited := ctx.Deadline()
		if n == t.limits.Sampling.Samples-1 || limited && n+1 >= fewest && time.Until(end) < pause+2*took+time.Second {
			break
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	report := threads.Analyse(dumps, t.known)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.snap.Threads = report
}

const (
	unfelt       = 120                     // times as long as a dump takes is the pause after it, of one processor
	longestPause = 4500 * time.Millisecond // or the report would take too long
	fewest       = 3                       // dumps, by which what stands still is told from what is busy
)

// logSizes adds up the sizes of the logs of each process; one that cannot be asked is left out.
func (t *taking) logSizes(ctx context.Context, ids []string) map[string]int64 {
	sizes := make([]int64, len(ids))
	each(ids, func(i int, id string) {
		files, err := t.REST.LogFiles(ctx, id)
		if err != nil {
			sizes[i] = -1
			return
		}
		for _, f := range files {
			sizes[i] += f.Size
		}
	})
	out := map[string]int64{}
	for i, id := range ids {
		if sizes[i] >= 0 {
			out[id] = sizes[i]
		}
	}
	return out
}

// Flow reads the graph of the job and how records pass through it, asks the brokers of its topics, and nothing else.
func (s Subject) Flow(ctx context.Context, now func() time.Time) (diagnose.Snapshot, error) {
	if s.REST == nil {
		return diagnose.Snapshot{}, fault.Errorf(fault.NotFound, "%s does not run: no JobManager knows it", s.Name)
	}
	t := &taking{Subject: s}
	t.snap = diagnose.Snapshot{Version: 1, Job: s.Name, Target: s.Target, ID: s.ID}
	if err := t.job(ctx); err != nil {
		return diagnose.Snapshot{}, err
	}
	t.fresh(ctx)
	t.restarts(ctx)
	t.vertices(ctx)
	t.missing("brokers", t.brokers(ctx))
	t.snap.Taken = now()
	return t.snap, ctx.Err()
}
