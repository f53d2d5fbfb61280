package collect

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/target"
)

// OnMachine returns a JVM of this machine as a subject, by its process id: in a pod, on the host of a NodeManager, or
// wherever no target reaches. Nothing else is known of it.
func OnMachine(pid int) Subject {
	return Subject{Name: fmt.Sprintf("JVM %d", pid), JVMs: machine(pid), Redact: func(s string) string { return s }}
}

// machine is the JVM with this process id. Its files are those that it sees, also when it is in a container.
type machine int

var _ target.Attachable = machine(0)

// JVMs implements target.Attachable.
func (m machine) JVMs(context.Context, target.JobID) ([]target.JVM, error) {
	return []target.JVM{{ID: strconv.Itoa(int(m)), PID: int(m)}}, nil
}

// Attach implements target.Attachable.
func (machine) Attach(ctx context.Context, v target.JVM, command string, args ...string) (io.ReadCloser, error) {
	return attach.Run(ctx, v.PID, command, args...)
}

// Fetch implements target.Attachable.
func (machine) Fetch(ctx context.Context, v target.JVM, path string, w io.Writer) error {
	return attach.Fetch(ctx, v.PID, path, w)
}

// Place implements target.Attachable.
func (machine) Place(_ context.Context, v target.JVM, name string, text []byte) (string, error) {
	return attach.Place(v.PID, name, text)
}
