package kubernetes

import (
	"context"
	"fmt"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// lockKey holds the id of the one run of a job that may have an instance.
const lockKey = "job-id"

// lock makes a submission the one run of its job that may have an instance. The lock is in the cluster: two people who
// keep their records on two machines cannot start one job twice.
func (t *Target) lock(ctx context.Context, s target.Submission) error {
	if s.Project == "" {
		return nil // it is nobody's job
	}
	name := lockName(s.Project, s.Name)
	m := configMap{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: meta{Name: name, Labels: map[string]string{
			labelManaged: "autostream", labelRecord: "lock", labelJob: labelValue(s.Name), labelProject: labelValue(s.Project),
		}},
		Data: map[string]string{lockKey: string(s.ID)},
	}
	for attempt := 1; ; attempt++ {
		err := t.api.Create(ctx, api.ConfigMaps, t.Namespace, m, nil)
		if api.Reason(err) != "AlreadyExists" {
			return err
		}
		var held configMap
		if err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, name, &held); api.Gone(err) && attempt < 3 {
			continue // it was removed in between
		} else if err != nil {
			return err
		}
		owner := target.JobID(held.Data[lockKey])
		if owner == s.ID {
			return nil
		}
		if err := t.ended(ctx, s, owner); err != nil {
			return err
		}
		held.Data[lockKey] = string(s.ID)
		err = t.api.Update(ctx, api.ConfigMaps, t.Namespace, name, held, nil) // only when nobody was faster
		if fault.KindOf(err) != fault.Conflict || attempt == 3 {
			return err
		}
	}
}

// unlock gives the lock of a run back that made nothing. Somebody else's stays.
func (t *Target) unlock(ctx context.Context, r record) error {
	var held configMap
	err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, lockName(r.Project, r.Name), &held)
	if api.Gone(err) || err == nil && held.Data[lockKey] != string(r.ID) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.api.Delete(ctx, api.ConfigMaps, t.Namespace, held.Metadata.Name)
}

// ended is an error unless another run of the job has ended.
func (t *Target) ended(ctx context.Context, s target.Submission, other target.JobID) error {
	st, err := t.Status(ctx, other)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return t.lose(ctx, other)
	case err != nil:
		return fmt.Errorf("asking about %s, which job %s was started as: %w", other, s.Name, err)
	case st.State.Terminal():
		return nil
	}
	return fault.Errorf(fault.Conflict, "job %s of project %s runs in namespace %s already, as %s (%s)", s.Name, s.Project, t.Namespace, other, st.State).
		WithFix("somebody else started it; end it first:\n  kubectl delete deployment -n %s %s", t.Namespace, clusterID(s.Name, other))
}
