package diagnose

import (
	"fmt"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Limits of what a TaskManager should do.
const (
	muchGC    = 0.15 // share of the time; from here on the job feels it
	tooMuchGC = 0.30
	fullHeap  = 0.92
	muchCPU   = 0.8 // of what it was given
	tooMuch   = 0.92
	manyLogs  = 256 << 10 // bytes a second

	manyThreads = 3000
	muchAlike   = 500 // threads whose names differ in numbers only
)

// measuredOver is the time that Flink's rates are means of (MeterView.DEFAULT_TIME_SPAN_IN_SECONDS).
const measuredOver = time.Minute

// judgeMachines tells of TaskManagers that collect garbage most of the time, whose heap is full, or that drown in logs.
func judgeMachines(s *Snapshot) []Finding {
	findings := s.leader()
	for _, tm := range s.TaskManagers {
		if tm.GC >= muchGC {
			findings = append(findings, collecting(s, tm))
		} else if tm.HeapMax > 0 && tm.HeapUsed/tm.HeapMax >= fullHeap {
			findings = append(findings, full(s, tm))
		}
		if tm.MetaMax > 0 && tm.MetaUsed/tm.MetaMax >= fullHeap {
			findings = append(findings, fullOfClasses(s, tm))
		}
		if alike := s.alike(); tm.Threads >= manyThreads || tm.Threads >= muchAlike && alike.Threads >= muchAlike {
			findings = append(findings, threaded(s, tm, alike))
		}
		if tm.CPU >= tooMuch {
			findings = append(findings, hurried(s, tm))
		}
		if tm.LogRate >= manyLogs {
			f := Finding{
				ID: "log-flood", Severity: Warning, Title: fmt.Sprintf("TaskManager %s writes %s of logs a second", tm.ID, mega(tm.LogRate)), weight: weighLogFlood,
				Evidence: []string{fmt.Sprintf("%s a second (should be below %s)", mega(tm.LogRate), mega(manyLogs))},
			}
			s.flooded(&f)
			findings = append(findings, f)
		}
	}
	return findings
}

// leader tells of a JobManager whose heap is full.
func (s *Snapshot) leader() []Finding {
	jm := s.JobManager
	if full := jm.Max > 0 && jm.Used/jm.Max >= fullHeap && jm.GC >= muchGC/3; !full && jm.GC < muchGC {
		return nil // a heap that is collected seldom is nearly full before it is
	}
	f := Finding{
		ID: "jobmanager-memory", Severity: Warning, Title: fmt.Sprintf("the heap of the JobManager is %.0f %% full, and %.0f %% of its time goes into garbage collection", 100*jm.Used/max(jm.Max, 1), 100*max(jm.GC, 0)),
		Evidence: []string{fmt.Sprintf("%s of %s are used (should be below %.0f %%), %.0f %% of the time is spent collecting (should be below %.0f %%)", mega(jm.Used), mega(jm.Max), 100*fullHeap, 100*max(jm.GC, 0), 100*muchGC)},
		Effect:   "It answers late or not at all: heartbeats are missed, checkpoints are not triggered in time, and in the end it is restarted with all jobs.",
		Fix:      "Give it more memory; keep checkpoints in a folder instead of in the JobManager, and fewer of them in its history.",
		Config:   []failure.Setting{{Key: "jobmanager.memory.process.size", Value: "3g"}}, Doc: "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/memory/mem_setup_jobmanager/", weight: weighMemory,
	}
	if jm.GC >= tooMuchGC {
		f.Severity, f.weight = Serious, weighGC-1
	}
	return []Finding{f}
}

// Unheard says whether a TaskManager drowns in logs and nobody knows who writes them: the logs were read before the flood.
func (s *Snapshot) Unheard() bool {
	return len(s.Failures.Loud) == 0 && slices.ContainsFunc(s.TaskManagers, func(tm TaskManager) bool { return tm.LogRate >= manyLogs })
}

// quieter is the level at which the lines of a level are not written any more.
func quieter(level string) string {
	return map[string]string{"TRACE": "DEBUG", "DEBUG": "INFO", "INFO": "WARN", "WARN": "ERROR"}[level]
}

// flooded says who writes too many log lines, and how to have fewer.
func (s *Snapshot) flooded(f *Finding) {
	f.Effect = "Writing them takes processor and disk, and older logs, which may tell of a failure, are rolled away."
	f.Fix = "Find the logger that writes so much and raise its level in the log4j file of the cluster:\nautostream logs " + s.Job + " --tail 20"
	f.Doc = "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/advanced/logging/"
	for _, l := range s.Failures.Loud {
		f.Evidence = append(f.Evidence, fmt.Sprintf("%.0f %% of the lines are of %s, at level %s", 100*l.Share, l.Logger, l.Level))
	}
	if len(s.Failures.Loud) > 0 {
		loudest := s.Failures.Loud[0]
		if level := quieter(loudest.Level); level != "" {
			f.Fix = fmt.Sprintf("Raise the level of the logger that writes so much, for a day at once and in the log4j file of the cluster for good:\n"+
				"autostream diagnose log-level %s %s=%s --for 24h", s.Job, loudest.Logger, level)
		}
	}
}

// hurried is the finding about a process that uses all of its processors.
func hurried(s *Snapshot, tm TaskManager) Finding {
	f := Finding{
		ID: "cpu", Severity: Warning, Title: fmt.Sprintf("TaskManager %s uses %.0f %% of the processors that it was given", tm.ID, 100*tm.CPU), weight: weighMemory,
		Evidence: []string{fmt.Sprintf("%.0f %% (should be below %.0f %%)", 100*tm.CPU, 100*muchCPU)},
		Effect:   "Its tasks wait for a processor; where nothing holds it to what it was given, so do the neighbours.",
		Fix:      "Give it more processors, or the job more TaskManagers. To see where they go:\nautostream diagnose flame " + s.Job,
		Doc:      "https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/debugging/flame_graphs/",
	}
	if tm.Cores > 0 {
		f.Evidence[0] = fmt.Sprintf("%.1f of %.1f processors are busy, %s", tm.CPU*tm.Cores, tm.Cores, f.Evidence[0])
	}
	return f
}

const memoryDoc = "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/memory/mem_trouble/"

// collecting is the finding about a process that is busy collecting garbage.
func collecting(s *Snapshot, tm TaskManager) Finding {
	f := Finding{
		ID: "gc", Severity: Warning, Title: fmt.Sprintf("TaskManager %s spends %.0f %% of its time collecting garbage", tm.ID, 100*tm.GC), weight: weighGC,
		Evidence: []string{fmt.Sprintf("%.0f %% of the time (should be below %.0f %%)", 100*tm.GC, 100*muchGC), heap(tm)},
		Effect:   "All tasks of the process stand still meanwhile; when it is long, heartbeats are missed and the process counts as lost.",
		Fix:      "Find out whose objects fill the heap, then give it more memory or keep state in RocksDB:\nautostream diagnose heap " + s.Job,
		Config:   []failure.Setting{{Key: "taskmanager.memory.task.heap.size", Value: "1g"}}, Doc: memoryDoc,
	}
	if tm.GC >= tooMuchGC {
		f.Severity = Serious
	}
	if age := s.Taken.Sub(s.Started); age < measuredOver {
		f.Severity = Warning // what ran here before may have done it
		f.Evidence = append(f.Evidence, fmt.Sprintf("the mean of the last %s, of which this job ran for %s", measuredOver, age.Round(time.Second)))
	}
	return f
}

// full is the finding about a process whose heap is nearly full. When nothing in it takes part in checkpoints any more, it is
// full: the process does nothing but look for room, and the time that this takes is not told any more.
func full(s *Snapshot, tm TaskManager) Finding {
	f := Finding{
		ID: "heap-nearly-full", Severity: Warning, Title: fmt.Sprintf("the heap of TaskManager %s is %.0f %% full", tm.ID, 100*tm.HeapUsed/tm.HeapMax), weight: weighMemory,
		Evidence: []string{heap(tm), fmt.Sprintf("%.0f %% of the time goes into garbage collection", 100*max(tm.GC, 0))},
		Effect:   "When it is full, the process ends with an OutOfMemoryError.",
		Fix:      "Find out whose objects they are; keep state in RocksDB, or give the TaskManager more memory.\nautostream diagnose heap " + s.Job,
		Config:   []failure.Setting{{Key: "taskmanager.memory.task.heap.size", Value: "1g"}}, Doc: memoryDoc,
	}
	if ended := s.Checkpoints.ended(); len(ended) > 0 && ended[0].Status == "FAILED" && ended[0].Acked == 0 {
		f.ID, f.Severity, f.weight = "heap-exhausted", Serious, weighGC
		f.Title = fmt.Sprintf("the Java heap of TaskManager %s is full", tm.ID)
		f.Evidence = append(f.Evidence, fmt.Sprintf("none of %d subtasks had a part in checkpoint %d: %s", ended[0].Subtasks, ended[0].ID, ended[0].Failure))
	}
	return f
}

// fullOfClasses is the finding about a process whose metaspace is nearly full.
func fullOfClasses(s *Snapshot, tm TaskManager) Finding {
	return Finding{
		ID: "metaspace-nearly-full", Severity: Warning, Title: fmt.Sprintf("the metaspace of TaskManager %s is %.0f %% full", tm.ID, 100*tm.MetaUsed/tm.MetaMax), weight: weighMemory,
		Evidence: []string{fmt.Sprintf("classes take %s of %s (should be below %.0f %%)", mega(tm.MetaUsed), mega(tm.MetaMax), 100*fullHeap), fmt.Sprintf("the job was restarted %d times", s.Restarts)},
		Effect:   "When it is full, the process ends with an OutOfMemoryError: Metaspace.",
		Fix: "When it grows with every restart, something of earlier runs, a thread, a driver or a static field, keeps their classes: end it in close(), or put its jar into Flink's lib folder. " +
			"Otherwise the job has many classes.",
		Config: []failure.Setting{{Key: "taskmanager.memory.jvm-metaspace.size", Value: "512m"}},
		Doc:    "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/memory/mem_trouble/#outofmemoryerror-metaspace",
	}
}

// threaded is the finding about a process with a great many threads.
func threaded(s *Snapshot, tm TaskManager, alike threads.Pool) Finding {
	f := Finding{
		ID: "many-threads", Severity: Warning, Title: fmt.Sprintf("TaskManager %s has %.0f threads", tm.ID, tm.Threads), weight: weighMemory,
		Evidence: []string{fmt.Sprintf("%.0f threads (should be below %d, and below %d that are alike)", tm.Threads, manyThreads, muchAlike)},
		Effect:   "Each takes memory beside the heap; at the limit of the user or the container no more can be started, and the job fails.",
		Fix:      "End threads and close clients in close(); have one pool for all records instead of one each. Whose they are:\nautostream diagnose threads " + s.Job, Doc: memoryDoc,
	}
	if alike.Threads >= muchAlike {
		f.Title += fmt.Sprintf(", %d of them %s", alike.Threads, alike.Name)
	}
	return f
}

// alike is the largest group of threads whose names differ in numbers only.
func (s *Snapshot) alike() threads.Pool {
	if len(s.Threads.Pools) == 0 {
		return threads.Pool{}
	}
	return s.Threads.Pools[0]
}

func heap(tm TaskManager) string {
	return fmt.Sprintf("%s of %s of the heap are used", mega(tm.HeapUsed), mega(tm.HeapMax))
}

// mega writes a number of bytes for people.
func mega(bytes float64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.1f GB", bytes/(1<<30))
	}
	return fmt.Sprintf("%.1f MB", bytes/(1<<20))
}
