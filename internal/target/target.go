// Package target is the port to the places where Flink runs: a local cluster, YARN, Kubernetes.
//
// The interface is what a job's life cycle needs, no more; what differs between places stays in the drivers. Every
// promise made in a comment here is a test in package targettest, which each driver and the fake pass.
package target

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/autostream/autostream/internal/base/bytesize"
)

// Target is one place to run jobs, such as the project's target "prod".
//
// All methods may be called from several processes at once. Errors are of package fault: NotFound where the target has
// never heard of the job, Conflict where something stands in the way, Failed otherwise. An error of a method that
// changes something does not say that nothing happened: the answer may be lost after the effect. Callers ask Status and
// repeat the call; repeating with the same identifiers never has a second effect.
type Target interface {
	// Submit starts a job under the id chosen by the caller. When a job of that id exists already, running or ended,
	// nothing is started and the answer is the same as that of the first call. Submit returns once the cluster has
	// accepted the job; it does not wait for it to run. A statement that Flink refuses is a *StatementError in the chain.
	//
	// A call that was cut off may still take effect afterwards: NotFound by Status does not settle it, a second Submit
	// of the same submission does.
	Submit(ctx context.Context, s Submission) (Submitted, error)

	// Status tells the true state of one job. NotFound means that the target is reachable and has no trace of the id.
	Status(ctx context.Context, id JobID) (Status, error)

	// List tells the state of every job the target can see, also of those that AutoStream did not start. Restarts,
	// Reason and LastCheckpoint are left empty: Status tells them.
	List(ctx context.Context) ([]Status, error)

	// Stop takes a savepoint and ends the job, or fails and leaves it running. Trigger makes it repeatable: a second
	// call with the same trigger waits for the first one's savepoint instead of taking another, also after the job
	// has ended. Stopping a job that has ended by other means is a Conflict.
	Stop(ctx context.Context, id JobID, o StopOptions) (Savepoint, error)

	// Cancel ends the job without a savepoint and waits until it has ended. Cancelling an ended job changes nothing.
	Cancel(ctx context.Context, id JobID) error

	// Savepoint takes a savepoint of a running job; Trigger as for Stop.
	Savepoint(ctx context.Context, id JobID, o SavepointOptions) (Savepoint, error)

	// DisposeSavepoint removes a savepoint's files. One that is gone already is not an error.
	DisposeSavepoint(ctx context.Context, path string) error

	// Logs copies the logs of the job's JobManager and TaskManagers to w, each line led by the process it is from when
	// there are several. With Follow it goes on until ctx ends, which is not an error.
	Logs(ctx context.Context, id JobID, o LogOptions, w io.Writer) error
}

// Interactive is a Target that runs statements for people to look at: on a session cluster, behind a SQL Gateway.
type Interactive interface {
	// Gateway returns the address of the target's SQL Gateway, "http://127.0.0.1:40123", which answers by the time
	// Gateway returns. It may change when the gateway dies: callers ask again when the address stops answering.
	Gateway(ctx context.Context) (string, error)
}

// Behind is a Target whose addresses cannot be called directly: they lie behind a proxy, or want a sign-in.
type Behind interface {
	// Client makes requests to addresses that the target gave.
	Client() *http.Client
}

// JobID is a Flink job id: 32 lower-case hexadecimal digits. The caller chooses it and records it before Submit.
type JobID string

// Submission is one job in the form that every target takes: nothing in it depends on the place.
type Submission struct {
	ID      JobID
	Name    string // Flink's job name, pipeline.name
	Project string // with Name it says which job this is an instance of, also to others who share the cluster
	Release string // Flink line, "2.2"

	// Exactly one of SQL and Jar is set.
	SQL *SQLProgram
	Jar *JarProgram

	Parallelism int               // 0: the target's default
	Options     map[string]string // Flink configuration by the key names of Release
	Jars        []string          // absolute local paths of user jars and connectors, for this job alone
	Restore     *Restore          // nil: start without state

	// What follows is about a job's own processes. A target whose jobs share processes leaves it out, and refuses
	// Environment, which a job could not do without.
	Resources   Resources
	Environment map[string]string // environment variables; they may hold secrets in clear
	Labels      map[string]string // what the job is found by: labels of Kubernetes, tags of YARN
	// HighAvailability is a folder of a file system that all processes reach (high-availability.storageDir), through
	// which JobManagers hand the job on; "": the job ends with its JobManager.
	HighAvailability string
	PodTemplate      string // a Pod in YAML from which pods are made; other targets than Kubernetes have none
}

