package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/sqlite/query"
)

// records is one transaction: each method runs a generated query and turns its rows into values of package store.
type records struct{ q *query.Queries }

var _ store.Writer = records{}

func (r records) Jobs(ctx context.Context) ([]store.Key, error) {
	rows, err := r.q.Jobs(ctx)
	return list(rows, err, func(row query.JobsRow) store.Key { return store.Key{Target: row.Target, Job: row.Job} })
}

func (r records) Lease(ctx context.Context, job store.Key) (store.Lease, error) {
	row, err := r.q.Lease(ctx, query.LeaseParams{Target: job.Target, Job: job.Job})
	if errors.Is(err, sql.ErrNoRows) {
		return store.Lease{}, nil
	}
	return store.Lease{
		Token:  row.Token,
		Holder: store.Holder{Host: row.Host, PID: int(row.Pid), Started: row.Started, User: row.User},
		Doing:  row.Doing, Taken: moment(row.Taken), Expires: moment(row.Expires),
	}, err
}

func (r records) SetLease(ctx context.Context, job store.Key, l store.Lease) error {
	if l.Token == "" {
		return r.q.DeleteLease(ctx, query.DeleteLeaseParams{Target: job.Target, Job: job.Job})
	}
	return r.q.PutLease(ctx, query.PutLeaseParams{
		Target: job.Target, Job: job.Job, Token: l.Token, Doing: l.Doing, Taken: micros(l.Taken), Expires: micros(l.Expires),
		Host: l.Holder.Host, Pid: int64(l.Holder.PID), Started: l.Holder.Started, User: l.Holder.User,
	})
}

func (r records) Version(ctx context.Context, job store.Key, number int) (store.Version, error) {
	row, err := r.q.Version(ctx, query.VersionParams{Target: job.Target, Job: job.Job, Number: int64(number)})
	if err != nil {
		return store.Version{}, missing(err, "%s has no version %d", job, number)
	}
	return version(row), nil
}

func (r records) Versions(ctx context.Context, job store.Key) ([]store.Version, error) {
	rows, err := r.q.Versions(ctx, query.VersionsParams{Target: job.Target, Job: job.Job})
	return list(rows, err, version)
}

func (r records) AddVersion(ctx context.Context, v store.Version) (store.Version, error) {
	number, err := r.q.AddVersion(ctx, query.AddVersionParams{
		Target: v.Job.Target, Job: v.Job.Job, Hash: v.Hash, Spec: string(v.Spec), Release: v.Release,
		Author: v.Author, Message: v.Message, Created: micros(v.Created),
	})
	v.Number = int(number)
	return v, err
}

func (r records) Run(ctx context.Context, id string) (store.Run, error) {
	row, err := r.q.Run(ctx, id)
	if err != nil {
		return store.Run{}, missing(err, "there is no record of Flink job %s", id)
	}
	return run(row), nil
}

func (r records) Runs(ctx context.Context, job store.Key) ([]store.Run, error) {
	rows, err := r.q.Runs(ctx, query.RunsParams{Target: job.Target, Job: job.Job})
	return list(rows, err, run)
}

func (r records) PutRun(ctx context.Context, x store.Run) error {
	return r.q.PutRun(ctx, query.PutRunParams{
		ID: x.ID, Target: x.Job.Target, Job: x.Job.Job, Version: int64(x.Version), RestoredFrom: x.RestoredFrom,
		Reserved: micros(x.Reserved), Submitted: micros(x.Submitted), State: x.State, Seen: micros(x.Seen),
		Started: micros(x.Started), Ended: micros(x.Ended), Url: x.URL, Reason: x.Reason, Checkpoint: x.Checkpoint,
		StoppedWith: x.StoppedWith,
	})
}

func (r records) Operation(ctx context.Context, id int64) (store.Operation, error) {
	row, err := r.q.Operation(ctx, id)
	if err != nil {
		return store.Operation{}, missing(err, "there is no record of operation %d", id)
	}
	return r.withSteps(ctx, row)
}

func (r records) withSteps(ctx context.Context, row query.Operation) (store.Operation, error) {
	o, err := operation(row)
	if err != nil {
		return o, err
	}
	steps, err := r.q.Steps(ctx, row.ID)
	o.Steps, err = list(steps, err, step)
	return o, err
}

