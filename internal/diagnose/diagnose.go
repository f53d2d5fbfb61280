// Package diagnose judges a job: from a Snapshot of all that could be learnt about it, findings in the order of what is
// most likely the cause.
//
//	collect ──▶ Snapshot ──▶ Judge ──▶ []Finding
//
// The judges are pure: the same snapshot gives the same findings, today or from a bundle that somebody sent.
package diagnose

import (
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Snapshot is a job at one moment. What could not be read is zero, and named in Missing.
type Snapshot struct {
	Version int       `json:"version"`
	Taken   time.Time `json:"taken"`
	Job     string    `json:"job"`
	Target  string    `json:"target,omitempty"`
	ID      string    `json:"jobId"`
	Flink   string    `json:"flink,omitempty"` // "2.2.1"

	State        string         `json:"state"`
	Started      time.Time      `json:"started,omitzero"`
	Restarts     int            `json:"restarts"`
	Vertices     []Vertex       `json:"vertices"` // in topological order
	Edges        []Edge         `json:"edges"`
	Checkpoints  Checkpoints    `json:"checkpoints"`
	TaskManagers []TaskManager  `json:"taskManagers"`
	JobManager   Heap           `json:"jobManager,omitzero"`
	Failures     failure.Report `json:"failures"`
	Threads      threads.Report `json:"threads"`
	Missing      []string       `json:"missing,omitempty"`
}

// Vertex is a node of the job graph.
type Vertex struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Parallelism int       `json:"parallelism"`
	State       string    `json:"state"`
	Subtasks    []Subtask `json:"subtasks"`
	InRate      float64   `json:"recordsInPerSecond"`  // of all subtasks, over the last minute
	OutRate     float64   `json:"recordsOutPerSecond"` // the same
	Pending     *float64  `json:"pendingRecords,omitempty"`
	Arriving    *float64  `json:"arrivingPerSecond,omitempty"`  // records that its brokers got while the snapshot was taken
	Behind      *float64  `json:"secondsBehind,omitempty"`      // age of the record that was emitted last by the subtask farthest behind
	Late        *float64  `json:"lateRecordsDropped,omitempty"` // since the subtasks were started
	LateRate    float64   `json:"lateRecordsDroppedPerSecond,omitempty"`
	// Emitted are the watermarks that the subtasks of a source emitted last.
	Emitted *Watermarks `json:"emittedWatermarks,omitempty"`
	// Partitions are those of the Kafka topics that a source reads, where somebody asked the brokers.
	Partitions []Partition `json:"partitions,omitempty"`
}

// Watermarks are the first and the last of several, in milliseconds since 1970.
type Watermarks struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// Partition is a partition of a topic as its brokers know it, and where the job is in it.
type Partition struct {
	Servers string `json:"servers"` // bootstrap.servers
	Topic   string `json:"topic"`
	Number  int32  `json:"partition"`
	Oldest  int64  `json:"oldest"` // offset of the oldest record
	End     int64  `json:"end"`    // of the record that will be written next
	Next    int64  `json:"next"`   // of the one that the job reads next; -1 where nobody knows
}

// Subtask is one parallel instance of a vertex. Shares of time are from 0 to 1, and -1 where Flink does not measure them.
type Subtask struct {
	Index         int     `json:"subtask"` // from 1, as Flink shows it
	State         string  `json:"state"`
	TaskManager   string  `json:"taskManager,omitempty"`
	Read          int64   `json:"readRecords"`
	Written       int64   `json:"writtenRecords"`
	Busy          float64 `json:"busy"`
	Idle          float64 `json:"idle"`
	Backpressured float64 `json:"backpressured"`
	Watermark     *int64  `json:"watermark,omitempty"` // milliseconds since 1970

	Began time.Time `json:"began,omitzero"` // when it was sent to its TaskManager, since the last restart
}

// Edge is a connection between two vertices, by their ids.
type Edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Ship string `json:"ship"`
}

// Checkpoints is what is known about the checkpoints of the job.
type Checkpoints struct {
	Enabled   bool          `json:"enabled"`
	Interval  time.Duration `json:"interval"`
	Timeout   time.Duration `json:"timeout"`
	Unaligned bool          `json:"unaligned"`
	Backend   string        `json:"backend,omitempty"` // of state, as Flink's class is called
	Completed int           `json:"completed"`
	Failed    int           `json:"failed"`
	History   []Checkpoint  `json:"history,omitempty"` // newest first
}

// Checkpoint is one checkpoint.
type Checkpoint struct {
	ID        int64         `json:"id"`
	Status    string        `json:"status"`
	Triggered time.Time     `json:"triggered"`
	Duration  time.Duration `json:"duration"`
	Size      int64         `json:"size"`
	Acked     int           `json:"acknowledged"`
	Subtasks  int           `json:"subtasks"`
	Failure   string        `json:"failure,omitempty"`
}

// TaskManager is a process that runs tasks, of this job and perhaps of others. Numbers that could not be read are -1.
type TaskManager struct {
	ID        string  `json:"id"`
	Slots     int     `json:"slots"`
	FreeSlots int     `json:"freeSlots"`
	HeapUsed  float64 `json:"heapUsed"` // bytes
	HeapMax   float64 `json:"heapMax"`
	MetaUsed  float64 `json:"metaspaceUsed"` // bytes, of classes
	MetaMax   float64 `json:"metaspaceMax"`
	GC        float64 `json:"gc"`              // share of the time that goes into garbage collection, 0 to 1
	CPU       float64 `json:"cpu"`             // share of the processors that it was given; above 1 where nothing holds it to them
	Cores     float64 `json:"cores,omitempty"` // processors that it was given
	Threads   float64 `json:"threads"`
	Segments  float64 `json:"networkSegments"` // of network memory
	Free      float64 `json:"networkSegmentsFree"`
	LogRate   float64 `json:"logBytesPerSecond"`
}

// Heap is the heap of a process. Numbers that could not be read are -1.
type Heap struct {
	Used float64 `json:"used"` // bytes
	Max  float64 `json:"max"`
	GC   float64 `json:"gc"` // share of the time that goes into garbage collection, 0 to 1
}

// Severity says how bad a finding is.
type Severity string

// The severities, worst first.
const (
	Serious Severity = "serious" // the job fails, stands still, falls behind, or loses its way back
	Warning Severity = "warning" // it will, or others suffer
	Note    Severity = "note"
)

// Finding is one thing that is wrong with a job.
type Finding struct {
	ID       string            `json:"id"` // "skew"; never given to another kind
	Severity Severity          `json:"severity"`
	Title    string            `json:"title"` // one line, with the name of the thing
	Since    time.Time         `json:"since,omitzero"`
	Evidence []string          `json:"evidence"` // numbers with what they should be
	Effect   string            `json:"effect,omitempty"`
	Fix      string            `json:"fix,omitempty"` // commands on lines of their own
	Config   []failure.Setting `json:"config,omitempty"`
	Doc      string            `json:"doc,omitempty"`

	weight int // how likely it is what the others come from
}
