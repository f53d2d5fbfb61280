// Package store is the port to what AutoStream remembers about jobs: their versions, runs, operations and savepoints,
// and who is working on them.
//
// Everything kept here is for good: versions, finished operations and ended runs are history and never change again.
// Texts are as recorded: they name secrets and never hold one. Package storetest turns the promises below into tests
// that each driver passes.
package store

import (
	"context"
	"time"
)

// Store keeps records in transactions. It is safe for concurrent use by goroutines and by processes.
type Store interface {
	// View runs f on one consistent state of the records.
	View(ctx context.Context, f func(Reader) error) error

	// Update runs f in a transaction that no other Update overlaps, in this process or another. When f returns nil all
	// of its changes are on disk when Update returns, even if the machine stops then; otherwise none of them is kept and
	// Update returns the error of f. f must be short: others wait for it.
	Update(ctx context.Context, f func(Writer) error) error

	Close() error
}

// Reader reads records. Methods that look for one record return an error of kind NotFound when there is none; lists are
// newest first and empty when there is nothing.
type Reader interface {
	// Jobs lists every job that was ever deployed, ordered by target and name.
	Jobs(ctx context.Context) ([]Key, error)

	// Lease returns who holds a job; the zero Lease when nobody does.
	Lease(ctx context.Context, job Key) (Lease, error)

	Version(ctx context.Context, job Key, number int) (Version, error)
	Versions(ctx context.Context, job Key) ([]Version, error)

	Run(ctx context.Context, id string) (Run, error)
	Runs(ctx context.Context, job Key) ([]Run, error)

	Operation(ctx context.Context, id int64) (Operation, error)
	Operations(ctx context.Context, job Key) ([]Operation, error)

	// Newest returns where a job stands. What it costs does not grow with the history of the job.
	Newest(ctx context.Context, job Key) (Newest, error)

	Savepoints(ctx context.Context, job Key) ([]Savepoint, error)

	// Interventions lists what was done to the processes of a job; the zero Key stands for all jobs.
	Interventions(ctx context.Context, job Key) ([]Intervention, error)
}

// Writer reads and writes records.
type Writer interface {
	Reader

	// SetLease makes l the lease of a job; the zero Lease gives the job free.
	SetLease(ctx context.Context, job Key, l Lease) error

	// AddVersion records a version under the next number of its job, counted from 1, and returns it.
	AddVersion(ctx context.Context, v Version) (Version, error)

	// PutRun records a run, or what has become of it.
	PutRun(ctx context.Context, r Run) error

	// AddOperation records the begin of an operation, without its steps, and returns it with its id.
	AddOperation(ctx context.Context, o Operation) (Operation, error)

	// PutStep records a step of an operation, or its end. Steps are told apart by name and kept in order of arrival.
	PutStep(ctx context.Context, operation int64, s Step) error

	// EndOperation records how an operation ended.
	EndOperation(ctx context.Context, operation int64, e End) error

	// PutSavepoint records a savepoint, or what has become of it. Savepoints are told apart by path.
	PutSavepoint(ctx context.Context, s Savepoint) error

	// AddIntervention records the begin of an intervention, and returns it with its id.
	AddIntervention(ctx context.Context, i Intervention) (Intervention, error)

	// EndIntervention records how an intervention ended.
	EndIntervention(ctx context.Context, id int64, e End) error
}

// Key names a job: jobs of one name on two targets are two jobs.
type Key struct{ Target, Job string }

// String writes the key as on the command line: "prod/pv_uv".
func (k Key) String() string { return k.Target + "/" + k.Job }

// Lease says that somebody is working on a job. Nobody else may, until it is given back or has expired.
type Lease struct {
	Token   string // tells two leases of one holder apart; "" means that the job is free
	Holder  Holder
	Doing   string // kind of operation, for messages
	Taken   time.Time
	Expires time.Time
}

// Holder is a process that works on a job.
type Holder struct {
	Host    string
	PID     int
	Started string // when the process started, in whatever form tells it from a later one with the same PID; may be ""
	User    string
}

