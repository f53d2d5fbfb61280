package kubernetes

import (
	"context"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Status implements target.Target. It asks the JobManager; when that does not answer, it looks at what Kubernetes makes
// of the cluster.
func (t *Target) Status(ctx context.Context, id target.JobID) (target.Status, error) {
	r, err := t.known(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	return t.status(ctx, r)
}

func (t *Target) status(ctx context.Context, r record) (target.Status, error) {
	if r.End != nil {
		return *r.End, nil
	}
	st, err := jobmanager.Status(ctx, t.rest(r.Cluster), r.ID, refresh)
	if err == nil {
		if st.State.Terminal() {
			st.Name = r.Name // one that failed in its main method has another
			if st.Ended.IsZero() {
				st.Ended = now()
			}
			if st = explained(st); st.Reason == target.Replaced {
				st = t.withRetained(ctx, r, st)
			}
			return t.conclude(ctx, r, st)
		}
		if !st.Tasks.Up() && time.Since(st.Started) > ordinary {
			st.Hindrance = t.hindrance(ctx, r)
		}
		if st.State == target.Running {
			_, err = t.accept(ctx, r)
		}
		return st, err
	}
	if ctx.Err() != nil {
		return st, ctx.Err()
	}
	if again, changed := t.read(ctx, r.ID); changed == nil && again.End != nil { // somebody recorded its end in between
		return *again.End, nil
	}
	return t.silent(ctx, r, err)
}

// silent is the status of a job whose JobManager does not tell it.
func (t *Target) silent(ctx context.Context, r record, cause error) (target.Status, error) {
	if kind := fault.KindOf(cause); kind == fault.Denied {
		return target.Status{}, cause
	}
	look, err := t.inspect(ctx, r)
	if err != nil {
		return target.Status{}, err
	}
	state := target.Initializing
	if r.Accepted {
		state = target.Reconciling // another JobManager may go on with it
	}
	st := target.Status{ID: r.ID, Name: r.Name, State: state, URL: t.rest(r.Cluster).JobURL(string(r.ID))}
	if look.hopeless {
		st.Reason = look.reason
	} else {
		st.Hindrance = look.line() // it may pass
	}
	return st, nil
}

// List implements target.Target.
func (t *Target) List(ctx context.Context) ([]target.Status, error) {
	maps, err := api.List[configMap](ctx, t.api, api.ConfigMaps, t.Namespace, labelRecord+"=job")
	if err != nil {
		return nil, err
	}
	found := make([]target.Status, len(maps))
	problems := make([]error, len(maps))
	var all sync.WaitGroup
	limit := make(chan struct{}, 16)
	for i, m := range maps {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			found[i], problems[i] = t.line(ctx, m)
		})
	}
	all.Wait()
	var out []target.Status
	for i, st := range found {
		if fault.KindOf(problems[i]) == fault.NotFound {
			continue
		}
		if problems[i] != nil {
			return nil, problems[i]
		}
		out = append(out, st)
	}
	return out, nil
}

// line is the status of a record as List has it.
func (t *Target) line(ctx context.Context, m configMap) (target.Status, error) {
	r, err := recordOf(m)
	if err != nil {
		return target.Status{}, err
	}
	if r.Refused != nil {
		return target.Status{}, t.unknown(r.ID)
	}
	return t.glance(ctx, r)
}

// Glance implements target.Glancing.
func (t *Target) Glance(ctx context.Context, id target.JobID) (target.Status, error) {
	r, err := t.known(ctx, id)
	if err != nil {
		return target.Status{}, err
	}
	return t.glance(ctx, r)
}

func (t *Target) glance(ctx context.Context, r record) (target.Status, error) {
	var st target.Status
	if r.End != nil {
		st = *r.End
	} else {
		client := t.rest(r.Cluster)
		job, err := jobmanager.Find(ctx, client, r.ID)
		if err == nil {
			st = jobmanager.Line(client, job)
		} else if st, err = t.silent(ctx, r, err); err != nil {
			return st, err
		}
	}
	st.Restarts, st.Reason, st.LastCheckpoint, st.Hindrance = 0, "", "", ""
	return st, nil
}