func (r records) Newest(ctx context.Context, job store.Key) (n store.Newest, err error) {
	versions, err := r.q.NewestVersion(ctx, query.NewestVersionParams{Target: job.Target, Job: job.Job})
	if err != nil {
		return n, err
	}
	if len(versions) > 0 {
		n.Version = version(versions[0])
	}
	runs, err := r.q.NewestRun(ctx, query.NewestRunParams{Target: job.Target, Job: job.Job})
	if err != nil {
		return n, err
	}
	if len(runs) > 0 {
		n.Run, n.Ran = run(runs[0]), n.Version
		if n.Run.Version != n.Version.Number {
			if n.Ran, err = r.Version(ctx, job, n.Run.Version); err != nil {
				return n, err
			}
		}
	}
	operations, err := r.q.NewestOperation(ctx, query.NewestOperationParams{Target: job.Target, Job: job.Job})
	if err == nil && len(operations) > 0 {
		n.Operation, err = r.withSteps(ctx, operations[0])
	}
	return n, err
}

func (r records) Operations(ctx context.Context, job store.Key) ([]store.Operation, error) {
	rows, err := r.q.Operations(ctx, query.OperationsParams{Target: job.Target, Job: job.Job})
	if err != nil {
		return nil, err
	}
	steps, err := r.q.StepsOfJob(ctx, query.StepsOfJobParams{Target: job.Target, Job: job.Job})
	if err != nil {
		return nil, err
	}
	of := map[int64][]store.Step{}
	for _, s := range steps {
		of[s.Operation] = append(of[s.Operation], step(s))
	}
	out := make([]store.Operation, len(rows))
	for i, row := range rows {
		if out[i], err = operation(row); err != nil {
			return nil, err
		}
		out[i].Steps = of[row.ID]
	}
	return out, nil
}

func (r records) AddOperation(ctx context.Context, o store.Operation) (store.Operation, error) {
	intent, err := json.Marshal(o.Intent)
	if err != nil {
		return o, err
	}
	o.ID, err = r.q.AddOperation(ctx, query.AddOperationParams{
		Target: o.Job.Target, Job: o.Job.Job, Kind: o.Kind, Intent: string(intent), Message: o.Message, Began: micros(o.Began),
		Host: o.Holder.Host, Pid: int64(o.Holder.PID), Started: o.Holder.Started, User: o.Holder.User,
	})
	o.Steps, o.End = nil, store.End{}
	return o, err
}

func (r records) PutStep(ctx context.Context, operation int64, s store.Step) error {
	return r.q.PutStep(ctx, query.PutStepParams{
		Operation: operation, Name: s.Name, Began: micros(s.Began), Ended: micros(s.Ended),
		Flink: s.Flink.Microseconds(), Result: s.Result,
	})
}

func (r records) EndOperation(ctx context.Context, operation int64, e store.End) error {
	changed, err := r.q.EndOperation(ctx, query.EndOperationParams{
		Ended: micros(e.Ended), Outcome: string(e.Outcome), Error: e.Error, ID: operation,
	})
	if err == nil && changed == 0 {
		return fault.Errorf(fault.Conflict, "operation %d has ended already", operation)
	}
	return err
}

func (r records) Savepoints(ctx context.Context, job store.Key) ([]store.Savepoint, error) {
	rows, err := r.q.Savepoints(ctx, query.SavepointsParams{Target: job.Target, Job: job.Job})
	return list(rows, err, savepoint)
}

func (r records) PutSavepoint(ctx context.Context, s store.Savepoint) error {
	return r.q.PutSavepoint(ctx, query.PutSavepointParams{
		Path: s.Path, Target: s.Job.Target, Job: s.Job.Job, Run: s.Run, Version: int64(s.Version), Kind: s.Kind,
		Message: s.Message, Taken: micros(s.Taken), Removed: micros(s.Removed),
	})
}