// Version is one deployed form of a job.
type Version struct {
	Job     Key
	Number  int
	Hash    string // of Spec
	Spec    []byte // plan.Spec as JSON
	Release string // Flink line
	Author  string
	Message string // why, in the author's words
	Created time.Time
}

// Newest are the newest records of a job; those that it has none of are zero.
type Newest struct {
	Version   Version // whether it ever ran or not
	Run       Run     // the newest that the target is known to have accepted
	Ran       Version // of Run
	Operation Operation
}

// Run is one execution of a version: one Flink job id.
type Run struct {
	ID           string // Flink job id
	Job          Key
	Version      int
	RestoredFrom string    // savepoint or checkpoint; "" for a start without state
	Reserved     time.Time // when the id was chosen
	Submitted    time.Time // when the target was known to have accepted it; zero before

	// What was last seen of it.
	State      string // Flink's job state; "" before it was ever seen
	Seen       time.Time
	Started    time.Time
	Ended      time.Time // zero while it may still be running
	URL        string
	Reason     string // root cause of the last failure
	Checkpoint string // newest completed checkpoint or savepoint

	// StoppedWith is the savepoint with which AutoStream ended the run; "" when it ended otherwise.
	StoppedWith string
}

// Operation is something that AutoStream did to a job, step by step.
type Operation struct {
	ID      int64
	Job     Key
	Kind    string // "deploy", "stop", …
	Intent  Intent
	Holder  Holder
	Message string
	Began   time.Time
	End     // zero while it goes on, or when its process died
	Steps   []Step
}

// End says how an operation ended.
type End struct {
	Ended   time.Time
	Outcome Outcome
	Error   string // one or more sentences; "" when it was done
}

// Outcome is the way in which an operation ended.
type Outcome string

// The outcomes.
const (
	Unfinished Outcome = ""        // still going on, or its process died
	Done       Outcome = "done"    // all it was meant to do
	Failed     Outcome = "failed"  // a step went wrong
	Aborted    Outcome = "aborted" // it was interrupted and is not going to be continued
)

// Intent is everything an operation chose before it touched anything, so that whoever finds it unfinished can tell from
// outside how far it came, and can repeat a step without a second effect. Zero fields do not apply.
type Intent struct {
	Version  int    `json:"version,omitempty"`  // what is to run afterwards
	Run      string `json:"run,omitempty"`      // Flink job id of what is to run afterwards
	Replaces string `json:"replaces,omitempty"` // Flink job id of what is to end
	How      string `json:"how,omitempty"`      // how it is to end: "savepoint", "drain", "cancel"
	Trigger  string `json:"trigger,omitempty"`  // of the savepoint
	Restore  string `json:"restore,omitempty"`  // state to start from where it is known in advance
	Lossy    bool   `json:"lossy,omitempty"`    // state without an operator may be dropped
	Return   string `json:"return,omitempty"`   // Flink job id of the version before, should Run not come up
}

// Step is one named part of an operation.
type Step struct {
	Name   string
	Began  time.Time
	Ended  time.Time     // zero while it goes on, or when its process died
	Flink  time.Duration // how much of it was Flink's own work
	Result string        // what it made: a job id, the path of a savepoint
}

// Savepoint is one that AutoStream took.
type Savepoint struct {
	Path    string
	Job     Key
	Run     string
	Version int
	Kind    string // "canonical", "native"
	Message string
	Taken   time.Time
	Removed time.Time // zero while its files are there
}

// Intervention is something that was done to the processes of a job in order to look into it. The job may be one that
// AutoStream did not deploy.
type Intervention struct {
	ID        int64
	Job       Key
	Run       string    // Flink job id
	Kind      string    // "log-level", "heap-dump", …
	What      string    // in a few words: "com.acme=DEBUG"
	Processes []string  // "jobmanager", or the resource ids of TaskManagers
	Until     time.Time // when its effect ends; zero when it has none that lasts
	Holder    Holder
	Began     time.Time
	End       // zero while it goes on, or when its process died
}
