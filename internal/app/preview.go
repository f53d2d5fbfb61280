package app

import (
	"context"
	"net/http"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/target"
)

// sessions returns a function that connects to a cluster on which previews run: one of our own, which is started first, or
// one that others run.
func sessions(d *deps.Deps) func(context.Context, *project.Project, project.Target) (preview.Cluster, error) {
	return func(ctx context.Context, p *project.Project, t project.Target) (preview.Cluster, error) {
		if t.Kind == project.Session {
			if t.Gateway == "" || t.JobManager == "" {
				return preview.Cluster{}, fault.Errorf(fault.Usage, "target %s needs the addresses of its gateway and its jobManager", t.Name)
			}
			return dial(ctx, t.Gateway, t.JobManager, nil)
		}
		place, err := d.Target(ctx, p, t)
		if err != nil {
			return preview.Cluster{}, err
		}
		interactive, runsStatements := place.(target.Interactive)
		owned, runsCluster := place.(target.Owned)
		if !runsStatements || !runsCluster {
			return preview.Cluster{}, fault.Errorf(fault.Usage, "targets of kind %s run no previews", t.Kind).
				WithFix("--target local runs them on this machine")
		}
		gatewayURL, err := interactive.Gateway(ctx)
		if err != nil {
			return preview.Cluster{}, err
		}
		cluster, err := owned.Cluster(ctx)
		if err != nil {
			return preview.Cluster{}, err
		}
		var through *http.Client
		if behind, ok := place.(target.Behind); ok {
			through = behind.Client()
		}
		return dial(ctx, gatewayURL, cluster.URL, through)
	}
}

// dial reaches a gateway and the JobManager behind it, so that neither is missed only when a query runs. through
// is the way to both; nil is the direct one.
func dial(ctx context.Context, gatewayURL, jobManagerURL string, through *http.Client) (preview.Cluster, error) {
	client, err := gateway.Dial(ctx, gatewayURL, through)
	if err != nil {
		return preview.Cluster{}, err
	}
	jobManager := rest.New(jobManagerURL, through)
	if _, err := jobManager.Overview(ctx); err != nil {
		return preview.Cluster{}, fault.Errorf(fault.Failed, "asking the JobManager at %s: %w", jobManagerURL, err)
	}
	return preview.Cluster{Gateway: client, JobManager: jobManager}, nil
}
