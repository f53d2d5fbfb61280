//go:build clusters

package move_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
	"github.com/autostream/autostream/rigs/s3"
)

// kube is a Kubernetes with an object store that its pods can reach.
type kube struct {
	rig    *kubetest.Rig
	store  *s3.Store
	plugin string   // folder with the file system that Flink reads the store with
	env    []string // credentials for the store
}

func startKubernetes(t *testing.T) *kube {
	t.Helper()
	k := &kube{rig: kubetest.Start(t, release.V2_2)}
	k.store = s3.StartAt(t, kubetest.Node)
	k.env = []string{"AWS_ACCESS_KEY_ID=" + k.store.AccessKey, "AWS_SECRET_ACCESS_KEY=" + k.store.SecretKey}
	k.plugin = k.rig.Folder(t)
	cacheDir, err := dist.DefaultDir(os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	// The first of its line: it fits every patch release, and every registry has it.
	jar := release.Coordinates{Group: "org.apache.flink", Artifact: "flink-s3-fs-presto", Version: release.V2_2.String() + ".0"}
	found, err := (&dist.Cache{Dir: cacheDir}).Fetch(t.Context(), []release.Coordinates{jar}, func(release.Coordinates) {})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(found[0])
	if err == nil {
		err = os.WriteFile(filepath.Join(k.plugin, filepath.Base(found[0])), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// namespace is a namespace of its own with a bucket of its own, which has the name.
func (k *kube) namespace(t *testing.T, bucket string) place {
	t.Helper()
	k.store.Bucket(t, bucket)
	namespace := "t-" + strings.ToLower(string(target.NewJobID()))[:8]
	t.Cleanup(func() {
		k.rig.Run(t, "delete", "namespace", namespace, "--wait=true", "--timeout=300s", "--ignore-not-found")
	})
	settings := func(bucket string) string {
		return fmt.Sprintf(`
    kind: kubernetes
    kubeconfig: %s
    namespace: %s
    image: %s
    podTemplate: pod.yaml
    files: s3://%s/autostream?endpoint=%s
    options:
      execution.checkpointing.dir: s3://%s/checkpoints
      execution.checkpointing.savepoint-dir: s3://%s/savepoints
      s3.endpoint: %s
      s3.path.style.access: "true"
      s3.access-key: ${STORE_USER}
      s3.secret-key: ${STORE_PASSWORD}
      kubernetes.jobmanager.cpu.amount: "0.1"
      kubernetes.jobmanager.cpu.limit-factor: "20"
      kubernetes.taskmanager.cpu.amount: "0.1"
      kubernetes.taskmanager.cpu.limit-factor: "20"`,
			k.rig.Kubeconfig, namespace, k.rig.Images[release.V2_2], bucket, k.store.Endpoint, bucket, bucket, k.store.Endpoint)
	}
	return place{
		target: settings(bucket), full: strings.ReplaceAll(settings(bucket), "dir: s3://"+bucket, "dir: s3://nobodys"), home: "s3://" + bucket + "/",
		alive: func(t *testing.T) []string {
			words := strings.Fields(k.rig.Run(t, "get", "deployments", "--namespace", namespace, "--output", "name"))
			return slices.DeleteFunc(words, func(word string) bool { return !strings.HasPrefix(word, "deployment") }) // it says when there is none
		},
		end: func(t *testing.T, name string) { k.rig.Run(t, "delete", "--namespace", namespace, name) },
	}
}

// pod is the template of pods that have the plugin.
func (k *kube) pod() string {
	return `apiVersion: v1
kind: Pod
spec:
  containers:
  - name: flink-main-container
    volumeMounts:
    - {name: plugin, mountPath: /opt/flink/plugins/s3}
  volumes:
  - name: plugin
    hostPath: {path: "` + k.plugin + `", type: Directory}
`
}
