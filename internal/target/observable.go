package target

import (
	"context"
	"io"

	"github.com/autostream/autostream/internal/flink/rest"
)

// Observable is a Target that lets callers look into a job through its JobManager's REST interface.
type Observable interface {
	// REST returns a client for the JobManager that runs the job, or ran it last and still answers; all that lies between
	// (port forwarding, a proxy, tokens) is inside it. It starts nothing. NotFound when no JobManager knows the job.
	REST(ctx context.Context, id JobID) (*rest.Client, error)
}

// Hosting is a Target that shows jobs, too, that AutoStream did not deploy. They can be looked into like its own, where the
// Target is Observable and Attachable; nothing else can be done with them.
type Hosting interface {
	// Guests lists those of them whose JobManagers answer.
	Guests(ctx context.Context) ([]Status, error)
}

// JVM is a process of a job that can be attached to.
type JVM struct {
	ID   string // "jobmanager", or the resource id of a TaskManager
	PID  int    // where Attach runs; 0 for the only one there
	Host string // where that is, in the words of the target; "" for this machine
}

// Attachable is a Target that can make the JVMs of a job carry out commands of HotSpot's attach protocol.
type Attachable interface {
	// JVMs lists the processes that run the job. NotFound when it does not run.
	JVMs(ctx context.Context, id JobID) ([]JVM, error)
	// Attach has a JVM carry out a command, such as "threaddump" or "inspectheap", and returns its answer, which the
	// caller closes.
	Attach(ctx context.Context, v JVM, command string, args ...string) (io.ReadCloser, error)
	// Fetch copies a file that a JVM has written at this path, and removes it.
	Fetch(ctx context.Context, v JVM, path string, w io.Writer) error
	// Place writes a file that a JVM can read, and returns its path as the JVM sees it. Fetch removes it.
	Place(ctx context.Context, v JVM, name string, text []byte) (path string, err error)
}
