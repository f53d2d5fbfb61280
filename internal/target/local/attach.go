package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// JVMs implements target.Attachable: the JobManager and the one TaskManager of the cluster.
func (t *Target) JVMs(ctx context.Context, id target.JobID) ([]target.JVM, error) {
	c, err := t.REST(ctx, id)
	if err != nil {
		return nil, err
	}
	r, ok := t.folder.readRecord()
	if !ok || !r.JobManager.Alive() {
		return nil, fault.Errorf(fault.NotFound, "no job %s: no local cluster runs", id)
	}
	jvms := []target.JVM{{ID: rest.JobManager, PID: r.JobManager.PID}}
	managers, err := c.TaskManagers(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing TaskManagers: %w", err)
	}
	if r.TaskManager.Alive() {
		v := target.JVM{ID: "taskmanager", PID: r.TaskManager.PID} // one that has just started has no id yet
		if len(managers) > 0 {
			v.ID = managers[0].ID
		}
		jvms = append(jvms, v)
	}
	return jvms, nil
}

// Attach implements target.Attachable.
func (t *Target) Attach(ctx context.Context, v target.JVM, command string, args ...string) (io.ReadCloser, error) {
	return attach.Run(ctx, v.PID, command, args...)
}

// Fetch implements target.Attachable.
func (t *Target) Fetch(ctx context.Context, _ target.JVM, path string, w io.Writer) error {
	return attach.Take(ctx, path, w)
}

// Place implements target.Attachable.
func (t *Target) Place(_ context.Context, _ target.JVM, name string, text []byte) (string, error) {
	f, err := os.CreateTemp(t.folder.tmp(), "*-"+name)
	if err != nil {
		return "", err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}
