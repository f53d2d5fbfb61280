package kubernetes

import (
	"context"
	"net/http"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// gatewayPort is the port of the SQL Gateway beside the JobManager of a session cluster.
const gatewayPort = 8083

// session renders a Flink cluster that belongs to no job.
func (t *Target) session(cluster string) *rendering {
	return &rendering{
		submission: target.Submission{Name: cluster, Options: t.Settings, PodTemplate: t.PodTemplate},
		cluster:    cluster, line: t.Line, namespace: t.Namespace, image: t.Image, serviceAccount: t.ServiceAccount,
		entrypoint: "KubernetesSessionClusterEntrypoint", executionTarget: "kubernetes-session",
	}
}

// previews is the session cluster on which queries of a Flink line run, one for the namespace.
func (t *Target) previews() string {
	return "autostream-preview-" + strings.ReplaceAll(t.Line.String(), ".", "-")
}

// Up implements target.Owned: it starts the session cluster for previews. Jobs need none.
func (t *Target) Up(ctx context.Context) error {
	r := t.session(t.previews())
	objects, err := r.render()
	if err != nil {
		return err
	}
	withGateway(r, objects)
	if _, err := t.apply(ctx, objects); err != nil {
		return err
	}
	return t.awaitSession(ctx, r.cluster, func() error { return t.answers(ctx) })
}

// answers looks whether queries can run: the gateway and the JobManager start beside each other, either of them first.
func (t *Target) answers(ctx context.Context) error {
	address, client := t.gateway()
	if _, err := gateway.Dial(ctx, address, client); err != nil {
		return err
	}
	_, err := t.rest(t.previews()).Overview(ctx)
	return err
}

// withGateway puts a SQL Gateway beside the JobManager, where only the API server and the namespace reach it.
func withGateway(r *rendering, objects rendered) {
	spec := part(part(part(objects.first.object, "spec"), "template"), "spec")
	main := r.main(part(part(objects.first.object, "spec"), "template"))
	overlay(spec, "containers", object{
		"name": "sql-gateway", "image": r.image, "imagePullPolicy": main["imagePullPolicy"],
		"command": []any{"/docker-entrypoint.sh"},
		"args": []any{"bash", "-c", "sql-gateway.sh start-foreground -Dsql-gateway.endpoint.rest.address=0.0.0.0" +
			" -Dsql-gateway.endpoint.rest.port=8083 -Dsql-gateway.endpoint.rest.bind-port=8083 -Dexecution.target=remote"},
		"env":          []any{object{"name": "FLINK_ENV_JAVA_OPTS", "value": "-Xmx512m"}},
		"ports":        []any{object{"name": "gateway", "containerPort": gatewayPort}},
		"volumeMounts": main["volumeMounts"],
		"resources":    object{"requests": object{"cpu": "0.1", "memory": "1024Mi"}, "limits": object{"cpu": "2", "memory": "1024Mi"}},
	})
	for _, o := range objects.others {
		if o.name == restService(r.cluster) {
			overlay(part(o.object, "spec"), "ports", object{"name": "gateway", "port": gatewayPort, "targetPort": gatewayPort, "protocol": "TCP"})
		}
	}
}

// awaitSession waits until a session cluster answers, or until it is clear that it never will.
func (t *Target) awaitSession(ctx context.Context, cluster string, answers func() error) error {
	return jobmanager.Poll(ctx, func() (bool, error) {
		if err := answers(); err == nil || ctx.Err() != nil {
			return true, ctx.Err()
		}
		look, err := t.inspect(ctx, record{Cluster: cluster})
		if err == nil && look.hopeless {
			err = fault.Errorf(fault.Failed, "starting %s: %s", cluster, look.reason).WithFix("%s", look.fix)
		}
		return false, err
	})
}

// Down implements target.Owned: it ends the session cluster for previews. Jobs go on.
func (t *Target) Down(ctx context.Context) error { return t.remove(ctx, t.previews()) }

// Cluster implements target.Owned.
func (t *Target) Cluster(ctx context.Context) (target.Cluster, error) {
	c := target.Cluster{Release: t.Line.String()}
	var d deployment
	err := t.api.Get(ctx, api.Deployments, t.Namespace, t.previews(), &d)
	if api.Gone(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c.Since, c.Starting = d.Metadata.Created, true
	client := t.rest(t.previews())
	o, err := client.Overview(ctx)
	if err != nil {
		look, err := t.inspect(ctx, record{Cluster: t.previews()})
		c.Reason = look.reason
		return c, err
	}
	c.Up, c.Starting, c.Release, c.Slots, c.FreeSlots, c.Jobs = true, false, o.FlinkVersion, o.SlotsTotal, o.SlotsAvailable, o.JobsRunning
	c.URL, _ = t.reach(t.previews(), restPort)
	c.Gateway, _ = t.gateway()
	return c, nil
}

func (t *Target) gateway() (address string, client *http.Client) {
	if t.Reach == ByPortForward {
		return t.reach(t.previews(), gatewayPort)
	}
	return t.api.ServiceProxy(t.Namespace, restService(t.previews()), gatewayPort)
}

// Gateway implements target.Interactive.
func (t *Target) Gateway(ctx context.Context) (string, error) {
	address, _ := t.gateway()
	if t.answers(ctx) == nil {
		return address, nil
	}
	return address, t.Up(ctx)
}

// Client implements target.Behind.
func (t *Target) Client() *http.Client {
	_, client := t.gateway()
	return client
}
