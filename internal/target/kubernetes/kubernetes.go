// Package kubernetes runs each job on a Flink cluster of its own in a Kubernetes namespace: native application mode, as
// Flink's own client sets it up (flink-kubernetes, KubernetesClusterDescriptor), but without a JVM.
//
// What the cluster is to remember of a submission is a record in the cluster itself (ConfigMap autostream-JOBID): which
// objects belong to it, its savepoints, how it ended. So several processes and machines see the same, and a job's end is
// known when its cluster is gone. Flink's REST interface is reached through the API server; nothing has to be exposed.
package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Options are what a Target depends on.
type Options struct {
	Name           string // of the target, for messages
	Line           release.Line
	Cluster        api.Settings
	Namespace      string // "" takes that of the context, or default
	Image          string
	ServiceAccount string // of the pods; "" is "flink"
	Deployer       string // Native, Operator or Detect; "" is Native

	// Reach says how the REST interfaces of JobManagers are reached: ByProxy, ByPortForward, or an address in which
	// {cluster} stands for the cluster id of a job, such as that of an ingress. "" is ByProxy.
	Reach string

	// Of clusters that belong to no job: Flink options and a Pod in YAML, as a Submission has them.
	Settings    map[string]string
	PodTemplate string

	// FileSystem is where jobs keep their state, and Folder one in it for things of our own; nil where it cannot be reached
	// from here.
	FileSystem dfs.FS
	Folder     string

	// Program is a build of this program for the pods, into which it is copied to attach to JVMs; "" is the one that runs.
	Program string
}

// Target is a namespace of a Kubernetes cluster. It implements target.Target.
type Target struct {
	Options
	api    *api.Client
	copies *besides

	mu       sync.Mutex
	forwards map[string]*http.Client // by cluster and port
}

// New returns the target. It reads the kubeconfig and calls nobody.
func New(o Options) (*Target, error) {
	if o.Image == "" {
		return nil, fault.Errorf(fault.Usage, "target %s has no image", o.Name).
			WithFix("name one with Flink %s in the project: targets: {%s: {image: flink:%s}}", o.Line, o.Name, o.Line)
	}
	client, err := api.Connect(o.Cluster)
	if err != nil {
		return nil, err
	}
	o.Namespace = cmp.Or(o.Namespace, client.Namespace(), "default")
	o.ServiceAccount = cmp.Or(o.ServiceAccount, "flink")
	return &Target{Options: o, api: client, copies: newBesides(o.Program), forwards: map[string]*http.Client{}}, nil
}

// Files implements target.Filing.
func (t *Target) Files(context.Context) (dfs.FS, string, error) { return t.FileSystem, t.Folder, nil }

// Close ends idle connections to the API server, and what runs in pods beside JVMs.
func (t *Target) Close() {
	t.copies.close()
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, client := range t.forwards {
		client.CloseIdleConnections()
	}
	t.api.Close()
}

// restPort is the port of the REST interface in pods and Services.
const restPort = 8081

// refresh is how old a JobManager's answer about one job may be. Only autostream and a few people ask it.
const refresh = 500 * time.Millisecond

// Ways to reach a JobManager.
const (
	ByProxy       = "proxy"        // of the API server, to its Service
	ByPortForward = "port-forward" // through the API server, to its pod
)

// rest returns a client for the JobManager of a Flink cluster.
func (t *Target) rest(cluster string) *rest.Client {
	return rest.New(t.reach(cluster, restPort))
}

// reach returns the address of a port of a JobManager's pod, and a client for it.
func (t *Target) reach(cluster string, port int) (address string, client *http.Client) {
	switch t.Reach {
	case "", ByProxy:
		return t.api.ServiceProxy(t.Namespace, restService(cluster), port)
	case ByPortForward:
		return t.forward(cluster, port)
	}
	return strings.ReplaceAll(t.Reach, "{cluster}", cluster), http.DefaultClient
}

// forward is one client for each port, so that its connections are used again.
func (t *Target) forward(cluster string, port int) (address string, client *http.Client) {
	t.mu.Lock()
	defer t.mu.Unlock()
	to := fmt.Sprintf("%s:%d", cluster, port)
	address, client = t.api.PortForward(t.Namespace, port, func(ctx context.Context) (string, error) { return t.manager(ctx, cluster) })
	if known, ok := t.forwards[to]; ok {
		return address, known
	}
	t.forwards[to] = client
	return address, client
}

// manager is the name of the pod of a JobManager that runs.
func (t *Target) manager(ctx context.Context, cluster string) (string, error) {
	pods, err := t.pods(ctx, cluster)
	for _, p := range pods {
		if role(p) == jobManagerRole && p.Status.Phase == "Running" && p.Metadata.Deleted == nil {
			return p.Metadata.Name, nil
		}
	}
	if err != nil {
		return "", err
	}
	return "", fault.Errorf(fault.Failed, "no JobManager of %s runs", cluster)
}

// REST implements target.Observable.
func (t *Target) REST(ctx context.Context, id target.JobID) (*rest.Client, error) {
	cluster, err := t.lookedInto(ctx, id)
	if err != nil {
		return nil, err
	}
	return t.rest(cluster), nil
}