func (r records) Interventions(ctx context.Context, job store.Key) ([]store.Intervention, error) {
	rows, err := r.q.Interventions(ctx, query.InterventionsParams{Target: job.Target, Job: job.Job})
	out := make([]store.Intervention, len(rows))
	for i, row := range rows {
		out[i] = store.Intervention{
			ID: row.ID, Job: store.Key{Target: row.Target, Job: row.Job}, Run: row.Run, Kind: row.Kind, What: row.What,
			Until: moment(row.Until), Began: moment(row.Began),
			Holder: store.Holder{Host: row.Host, PID: int(row.Pid), Started: row.Started, User: row.User},
			End:    store.End{Ended: moment(row.Ended), Outcome: store.Outcome(row.Outcome), Error: row.Error},
		}
		if err := json.Unmarshal([]byte(row.Processes), &out[i].Processes); err != nil {
			return nil, fmt.Errorf("reading the processes of intervention %d: %w", row.ID, err)
		}
	}
	return out, err
}

func (r records) AddIntervention(ctx context.Context, i store.Intervention) (store.Intervention, error) {
	processes, err := json.Marshal(i.Processes)
	if err != nil {
		return i, err
	}
	i.ID, err = r.q.AddIntervention(ctx, query.AddInterventionParams{
		Target: i.Job.Target, Job: i.Job.Job, Run: i.Run, Kind: i.Kind, What: i.What, Processes: string(processes),
		Until: micros(i.Until), Began: micros(i.Began),
		Host: i.Holder.Host, Pid: int64(i.Holder.PID), Started: i.Holder.Started, User: i.Holder.User,
	})
	i.End = store.End{}
	return i, err
}

func (r records) EndIntervention(ctx context.Context, id int64, e store.End) error {
	changed, err := r.q.EndIntervention(ctx, query.EndInterventionParams{
		Ended: micros(e.Ended), Outcome: string(e.Outcome), Error: e.Error, ID: id,
	})
	if err == nil && changed == 0 {
		return fault.Errorf(fault.Conflict, "intervention %d has ended already", id)
	}
	return err
}

func version(row query.Version) store.Version {
	return store.Version{
		Job: store.Key{Target: row.Target, Job: row.Job}, Number: int(row.Number), Hash: row.Hash, Spec: []byte(row.Spec),
		Release: row.Release, Author: row.Author, Message: row.Message, Created: moment(row.Created),
	}
}

func run(row query.Run) store.Run {
	return store.Run{
		ID: row.ID, Job: store.Key{Target: row.Target, Job: row.Job}, Version: int(row.Version), RestoredFrom: row.RestoredFrom,
		Reserved: moment(row.Reserved), Submitted: moment(row.Submitted), State: row.State, Seen: moment(row.Seen),
		Started: moment(row.Started), Ended: moment(row.Ended), URL: row.Url, Reason: row.Reason, Checkpoint: row.Checkpoint,
		StoppedWith: row.StoppedWith,
	}
}

func operation(row query.Operation) (store.Operation, error) {
	o := store.Operation{
		ID: row.ID, Job: store.Key{Target: row.Target, Job: row.Job}, Kind: row.Kind, Message: row.Message, Began: moment(row.Began),
		Holder: store.Holder{Host: row.Host, PID: int(row.Pid), Started: row.Started, User: row.User},
		End:    store.End{Ended: moment(row.Ended), Outcome: store.Outcome(row.Outcome), Error: row.Error},
	}
	if err := json.Unmarshal([]byte(row.Intent), &o.Intent); err != nil {
		return o, fmt.Errorf("reading the intent of operation %d: %w", row.ID, err)
	}
	return o, nil
}

func step(row query.Step) store.Step {
	return store.Step{
		Name: row.Name, Began: moment(row.Began), Ended: moment(row.Ended),
		Flink: time.Duration(row.Flink) * time.Microsecond, Result: row.Result,
	}
}

func savepoint(row query.Savepoint) store.Savepoint {
	return store.Savepoint{
		Path: row.Path, Job: store.Key{Target: row.Target, Job: row.Job}, Run: row.Run, Version: int(row.Version), Kind: row.Kind,
		Message: row.Message, Taken: moment(row.Taken), Removed: moment(row.Removed),
	}
}

func list[R, V any](rows []R, err error, value func(R) V) ([]V, error) {
	if err != nil {
		return nil, err
	}
	out := make([]V, len(rows))
	for i, row := range rows {
		out[i] = value(row)
	}
	return out, nil
}

// missing says that there is no such record, or passes on any other error.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Errorf(fault.NotFound, format, args...)
	}
	return err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
