package kubernetes

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// now is the time as records hold it.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// Stop implements target.Target. The savepoint is recorded before the cluster goes.
func (t *Target) Stop(ctx context.Context, id target.JobID, o target.StopOptions) (target.Savepoint, error) {
	r, sp, err := t.taken(ctx, id, o.Trigger)
	if err == nil && sp.Path == "" {
		var path string
		if path, err = jobmanager.Stop(ctx, t.rest(r.Cluster), id, o); err == nil {
			r, sp, err = t.keep(ctx, id, o.Trigger, path)
		}
	}
	if err == nil && r.End != nil { // whoever recorded its end may have died before the cluster went
		err = t.end(ctx, r)
	}
	if err != nil || r.End != nil {
		return sp, err
	}
	client := t.rest(r.Cluster)
	if err := jobmanager.AwaitEnd(ctx, client, id); err != nil {
		if st, unclear := t.Status(ctx, id); unclear != nil || !st.State.Terminal() {
			return sp, err
		}
		return sp, nil
	}
	st, err := jobmanager.Status(ctx, client, id, refresh)
	if err != nil {
		_, err = t.Status(ctx, id) // another process has recorded the end, or it is not known
		return sp, err
	}
	st.LastCheckpoint = sp.Path
	_, err = t.conclude(ctx, r, st)
	return sp, err
}

// Savepoint implements target.Target.
func (t *Target) Savepoint(ctx context.Context, id target.JobID, o target.SavepointOptions) (target.Savepoint, error) {
	r, sp, err := t.taken(ctx, id, o.Trigger)
	if err != nil || sp.Path != "" {
		return sp, err
	}
	path, err := jobmanager.Savepoint(ctx, t.rest(r.Cluster), id, o)
	if err != nil {
		return target.Savepoint{}, err
	}
	_, sp, err = t.keep(ctx, id, o.Trigger, path)
	return sp, err
}

// taken returns the savepoint of a trigger if it is recorded. A job that ended without it is a Conflict.
func (t *Target) taken(ctx context.Context, id target.JobID, trigger string) (record, target.Savepoint, error) {
	if !target.ValidTrigger(trigger) {
		return record{}, target.Savepoint{}, fault.Errorf(fault.Failed, "trigger %q is not 32 lower-case hexadecimal digits", trigger)
	}
	r, err := t.known(ctx, id)
	if err != nil {
		return r, target.Savepoint{}, err
	}
	if sp, ok := r.Savepoints[trigger]; ok {
		return r, target.Savepoint(sp), nil
	}
	if r.End != nil {
		return r, target.Savepoint{}, fault.Errorf(fault.Conflict, "job %s has ended already (%s)", id, r.End.State)
	}
	return r, target.Savepoint{}, nil
}

// keptSavepoints is how many savepoints a record remembers, the newest.
const keptSavepoints = 50

// keep records a savepoint.
func (t *Target) keep(ctx context.Context, id target.JobID, trigger, path string) (record, target.Savepoint, error) {
	r, err := t.amend(ctx, id, func(r *record) {
		if _, ok := r.Savepoints[trigger]; ok {
			return
		}
		if r.Savepoints == nil {
			r.Savepoints = map[string]savepoint{}
		}
		for len(r.Savepoints) >= keptSavepoints {
			delete(r.Savepoints, oldest(r.Savepoints))
		}
		r.Savepoints[trigger] = savepoint{Path: path, Taken: now()}
	})
	return r, target.Savepoint(r.Savepoints[trigger]), err
}

func oldest(all map[string]savepoint) (trigger string) {
	for t, sp := range all {
		if trigger == "" || sp.Taken.Before(all[trigger].Taken) {
			trigger = t
		}
	}
	return trigger
}
