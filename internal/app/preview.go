package app

import (
	"context"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
)

// sessionCluster connects to a cluster that runs queries for previews.
func sessionCluster(ctx context.Context, _ *project.Project, t project.Target) (preview.Cluster, error) {
	if t.Kind != project.Session {
		return preview.Cluster{}, fault.Errorf(fault.Usage, "targets of kind %s run no previews", t.Kind).
			WithFix("--target local runs them on this machine")
	}
	if t.Gateway == "" || t.JobManager == "" {
		return preview.Cluster{}, fault.Errorf(fault.Usage, "target %s needs the addresses of its gateway and its jobManager", t.Name)
	}
	return dial(ctx, t.Gateway, t.JobManager)
}

// dial reaches a gateway and the JobManager behind it, so that neither is missed only when a query runs.
func dial(ctx context.Context, gatewayURL, jobManagerURL string) (preview.Cluster, error) {
	client, err := gateway.Dial(ctx, gatewayURL, nil)
	if err != nil {
		return preview.Cluster{}, err
	}
	jobManager := rest.New(jobManagerURL, nil)
	if _, err := jobManager.Overview(ctx); err != nil {
		return preview.Cluster{}, fault.Errorf(fault.Failed, "asking the JobManager at %s: %w", jobManagerURL, err)
	}
	return preview.Cluster{Gateway: client, JobManager: jobManager}, nil
}
