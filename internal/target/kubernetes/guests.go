package kubernetes

import (
	"context"
	"slices"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Flink clusters of the namespace that AutoStream did not make can be looked into: those that Flink's own client or its
// operator made have the same labels and names.
var _ target.Hosting = (*Target)(nil)

// guest is a job of a cluster that is not ours.
type guest struct {
	target.Status
	cluster string
}

// Guests implements target.Hosting.
func (t *Target) Guests(ctx context.Context) ([]target.Status, error) {
	found, err := t.guests(ctx)
	out := make([]target.Status, len(found))
	for i, g := range found {
		out[i] = g.Status
	}
	return out, err
}

func (t *Target) guests(ctx context.Context) ([]guest, error) {
	clusters, err := api.List[deployment](ctx, t.api, api.Deployments, t.Namespace, labelType+"="+nativeType+","+labelComponent+"="+jobManagerRole)
	if err != nil {
		return nil, err
	}
	clusters = slices.DeleteFunc(clusters, func(d deployment) bool { return d.Metadata.Labels[labelManaged] == "autostream" })
	found := make([][]guest, len(clusters))
	var all sync.WaitGroup
	limit := make(chan struct{}, 16)
	for i, d := range clusters {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			client := t.rest(d.Metadata.Name)
			jobs, _ := client.Jobs(ctx) // a JobManager that does not answer has no job to look into
			for _, j := range jobs {
				found[i] = append(found[i], guest{jobmanager.Line(client, j), d.Metadata.Name})
			}
		})
	}
	all.Wait()
	return slices.Concat(found...), ctx.Err()
}

// lookedInto is the cluster of a job that is looked into, whoever made it.
func (t *Target) lookedInto(ctx context.Context, id target.JobID) (cluster string, err error) {
	r, err := t.known(ctx, id)
	if err == nil && r.End != nil {
		return "", fault.Errorf(fault.NotFound, "job %s has ended, and its JobManager is gone", id)
	}
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return r.Cluster, err
	}
	found, problem := t.guests(ctx)
	if problem != nil {
		return "", err // who has none needs no right to look for them
	}
	for _, g := range found {
		if g.ID == id {
			return g.cluster, nil
		}
	}
	return "", err
}
