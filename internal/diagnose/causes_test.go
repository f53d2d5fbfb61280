package diagnose

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// TestCauses has a job with one more fault in it each time: what comes first, how serious it is, and what the fix must say.
func TestCauses(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	number := func(x float64) *float64 { return &x }
	log := func(s *Snapshot, text string) {
		groups := failure.BuiltIn().NewGroups(time.UTC)
		if err := groups.Read("taskmanager-1", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		s.Failures = groups.Report()
	}
	failing := func(s *Snapshot, why string) {
		s.Checkpoints.Failed = 3
		for i := range 3 {
			s.Checkpoints.History = append(s.Checkpoints.History, Checkpoint{ID: int64(9 - i), Status: "FAILED", Triggered: now.Add(-time.Duration(10*i+10) * time.Second), Failure: why, Subtasks: 4})
		}
	}
	const declined = "2026-11-23 02:59:49,000 WARN  org.apache.flink.runtime.checkpoint.CheckpointFailureManager [] - Failed to trigger or complete checkpoint 9 for job 0a1b. (0 consecutive failed attempts so far)\n" +
		"org.apache.flink.runtime.checkpoint.CheckpointException: Asynchronous task checkpoint failed.\n\tat org.apache.flink.runtime.A.b(A.java:1)\nCaused by: "
	for _, test := range []struct {
		name     string
		fault    func(*Snapshot)
		id       string // "" where nothing is to be said
		severity Severity
		says     []string // in title, evidence, fix and configuration
	}{
		{"none", func(*Snapshot) {}, "", "", nil},
		{"the disk of the checkpoints is full", func(s *Snapshot) {
			failing(s, "Asynchronous task checkpoint failed.")
			log(s, declined+"java.io.IOException: No space left on device\n\tat java.base/java.io.FileOutputStream.writeBytes(Native Method)\n")
		}, "disk-full", Serious, []string{"the last 3 checkpoints failed: a disk is full", "io.tmp.dirs", "4 subtasks"}},
		{"a snapshot of its own state throws", func(s *Snapshot) {
			failing(s, "Asynchronous task checkpoint failed.")
			log(s, declined+"java.lang.IllegalStateException: closed\n\tat com.acme.Sink.snapshotState(Sink.java:9)\n")
		}, failure.UserCode, Serious, []string{"IllegalStateException: closed", "com.acme.Sink.snapshotState(Sink.java:9)"}},
		{"checkpoints fail by what no rule knows", func(s *Snapshot) {
			failing(s, "Failure to finalize checkpoint.")
			log(s, declined+"com.acme.VaultSealed: /secrets/bucket\n\tat org.apache.flink.runtime.A.b(A.java:1)\n")
		}, "checkpoint-failing", Serious, []string{"the last 3 checkpoints failed: VaultSealed: /secrets/bucket", "logs clicks"}},
		{"checkpoints fail, and nobody says why", func(s *Snapshot) { failing(s, "Asynchronous task checkpoint failed.") }, "checkpoint-failing", Serious, []string{"diagnose errors clicks"}},
		{"a client of the REST interface went away", func(s *Snapshot) {
			log(s, "2026-11-23 02:59:59,000 WARN  org.apache.flink.runtime.dispatcher.DispatcherRestEndpoint [] - Unhandled exception\njava.io.IOException: Connection reset by peer\n\tat java.base/sun.nio.ch.FileDispatcherImpl.read0(Native Method)\n")
		}, "connection-broken", Note, nil},
		{"Kafka is away", func(s *Snapshot) {
			s.Vertices[0].InRate, s.Vertices[0].OutRate = 0, 0
			log(s, "2026-11-23 02:59:59,000 WARN  org.apache.kafka.clients.NetworkClient [] - [Consumer clientId=a-0, groupId=a] Connection to node 1 (kafka/10.0.0.2:9092) could not be established. Broker may not be available.\n")
		}, "kafka-away", Serious, []string{"Kafka does not answer at kafka/10.0.0.2:9092"}},
		{"Kafka was away", func(s *Snapshot) {
			log(s, "2026-11-23 02:59:59,000 WARN  org.apache.kafka.clients.NetworkClient [] - Connection to node 1 (kafka/10.0.0.2:9092) could not be established. Broker may not be available.\n")
		}, "kafka-away", Note, nil},
		{"fewer slots than subtasks", func(s *Snapshot) {
			s.TaskManagers = []TaskManager{{ID: "a", Slots: 2, HeapMax: -1, GC: -1, CPU: -1}}
			s.Vertices[1].Parallelism = 4
			s.Vertices[1].Subtasks[1].State = "SCHEDULED"
			s.Vertices[0].Subtasks[1].TaskManager = "a"
			s.Vertices[0].Subtasks[0].TaskManager = "a"
		}, "no-slots", Serious, []string{"the job needs 4 slots, and gets 2 of the 2", "parallelism.default", "to 2"}},
		{"slots that another job has", func(s *Snapshot) {
			s.TaskManagers = []TaskManager{{ID: "a", Slots: 36, HeapMax: -1, GC: -1, CPU: -1}}
			s.Vertices[1].Parallelism = 20
			s.Vertices[1].Subtasks[1].State = "SCHEDULED"
		}, "no-slots", Serious, []string{"the job needs 20 slots, and other jobs have too many of the 36", "stop another job"}},
		{"slots that are kept until there are enough", func(s *Snapshot) {
			s.Vertices[1].Parallelism = 4
			s.Vertices[1].Subtasks[1].State = "SCHEDULED"
		}, "no-slots", Serious, []string{"the job needs 4 slots, and gets 2 of the 2"}},
		{"no TaskManager yet", func(s *Snapshot) {
			s.Started, s.TaskManagers = now.Add(-time.Minute), nil
			s.Vertices[1].Subtasks[1].State = "SCHEDULED"
		}, "no-slots", Warning, nil},
		{"no TaskManager", func(s *Snapshot) {
			s.TaskManagers = nil
			s.Vertices[1].Subtasks[1].State = "SCHEDULED"
		}, "no-slots", Serious, []string{"0 TaskManagers"}},
		{"a cluster that never had the slots", func(s *Snapshot) {
			s.State = "FAILED"
			s.TaskManagers = []TaskManager{{ID: "a", Slots: 2, FreeSlots: 2, HeapMax: -1, GC: -1, CPU: -1}}
			s.Vertices[1].Parallelism = 4
			log(s, "2026-11-23 02:59:59,000 ERROR x [] - failed\norg.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not acquire the minimum required resources.\n")
		}, "no-slots", Serious, []string{"the job needs 4 slots, and gets 2 of the 2"}},
		{"records come late", func(s *Snapshot) { s.Vertices[1].Late = number(300) }, "late-records", Serious, []string{"dropped 300 records", "15 %", "WATERMARK FOR"}},
		{"few records come late", func(s *Snapshot) { s.Vertices[1].Late = number(3) }, "", "", nil},
		{"records of the future", func(s *Snapshot) {
			s.Vertices[1].Late = number(300)
			s.Vertices[0].Emitted = &Watermarks{First: now.UnixMilli(), Last: now.Add(8 * time.Hour).UnixMilli()}
		}, "late-records", Serious, []string{"8h0m0s ahead of the clock", "TIMESTAMP_LTZ"}},
		{"a wrong time zone", func(s *Snapshot) {
			s.Vertices[0].Emitted = &Watermarks{First: now.UnixMilli(), Last: now.Add(8 * time.Hour).UnixMilli()}
		}, "watermark-ahead", Warning, []string{"8h0m0s ahead of the clock"}},
		{"all records were read", func(s *Snapshot) {
			s.Vertices[0].Emitted = &Watermarks{First: math.MaxInt64, Last: math.MaxInt64}
		}, "", "", nil},
		{"open() does not return", func(s *Snapshot) {
			s.Vertices[1].Subtasks[1].State, s.Vertices[1].Subtasks[1].Began = "INITIALIZING", now.Add(-2*time.Minute)
			s.Threads = threads.Report{Samples: 5, Operators: []threads.Operator{{Name: "GlobalWindowAggregate[2]", Doing: []threads.Doing{{
				Activity: threads.Activity{Kind: threads.OwnWait, What: "the job's own code sleeps", At: "com.acme.Udf.open(Udf.java:7)"}, Share: 1,
			}}}}}
		}, "slow-start", Serious, []string{"1 subtasks of GlobalWindowAggregate[2] do not run yet: the job's own code sleeps at com.acme.Udf.open(Udf.java:7)", "Do less in open()"}},
		{"a restart just now", func(s *Snapshot) {
			s.Vertices[1].Subtasks[1].State, s.Vertices[1].Subtasks[1].Began = "INITIALIZING", now.Add(-2*time.Second)
		}, "", "", nil},
		{"one partition has all records", func(s *Snapshot) {
			s.Vertices[0].Subtasks[0].Busy, s.Vertices[0].Subtasks[1].Busy = 0.95, 0.01
			s.Vertices[0].Pending = number(50_000)
		}, "skew", Serious, []string{"subtask 1 of Source: clicks[1] does the work", "partitions"}},
		{"a key has most records, and nobody waits yet", func(s *Snapshot) {
			s.Vertices[1].Subtasks[0] = Subtask{Index: 1, State: "RUNNING", Read: 1900, Busy: 0.6}
			s.Vertices[1].Subtasks[1] = Subtask{Index: 2, State: "RUNNING", Read: 100, Busy: 0.05}
		}, "skew", Warning, []string{"subtask 1 of GlobalWindowAggregate[2] gets 95 % of all records", "TWO_PHASE"}},
		{"the metaspace fills", func(s *Snapshot) { s.TaskManagers[0].MetaUsed, s.TaskManagers[0].MetaMax = 250, 256 }, "metaspace-nearly-full", Warning, []string{"jvm-metaspace"}},
		{"the JobManager collects garbage", func(s *Snapshot) { s.JobManager = Heap{Used: 990 << 20, Max: 1 << 30, GC: 0.5} }, "jobmanager-memory", Serious, []string{"97 % full", "jobmanager.memory"}},
		{"threads are never ended", func(s *Snapshot) {
			s.TaskManagers[0].Threads = 900
			s.Threads.Pools = []threads.Pool{{Name: "http-client-#", Threads: 800}}
		}, "many-threads", Warning, []string{"800 of them http-client-#"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			running := func(records int64) []Subtask {
				return []Subtask{{Index: 1, State: "RUNNING", Read: records, Busy: 0.3}, {Index: 2, State: "RUNNING", Read: records, Busy: 0.3}}
			}
			s := Snapshot{
				Job: "clicks", State: "RUNNING", Taken: now, Started: now.Add(-5 * time.Minute), Checkpoints: Checkpoints{Enabled: true, Interval: 10 * time.Second},
				Vertices: []Vertex{
					{ID: "1", Name: "Source: clicks[1]", State: "RUNNING", Parallelism: 2, InRate: 100, OutRate: 100, Subtasks: running(0)},
					{ID: "2", Name: "GlobalWindowAggregate[2]", State: "RUNNING", Parallelism: 2, InRate: 100, Subtasks: running(1000)},
				},
				Edges:        []Edge{{From: "1", To: "2"}},
				TaskManagers: []TaskManager{{ID: "a", HeapMax: -1, GC: -1, CPU: -1, Slots: 2}},
			}
			test.fault(&s)
			found := Judge(s)
			if test.id == "" {
				if len(found) > 0 {
					t.Errorf("found %+v", found)
				}
				return
			}
			if len(found) == 0 || found[0].ID != test.id || found[0].Severity != test.severity {
				t.Fatalf("found %+v", found)
			}
			all := fmt.Sprint(found[0].Title, found[0].Evidence, found[0].Fix, found[0].Config)
			for _, text := range test.says {
				if !strings.Contains(all, text) {
					t.Errorf("it does not say %q: %s", text, all)
				}
			}
		})
	}
}
