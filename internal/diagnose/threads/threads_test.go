package threads_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/diagnose/threads"
)

func load(tb testing.TB, name string) threads.Dump {
	tb.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return threads.Parse(string(text))
}

// The dumps are of a TaskManager that ran three of the jobs of testdata/sick: one whose function waits for a latch, one
// whose subtasks take two locks in different order, and one that has a slow subtask.
func TestBothFormats(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"flink-2.2.1.json", "jstack-17.txt"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := threads.Analyse([]threads.Dump{load(t, name)}, threads.Job{})
			if len(r.Deadlocks) != 1 || len(r.Deadlocks[0]) != 2 {
				t.Fatalf("deadlocks: %+v", r.Deadlocks)
			}
			for _, h := range r.Deadlocks[0] {
				if !strings.HasPrefix(h.At, "sick.Deadlock.eval(") || !strings.Contains(h.Lock, "java.lang.Object@") {
					t.Errorf("holder %+v", h)
				}
			}
			doing := map[string]threads.Doing{}
			for _, o := range r.Operators {
				doing[o.Name] = o.Doing[0]
			}
			for operator, want := range map[string]threads.Activity{
				"GroupAggregate[4] -> Calc[5] -> out_rows[6]: Writer": {Kind: threads.OwnWait, What: "the job's own code waits for a latch", At: "sick.Blocked.eval(Blocked.java:16)"},
				"Source: events[1] -> Calc[2]":                        {Kind: threads.Backpressured, What: "waits for room in the next operator"},
			} {
				got := doing[operator].Activity
				if want.At == "" {
					got.At = ""
				}
				if got != want {
					t.Errorf("%s: %+v, want %+v", operator, got, want)
				}
			}
			locked := doing["GroupAggregate[16] -> Calc[17] -> out_rows[18]: Writer"]
			if locked.Kind != threads.OwnWait || !strings.HasPrefix(locked.What, "the job's own code waits for a lock that GroupAggregate[16]") {
				t.Errorf("in the deadlock: %+v", locked.Activity)
			}
		})
	}
}

func TestStuck(t *testing.T) {
	t.Parallel()
	d := load(t, "flink-2.2.1.json")
	r := threads.Analyse([]threads.Dump{d, d, d}, threads.Job{Keep: func(operator string) bool { return strings.HasPrefix(operator, "GroupAggregate[4]") }})
	if r.Samples != 3 || len(r.Operators) != 1 {
		t.Fatalf("%d samples, %d operators", r.Samples, len(r.Operators))
	}
	if got := fmt.Sprint(r.Operators[0].Doing[0].Stuck); got != "[1/1]" {
		t.Errorf("stuck: %s", got)
	}
}

// TestAsynchronous tells tasks that wait for answers from those that wait for records. Flink cuts stacks after eight frames.
func TestAsynchronous(t *testing.T) {
	t.Parallel()
	const (
		mailbox = "\tat org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailboxImpl.take(TaskMailboxImpl.java:1)\n"
		yield   = mailbox + "\tat org.apache.flink.streaming.runtime.tasks.mailbox.MailboxExecutorImpl.yield(MailboxExecutorImpl.java:1)\n"
	)
	for _, test := range []struct {
		frames, what string
		kind         threads.Kind
	}{
		{mailbox + "\tat org.apache.flink.streaming.runtime.tasks.mailbox.MailboxProcessor.runMailboxLoop(MailboxProcessor.java:1)\n", "waits for records, or for room in the next operator", threads.Idle},
		{yield, "waits for answers of asynchronous calls", threads.External},
		{yield + "\tat org.apache.flink.streaming.api.operators.async.AsyncWaitOperator.addToWorkQueue(AsyncWaitOperator.java:1)\n", "waits for asynchronous calls: as many are open as may be", threads.External},
		{yield + "\tat org.apache.flink.connector.base.sink.writer.AsyncSinkWriter.flush(AsyncSinkWriter.java:1)\n", "waits until the sink has taken its records", threads.External},
	} {
		d := threads.Parse("\"Map (1/1)#0\" #1 prio=5 tid=0x2 nid=0x2 waiting on condition [0x1]\n   java.lang.Thread.State: TIMED_WAITING (parking)\n\tat java.util.concurrent.locks.LockSupport.parkNanos(LockSupport.java:1)\n" + test.frames)
		r := threads.Analyse([]threads.Dump{d}, threads.Job{})
		if got := r.Operators[0].Doing[0]; got.What != test.what || got.Kind != test.kind {
			t.Errorf("%+v, want %s", got.Activity, test.what)
		}
	}
}

func TestHotLock(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("\"owner\" #1 prio=5 tid=0x1 nid=0x1 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat com.example.Cache.load(Cache.java:7)\n\t- locked <0x0000000089> (a java.util.HashMap)\n\n")
	for i := range 5 {
		fmt.Fprintf(&b, "\"Map (%d/5)#0\" #%d prio=5 tid=0x2 nid=0x2 waiting for monitor entry [0x1]\n   java.lang.Thread.State: BLOCKED (on object monitor)\n"+
			"\tat com.example.Cache.get(Cache.java:3)\n\t- waiting to lock <0x0000000089> (a java.util.HashMap)\n\n", i+1, i+2)
	}
	r := threads.Analyse([]threads.Dump{threads.Parse(b.String())}, threads.Job{})
	if len(r.HotLocks) != 1 || r.HotLocks[0].Owner != "owner" || len(r.HotLocks[0].Waiters) != 5 || r.HotLocks[0].OwnerAt != "com.example.Cache.load(Cache.java:7)" {
		t.Errorf("hot locks: %+v", r.HotLocks)
	}
	if got := r.Operators[0].Doing[0]; got.Kind != threads.OwnWait || len(got.Subtasks) != 5 || len(r.Deadlocks) > 0 {
		t.Errorf("%+v, deadlocks %v", got, r.Deadlocks)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"flink-2.2.1.json", "jstack-17.txt"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text[:min(len(text), 9<<10)]))
	}
	f.Add("\"a\" Id=1 BLOCKED on x@1 owned by \"b\" Id=2\n\"b\" Id=2 BLOCKED on y@1 owned by \"a\" Id=1\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10<<10 {
			return
		}
		d := threads.Parse(text)
		r := threads.Analyse([]threads.Dump{d, d, d}, threads.Job{})
		for _, o := range r.Operators {
			if len(o.Doing) == 0 || o.Doing[0].Share <= 0 || o.Doing[0].Share > 1.0001 {
				t.Errorf("%+v", o)
			}
		}
	})
}

// BenchmarkAnalyse reads and analyses a dump of 5,000 threads.
func BenchmarkAnalyse(b *testing.B) {
	text, err := os.ReadFile("testdata/jstack-17.txt")
	if err != nil {
		b.Fatal(err)
	}
	var all strings.Builder
	n := 0
	for n < 5000 {
		all.Write(text)
		all.WriteString("\n\n")
		n += strings.Count(string(text), "java.lang.Thread.State")
	}
	for b.Loop() {
		threads.Analyse([]threads.Dump{threads.Parse(all.String())}, threads.Job{})
	}
	b.ReportMetric(float64(n), "threads")
}
