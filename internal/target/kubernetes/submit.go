package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Submit implements target.Target. It returns when the JobManager runs the job, or says why it does not.
func (t *Target) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	if !s.ID.Valid() {
		return target.Submitted{}, fault.Errorf(fault.Failed, "job id %q is not 32 lower-case hexadecimal digits", s.ID)
	}
	by, err := t.deployer(ctx)
	if err != nil {
		return target.Submitted{}, err
	}
	program, objects, err := t.render(ctx, s, by)
	if err != nil {
		return target.Submitted{}, err
	}
	r, err := t.reserve(ctx, s, by)
	if err == nil && r.By != by { // it was begun when another made the clusters
		program, objects, err = t.render(ctx, s, r.By)
	}
	if err != nil {
		return target.Submitted{}, err
	}
	began := time.Now()
	if r.End == nil && r.Refused == nil {
		if err := t.lock(ctx, s); err != nil {
			return target.Submitted{}, t.forget(ctx, r, err)
		}
		if r, err = t.create(ctx, r, objects); err == nil {
			began = time.Now() // from here on it is Flink and Kubernetes
			r, err = t.awaitAccepted(ctx, r, program)
		}
		if err != nil {
			return target.Submitted{}, err
		}
	}
	if r.Refused != nil {
		return target.Submitted{}, r.Refused.err(s.Name)
	}
	return target.Submitted{ID: s.ID, URL: t.rest(r.Cluster).JobURL(string(s.ID)), FlinkTime: max(time.Since(began), time.Microsecond)}, nil
}

// render makes the objects of a job for who makes its cluster of them.
func (t *Target) render(ctx context.Context, s target.Submission, by string) (program, rendered, error) {
	line := t.Line
	if by == Operator {
		line = 0 // the operator wants a jar, on every release
	}
	p, done, err := programOf(line, s)
	defer done()
	if err != nil {
		return p, rendered{}, err
	}
	if by != Operator {
		objects, err := t.application(s, p).render()
		return p, objects, err
	}
	d, err := t.dialect(ctx)
	if err != nil {
		return p, rendered{}, err
	}
	objects, err := t.application(s, p).operated(d)
	return p, objects, err
}

// err is what Submit says of a refused submission, the first time and every time after.
func (r *refusal) err(job string) error {
	var err *fault.Error
	if r.Statement != nil {
		err = fault.Errorf(fault.Failed, "submitting job %s: %w", job, r.Statement)
	} else {
		err = fault.Errorf(fault.Failed, "starting job %s: %s", job, r.Message)
	}
	if r.Fix != "" {
		err = err.WithFix("%s", r.Fix)
	}
	return err
}

// forget removes the record of a submission that made nothing else.
func (t *Target) forget(ctx context.Context, r record, cause error) error {
	if r.Deployment != "" || !api.Answered(cause) && fault.KindOf(cause) != fault.Conflict {
		return cause // it may be half-way
	}
	err := t.unlock(ctx, r)
	if err == nil {
		err = t.api.Delete(ctx, api.ConfigMaps, t.Namespace, recordName(r.ID))
	}
	if err != nil {
		return fmt.Errorf("%w; and removing its record: %w", cause, err)
	}
	return cause
}

// create makes the objects of a cluster. Each is applied, so that going through it again, or two at once, changes
// nothing; when all are there, that is recorded, and they are never made again.
func (t *Target) create(ctx context.Context, r record, objects rendered) (record, error) {
	if r.Deployment != "" {
		return r, nil
	}
	uid, err := t.apply(ctx, objects)
	switch {
	case err == nil:
		return t.amend(ctx, r.ID, func(r *record) { r.Deployment = uid })
	case uid == "":
		return r, t.forget(ctx, r, err)
	case api.Answered(err):
		return t.refuse(ctx, r, &refusal{Message: err.Error(), Fix: fault.FixOf(err)})
	}
	return r, err
}

// apply makes the objects of a cluster and returns the uid of its Deployment, also when others could not be made.
func (t *Target) apply(ctx context.Context, objects rendered) (uid string, err error) {
	var made struct {
		Metadata meta `json:"metadata"`
	}
	d := objects.first
	if err := t.api.Apply(ctx, d.resource, t.Namespace, d.name, d.object, &made); err != nil {
		return "", fmt.Errorf("creating %s %s: %w", d.object["kind"], d.name, err)
	}
	var all sync.WaitGroup
	problems := make([]error, len(objects.others))
	limit := make(chan struct{}, 8)
	for i, o := range objects.others {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			ownedBy(o.object, d, made.Metadata.UID)
			if err := t.api.Apply(ctx, o.resource, t.Namespace, o.name, o.object, nil); err != nil {
				problems[i] = fmt.Errorf("creating %s: %w", o.name, err)
			}
		})
	}
	all.Wait()
	return made.Metadata.UID, errors.Join(problems...)
}

// refuse records why a submission came to nothing, then removes what was made for it.
func (t *Target) refuse(ctx context.Context, r record, why *refusal) (record, error) {
	r, err := t.amend(ctx, r.ID, func(r *record) {
		if r.Refused == nil {
			r.Refused = why
		}
	})
	if err != nil {
		return r, err
	}
	return r, t.end(ctx, r)
}

// remove ends a Flink cluster and all that belongs to it.
func (t *Target) remove(ctx context.Context, cluster string) error {
	if err := t.api.Delete(ctx, api.Deployments, t.Namespace, cluster); err != nil {
		return fmt.Errorf("removing Deployment %s: %w", cluster, err)
	}
	// Those of high availability belong to nobody: they are to outlive a JobManager (KubernetesHaServices).
	selector := fmt.Sprintf("%s=%s,%s=%s,configmap-type=high-availability", labelApp, cluster, labelType, nativeType)
	if err := t.api.DeleteAll(ctx, api.ConfigMaps, t.Namespace, selector); err != nil {
		return fmt.Errorf("removing the leader records of %s: %w", cluster, err)
	}
	return nil
}
