package yarn

import (
	"context"
	"fmt"
	"path"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
)

// Cancel implements target.Target. Flink ends a job that runs; YARN ends an application that has not got so far, or does
// not answer.
func (t *Target) Cancel(ctx context.Context, id target.JobID) error {
	c, r, err := t.find(ctx, id)
	if err != nil {
		return err
	}
	a, err := t.rm.app(ctx, r.Application)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		t.clear(ctx, c, r.Application) // it may have got as far as that
		_, err := t.forgotten(ctx, c, id, r)
		return err
	}
	if err != nil {
		return err
	}
	if !a.over() {
		if err := t.askToEnd(ctx, a.ID, id); err != nil {
			return fmt.Errorf("cancelling job %s: %w", id, err)
		}
	}
	return t.awaitEnd(ctx, c, id, r)
}

// askToEnd cancels the job of an application, or has YARN kill it. A JobManager that ran and does not answer may be taking
// its leave, whose job ended otherwise: YARN would say of it that it was killed.
func (t *Target) askToEnd(ctx context.Context, application string, id target.JobID) error {
	began := time.Now()
	return t.watch(ctx, application, func(a app) (bool, error) {
		if a.over() {
			return true, nil
		}
		s, jm, err := t.look(ctx, a, id)
		if err != nil && ctx.Err() != nil {
			return false, err
		}
		if jm != nil && s.State.Terminal() {
			return true, nil
		}
		gone := err == nil && jm == nil && a.State == appRunning
		if jm != nil && s.State != target.Initializing {
			err := jm.Cancel(ctx, string(id))
			if err == nil || wire.Is(err, 404) || wire.Is(err, 409) {
				return true, nil
			}
			gone = isGone(err)
		}
		if gone && time.Since(began) < leave {
			return false, nil
		}
		return true, t.rm.kill(ctx, a.ID)
	})
}

// awaitEnd waits until an application has ended, and concludes it.
func (t *Target) awaitEnd(ctx context.Context, c *cluster, id target.JobID, r run) error {
	return t.watch(ctx, r.Application, func(a app) (bool, error) {
		if !a.over() {
			return false, nil
		}
		_, err := t.outcome(ctx, c, a, id, r)
		return true, err
	})
}

// Stop implements target.Target.
func (t *Target) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	return t.savepoint(ctx, id, request{trigger: o.Trigger, dir: o.Directory, ends: true, send: func(jm *rest.Client, dir string) error {
		return jm.Stop(ctx, string(id), rest.StopRequest{Trigger: o.Trigger, Directory: dir, Drain: o.Drain, Format: rest.Canonical})
	}})
}

// Savepoint implements target.Target.
func (t *Target) Savepoint(ctx context.Context, id target.JobID, o target.SavepointOptions) (target.Savepoint, error) {
	format := rest.Canonical
	if o.Native {
		format = rest.Native
	}
	return t.savepoint(ctx, id, request{trigger: o.Trigger, dir: o.Directory, send: func(jm *rest.Client, dir string) error {
		return jm.Savepoint(ctx, string(id), rest.SavepointRequest{Trigger: o.Trigger, Directory: dir, Format: format})
	}})
}

// request is a savepoint to be taken.
type request struct {
	trigger string
	dir     string
	ends    bool // the job ends with it
	send    func(jm *rest.Client, dir string) error
}

// savepoint sees a savepoint through to its end. It goes into a folder of its own, named by the trigger, so that it is
// found there when the JobManager that took it is gone. An outcome is always read: a JobManager whose job has ended
// waits for somebody to do so, up to five minutes (rest.async.store-duration).
func (t *Target) savepoint(ctx context.Context, id target.JobID, q request) (target.Savepoint, error) {
	if !target.ValidTrigger(q.trigger) {
		return target.Savepoint{}, fault.Errorf(fault.Failed, "trigger %q is not 32 lower-case hexadecimal digits", q.trigger)
	}
	c, r, err := t.find(ctx, id)
	if err != nil {
		return target.Savepoint{}, err
	}
	asked, err := t.asked(ctx, c, id, r, q)
	if err != nil {
		return target.Savepoint{}, err
	}
	var taken target.Savepoint
	sent := false
	var jmLeaves farewell
	err = t.watch(ctx, r.Application, func(a app) (bool, error) {
		s, jm, err := t.look(ctx, a, id)
		if err != nil {
			return false, err
		}
		if a.over() {
			sp, found, err := t.takenInto(ctx, c, asked.Directory)
			if err == nil && !found {
				err = fault.Errorf(fault.Conflict, "job %s has ended already (%s)", id, s.State)
			}
			taken = sp
			return true, err
		}
		if jm == nil {
			return false, nil
		}
		outcome, err := jm.SavepointStatus(ctx, string(id), q.trigger)
		switch {
		case err == nil && outcome.Failure != nil:
			return true, fault.Errorf(fault.Failed, "taking a savepoint of job %s: %s", id, outcome.Failure.Root())
		case err == nil && outcome.Done:
			taken = target.Savepoint{Path: outcome.Location, Taken: t.takenAt(ctx, c, outcome.Location)}
			return true, nil
		case err == nil:
			jmLeaves = farewell{}
			return false, nil
		case !wire.Is(err, 404):
			return false, jmLeaves.pass(err)
		case s.State.Terminal():
			return false, nil // its application is about to end
		case sent && s.State != target.Running:
			return false, nil
		}
		// One that was taken before the JobManager was started anew is there, though nobody remembers the trigger.
		if sp, found, err := t.takenInto(ctx, c, asked.Directory); (found && !q.ends) || err != nil {
			taken = sp
			return found, err
		}
		sent = true
		if err := jmLeaves.pass(q.send(jm, asked.Directory)); err != nil {
			if _, refused := wire.Refused(err); refused {
				err = fault.Errorf(fault.Failed, "asking for a savepoint of job %s: %w", id, err)
			}
			return false, err
		}
		return false, nil
	})
	if err != nil || !q.ends {
		return taken, err
	}
	return taken, t.awaitEnd(ctx, c, id, r)
}

// savepointRecord is what is known of a savepoint before it is asked for.
type savepointRecord struct {
	Directory string    `json:"directory"` // of this trigger alone
	Asked     time.Time `json:"asked"`
}

const recordSavepoints = "savepoints"

// asked records where a savepoint goes.
func (t *Target) asked(ctx context.Context, c *cluster, id target.JobID, r run, q request) (savepointRecord, error) {
	dir := q.dir
	if dir == "" {
		dir = r.Savepoints
		if dir == "" {
			dir = c.fs.URI(path.Join(c.folder, "savepoints"))
		}
		dir += "/" + string(id)
	}
	record := savepointRecord{Directory: dir + "/" + q.trigger, Asked: time.Now().UTC()}
	name := recordSavepoints + "/" + q.trigger
	return record, c.records().keep(ctx, id, name, &record)
}
