// Package threads reads thread dumps of Flink's processes and says what each task waits for, which locks are fought over,
// and which threads wait for each other for ever.
//
//	dump text ──▶ Dump ──▶ activity of each task ──▶ Report by operator
//	  parse.go              activity.go                report.go, locks.go
//
// It turns values into values.
package threads

import "strings"

// State is the state of a thread (java.lang.Thread.State).
type State string

// The states that matter.
const (
	Runnable     State = "RUNNABLE"
	Blocked      State = "BLOCKED" // waits to enter a synchronized block
	Waiting      State = "WAITING"
	TimedWaiting State = "TIMED_WAITING"
)

// Thread is one thread of a dump.
type Thread struct {
	Name   string
	State  State
	Frames []string // bare, the innermost first: "com.example.Udf.eval(Udf.java:12)"

	id    string   // Flink's "Id=12"; "" in a dump of the JVM
	lock  string   // what it is blocked on or waits for: "java.lang.Object@1f2e" or "0x000…"; "" when it waits for nothing
	owner string   // Flink's id of the thread that holds it; "" when unknown
	holds []string // locks that it has
}

// Dump is all threads of one JVM at one moment.
type Dump struct {
	Process string // "jobmanager" or the id of a TaskManager; "" when it is not known
	Threads []Thread
}

// Task is a subtask of a job, as threads are named after it.
type Task struct {
	Operator string // the name of the vertex
	Subtask  string // "1/4"
}

// prefixes are what Flink puts before the name of a task to name its other threads.
var prefixes = [...]string{
	"Legacy Source Thread - ", "OutputFlusher for ", "System Time Trigger for ", "Time Trigger for ", "Source Data Fetcher for ",
	"Channel state writer ", "Canceler for ", "Canceler/Interrupts for ", "Cancellation Watchdog for ", "AsyncOperations-thread-", "async-checkpoint ",
}

// task reads which task a thread belongs to, and the prefix by which it is not the task's own thread.
func (t Thread) task() (task Task, prefix string, ok bool) {
	name := t.Name
	for _, p := range prefixes {
		if rest, cut := strings.CutPrefix(name, p); cut {
			name, prefix = rest, p
			break
		}
	}
	end := strings.LastIndex(name, ")")
	begin := strings.LastIndex(name[:max(end, 0)], " (")
	if end < 0 || begin < 0 {
		return Task{}, "", false
	}
	number := name[begin+2 : end]
	index, of, found := strings.Cut(number, "/")
	if !found || !digits(index) || !digits(of) {
		return Task{}, "", false
	}
	return Task{Operator: name[:begin], Subtask: number}, prefix, true
}

func (t Thread) ofTask() bool {
	_, _, ok := t.task()
	return ok
}

// TaskOf reads which task a thread with this name works for, be it the task's own thread or one beside it.
func TaskOf(thread string) (Task, bool) {
	task, _, ok := Thread{Name: thread}.task()
	return task, ok
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
