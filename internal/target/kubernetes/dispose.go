package kubernetes

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// DisposeSavepoint implements target.Target. Any JobManager of the namespace can do it; where none runs, one is started
// for that alone.
func (t *Target) DisposeSavepoint(ctx context.Context, path string) error {
	maps, err := api.List[configMap](ctx, t.api, api.ConfigMaps, t.Namespace, labelRecord+"=job")
	if err != nil {
		return err
	}
	for _, m := range maps {
		r, err := recordOf(m)
		if err != nil || r.End != nil || r.Refused != nil {
			continue
		}
		client := t.rest(r.Cluster)
		if _, err := client.Overview(ctx); err == nil {
			return jobmanager.Dispose(ctx, client, path)
		}
	}
	return t.disposeAlone(ctx, path)
}

// disposeAlone starts a JobManager to remove a savepoint, and ends it again.
func (t *Target) disposeAlone(ctx context.Context, path string) (err error) {
	r := record{Cluster: "autostream-dispose-" + strings.ToLower(rand.Text()[:8])}
	objects, err := t.session(r.Cluster).render()
	if err != nil {
		return err
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if removing := t.remove(ending, r.Cluster); err == nil {
			err = removing
		}
	}()
	if _, err := t.apply(ctx, objects); err != nil {
		return err
	}
	client := t.rest(r.Cluster)
	if err := t.awaitSession(ctx, r.Cluster, func() error {
		_, err := client.Overview(ctx)
		return err
	}); err != nil {
		return err
	}
	return jobmanager.Dispose(ctx, client, path)
}