// Resources are the sizes of a job's processes. Zero values leave it to the target.
type Resources struct{ JobManager, TaskManager Process }

// Process is the size of one JVM.
type Process struct {
	Memory bytesize.Size // of the whole process
	CPU    float64       // cores
	Slots  int           // task slots; of TaskManagers only
}

// SQLProgram is a script split into statements. All its INSERTs are in one statement set, so that it is one Flink job.
// The texts hold secrets in clear: they must not be logged, recorded or put into errors.
type SQLProgram struct {
	Statements []string // without the closing semicolon, in order; the last one submits the job
}

// JarProgram is a job with a main class.
type JarProgram struct {
	Path  string // absolute local path
	Class string // "" takes the jar's Main-Class
	Args  []string
}

// Restore names the state a job starts from.
type Restore struct {
	Path             string // savepoint or retained checkpoint
	ClaimMode        ClaimMode
	AllowNonRestored bool // start although some state finds no operator; only when the user said so
}

// ClaimMode says who owns the files of a restored savepoint or checkpoint (FLIP-193).
type ClaimMode string

// The claim modes; NoClaim is Flink's default and what AutoStream uses unless told otherwise.
const (
	NoClaim ClaimMode = "NO_CLAIM"
	Claim   ClaimMode = "CLAIM"
)

// Submitted is what a target knows as soon as it has accepted a job.
type Submitted struct {
	ID  JobID
	URL string // Flink's web page of the job; "" where there is none
	// FlinkTime is how long Flink itself took over the submission (planning, compiling, starting); the rest is ours.
	FlinkTime time.Duration
}

// State is Flink's own job state (org.apache.flink.api.common.JobStatus).
type State string

// Flink's job states.
const (
	Initializing State = "INITIALIZING"
	Created      State = "CREATED"
	Running      State = "RUNNING"
	Failing      State = "FAILING"
	FailedState  State = "FAILED"
	Cancelling   State = "CANCELLING"
	Canceled     State = "CANCELED"
	Finished     State = "FINISHED"
	Restarting   State = "RESTARTING"
	Suspended    State = "SUSPENDED"
	Reconciling  State = "RECONCILING"
)

// Terminal says whether a job in this state never runs again (JobStatus.isGloballyTerminalState).
func (s State) Terminal() bool { return s == FailedState || s == Canceled || s == Finished }

// Status is the state of a job at one moment.
type Status struct {
	ID       JobID
	Name     string
	State    State
	Started  time.Time // zero while unknown
	Ended    time.Time // zero unless State is terminal
	Tasks    TaskCounts
	Restarts int
	URL      string
	Reason   string // root cause of the last failure, one line, without wrappers; "" when there was none
	// LastCheckpoint is the external path of the newest completed checkpoint or savepoint; "" when there is none.
	LastCheckpoint string
	// Hindrance is what keeps processes of the job from running at this moment, one line; "" when nothing is known to.
	Hindrance string
}

// Replaced is the Reason of a job that ended because its JobManager died and the one in its place cannot go on with it. That
// one knows nothing of the job's checkpoints: there may be newer ones than any that was seen.
const Replaced = "its JobManager died, and without highAvailability: another one cannot go on where it was"

// TaskCounts says how many subtasks a job has, how many of them run, and how many have done all they had to do, such as
// those of a source that was read to its end.
type TaskCounts struct{ Total, Running, Finished int }

// Up says whether no subtask is still to come: the job does its work, and can take savepoints (FLIP-147).
func (t TaskCounts) Up() bool { return t.Running+t.Finished == t.Total }

// StopOptions say how a job is stopped.
type StopOptions struct {
	Trigger   string // 32 hexadecimal digits chosen and recorded by the caller
	Directory string // where the savepoint goes; "" is the target's own place
	Drain     bool   // emit the final watermark first: the job cannot go on afterwards as if nothing happened
}

// SavepointOptions say how a savepoint is taken.
type SavepointOptions struct {
	Trigger   string // as in StopOptions
	Directory string
	Native    bool // the state backend's own format, faster, instead of the canonical one
}

// Savepoint is a completed savepoint.
type Savepoint struct {
	Path  string
	Taken time.Time
}

// LogOptions choose what Logs copies.
type LogOptions struct {
	Follow bool
	Tail   int // only the last lines of each log; 0 means all
}
