//go:build clusters

package kubernetes

import (
	"context"
	"strings"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Complete says whether all is there that a cluster consists of besides its Deployment, whoever made it.
func (t *Target) Complete(ctx context.Context, cluster string) bool {
	for name, resource := range map[string]api.Resource{
		cluster: api.Services, restService(cluster): api.Services, configName(cluster): api.ConfigMaps, podsName(cluster): api.ConfigMaps,
	} {
		if t.api.Get(ctx, resource, t.Namespace, name, new(struct{})) != nil {
			return false
		}
	}
	return true
}

// DeploymentLike returns the Deployment whose name begins so.
func (t *Target) DeploymentLike(ctx context.Context, prefix string) (string, bool) {
	all, err := api.List[deployment](ctx, t.api, api.Deployments, t.Namespace, "")
	for _, d := range all {
		if strings.HasPrefix(d.Metadata.Name, prefix) {
			return d.Metadata.Name, err == nil
		}
	}
	return "", false
}

// Answers says whether the JobManager of a cluster answers, and whether it runs a job with all its tasks.
func (t *Target) Answers(ctx context.Context, cluster string) (answers, runs bool) {
	jobs, err := t.rest(cluster).Jobs(ctx)
	return err == nil, len(jobs) == 1 && jobs[0].State == string(target.Running) && jobs[0].Tasks.Total > 0 && jobs[0].Tasks.Running == jobs[0].Tasks.Total
}
