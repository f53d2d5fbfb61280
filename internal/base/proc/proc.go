// Package proc names processes so that they can be found again by a later program, and ends them.
package proc

import (
	"context"
	"errors"
	"os"
	"time"
)

// ID names one process for good. The number alone does not: the system gives it to another process later.
type ID struct {
	PID     int    `json:"pid"`
	Started string `json:"started"` // when it started, as the system says it; "" where the system does not tell
}

// Of returns the name of a running process.
func Of(pid int) ID { return ID{PID: pid, Started: started(pid)} }

// Self returns the name of this process.
func Self() ID { return Of(os.Getpid()) }

// Alive says whether the process still runs. One that has ended and waits for its parent to notice does not.
func (id ID) Alive() bool {
	return id.PID > 0 && alive(id.PID) && (id.Started == "" || id.Started == started(id.PID))
}

// Terminate asks the process to end, as `kill` does. One that is gone is no error.
func (id ID) Terminate() error { return id.signal(terminate) }

// Kill ends the process at once. One that is gone is no error.
func (id ID) Kill() error { return id.signal(os.Kill) }

func (id ID) signal(s os.Signal) error {
	if !id.Alive() {
		return nil
	}
	p, err := os.FindProcess(id.PID)
	if err != nil {
		return err
	}
	if err := p.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// afterKill is how long the system may take to end a process that was killed.
const afterKill = 10 * time.Second

// End asks the processes to end, all at once, kills those that have not after the grace, and returns when none is left.
func End(ctx context.Context, grace time.Duration, ids ...ID) error {
	var failures []error
	for _, id := range ids {
		failures = append(failures, id.Terminate())
	}
	deadline := time.Now().Add(grace)
	for _, id := range ids {
		for killed := false; id.Alive(); {
			if !killed && (time.Now().After(deadline) || ctx.Err() != nil) {
				failures = append(failures, id.Kill())
				killed = true
			}
			if killed && time.Now().After(deadline.Add(afterKill)) {
				failures = append(failures, errors.New("a killed process does not end"))
				break
			}
			time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the end of a process that is not a child cannot be waited for
		}
	}
	return errors.Join(failures...)
}
