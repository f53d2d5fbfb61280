package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
func (machine) Fetch(_ context.Context, v target.JVM, path string, w io.Writer) error {
	path = inside(v, path)
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return errors.Join(err, f.Close(), os.Remove(path))
}

// Place implements target.Attachable. The JVM may be another user's: who may attach to it is root then.
func (machine) Place(_ context.Context, v target.JVM, name string, text []byte) (string, error) {
	f, err := os.CreateTemp(inside(v, "/tmp"), "*-"+name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return filepath.Join("/tmp", filepath.Base(f.Name())), nil
}

// inside is where a path of a JVM is found from outside.
func inside(v target.JVM, path string) string { return fmt.Sprintf("/proc/%d/root%s", v.PID, path) }
