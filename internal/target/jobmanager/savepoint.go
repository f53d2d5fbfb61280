package jobmanager

import (
	"context"
	"fmt"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// Stop triggers stop-with-savepoint unless its trigger is known already, and waits for the savepoint: its path. The job
// ends right behind it; AwaitEnd waits for that.
func Stop(ctx context.Context, c *rest.Client, id target.JobID, o target.StopOptions) (string, error) {
	return savepoint(ctx, c, id, o.Trigger, func() error {
		return c.Stop(ctx, string(id), rest.StopRequest{Trigger: o.Trigger, Directory: o.Directory, Drain: o.Drain, Format: rest.Canonical})
	})
}

// Savepoint takes a savepoint of a running job unless its trigger is known already, and waits for it: its path.
func Savepoint(ctx context.Context, c *rest.Client, id target.JobID, o target.SavepointOptions) (string, error) {
	format := rest.Canonical
	if o.Native {
		format = rest.Native
	}
	return savepoint(ctx, c, id, o.Trigger, func() error {
		return c.Savepoint(ctx, string(id), rest.SavepointRequest{Trigger: o.Trigger, Directory: o.Directory, Format: format})
	})
}

func savepoint(ctx context.Context, c *rest.Client, id target.JobID, trigger string, request func() error) (string, error) {
	if !target.ValidTrigger(trigger) {
		return "", fault.Errorf(fault.Failed, "trigger %q is not 32 lower-case hexadecimal digits", trigger)
	}
	j, err := Find(ctx, c, id)
	if err != nil {
		return "", err
	}
	if _, err := c.SavepointStatus(ctx, string(id), trigger); wire.Is(err, 404) {
		if state := target.State(j.State); state.Terminal() {
			return "", fault.Errorf(fault.Conflict, "job %s has ended already (%s)", id, state)
		}
		if err := request(); err != nil {
			return "", fmt.Errorf("asking for a savepoint of job %s: %w", id, err)
		}
	} else if err != nil {
		return "", err
	}
	var outcome rest.Operation
	if err := Poll(ctx, func() (_ bool, err error) {
		outcome, err = c.SavepointStatus(ctx, string(id), trigger)
		return outcome.Done, err
	}); err != nil {
		return "", fmt.Errorf("waiting for the savepoint of job %s: %w", id, err)
	}
	if outcome.Failure != nil {
		return "", fault.Errorf(fault.Failed, "taking a savepoint of job %s: %s", id, outcome.Failure.Root())
	}
	return outcome.Location, nil
}

// Dispose removes a savepoint's files. Any JobManager that reaches them can do it, because Flink's metadata says which
// files belong to a savepoint. One that is gone already is not an error.
func Dispose(ctx context.Context, c *rest.Client, path string) error {
	trigger, err := c.DisposeSavepoint(ctx, path)
	if err != nil {
		return fmt.Errorf("removing savepoint %s: %w", path, err)
	}
	var outcome rest.Operation
	if err := Poll(ctx, func() (_ bool, err error) {
		outcome, err = c.DisposalStatus(ctx, trigger)
		return outcome.Done, err
	}); err != nil {
		return fmt.Errorf("removing savepoint %s: %w", path, err)
	}
	if outcome.Failure != nil && !outcome.Failure.Has("FileNotFoundException") {
		return fault.Errorf(fault.Failed, "removing savepoint %s: %s", path, outcome.Failure.Root())
	}
	return nil
}
