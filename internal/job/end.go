package job

import (
	"context"
	"errors"
	"path"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// stop ends an instance with a savepoint and records it.
func (op *operation) stop(ctx context.Context, id string, o target.StopOptions) (string, error) {
	return op.step(ctx, stepStop, func(ctx context.Context) (string, error) { return op.stopNow(ctx, id, o) })
}

func (op *operation) stopNow(ctx context.Context, id string, o target.StopOptions) (string, error) {
	sp, err := op.stopSurely(ctx, target.JobID(id), o)
	if err != nil {
		return "", err
	}
	return sp.Path, op.stopped(ctx, id, sp)
}

// stopped records that an instance has ended with a savepoint.
func (op *operation) stopped(ctx context.Context, id string, sp target.Savepoint) error {
	now := op.s.Now()
	return op.s.Store.Update(ctx, func(w store.Writer) error {
		r, err := w.Run(ctx, id)
		if err != nil {
			return err
		}
		r.State, r.Seen, r.Ended, r.StoppedWith, r.Checkpoint = string(target.Finished), now, now, sp.Path, sp.Path
		if err := w.PutRun(ctx, r); err != nil {
			return err
		}
		return w.PutSavepoint(ctx, store.Savepoint{
			Path: sp.Path, Job: r.Job, Run: id, Version: r.Version, Kind: "canonical", Message: "taken by " + op.record.Kind, Taken: sp.Taken,
		})
	})
}

// stopSurely stops, and when it cannot tell what came of it, asks again: the same trigger takes no second savepoint.
func (op *operation) stopSurely(ctx context.Context, id target.JobID, o target.StopOptions) (sp target.Savepoint, err error) {
	t, err := op.s.home(ctx, id)
	if err != nil {
		return sp, err
	}
	stop := func() error {
		sp, err = t.Stop(ctx, id, o)
		return err
	}
	if err = op.timed(stop); err == nil || definite(err) || ctx.Err() != nil {
		return sp, err
	}
	if err = op.timed(stop); err == nil || definite(err) || ctx.Err() != nil {
		return sp, err
	}
	if _, c, problem := op.s.ask(ctx, id); c == broken {
		return sp, &uncertain{err: errors.Join(err, problem)}
	}
	return sp, err
}

// endedWith returns the savepoint that an instance has ended with, when its target no longer knows who asked for one: it is
// newer than every checkpoint, because behind it none is taken.
func (op *operation) endedWith(ctx context.Context, id string) (target.Savepoint, bool) {
	st, c, _ := op.s.ask(ctx, target.JobID(id))
	return target.Savepoint{Path: st.LastCheckpoint, Taken: st.Ended}, c == seen && st.State == target.Finished && isSavepoint(st.LastCheckpoint)
}

// isSavepoint says whether a path of state is that of a savepoint: Flink names their folders savepoint-JOB-RANDOM
// (AbstractFsCheckpointStorageAccess).
func isSavepoint(location string) bool { return strings.HasPrefix(path.Base(location), "savepoint-") }

// definite says whether an error leaves no doubt that nothing was started or stopped.
func definite(err error) bool {
	_, refused := errors.AsType[*target.StatementError](err)
	kind := fault.KindOf(err)
	return refused || kind == fault.Conflict || kind == fault.NotFound || kind == fault.Usage || kind == fault.Denied
}

// cancel ends an instance without a savepoint and records it.
func (op *operation) cancel(ctx context.Context, step, id string) error {
	_, err := op.step(ctx, step, func(ctx context.Context) (string, error) { return id, op.cancelNow(ctx, id) })
	return err
}

func (op *operation) cancelNow(ctx context.Context, id string) error {
	t, err := op.s.home(ctx, target.JobID(id))
	if err != nil {
		return err
	}
	if err := op.timed(func() error { return t.Cancel(ctx, target.JobID(id)) }); err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	// Its last checkpoint may be newer than the one last seen, which is then gone.
	st, c, _ := op.s.ask(ctx, target.JobID(id))
	now := op.s.Now()
	return op.s.update(ctx, id, func(r *store.Run) {
		if c == seen {
			*r = observed(*r, st, now)
		}
		if r.Ended.IsZero() {
			r.State, r.Seen, r.Ended = string(target.Canceled), now, now
		}
	})
}
