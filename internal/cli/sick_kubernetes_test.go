//go:build sick

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// inPods is the target of the sick jobs on the rig: small processes, all the rig has is two cores.
const inPods = `local:
    kind: kubernetes
    kubeconfig: %s
    namespace: %s
    image: %s
    podTemplate: pod.yaml
    options:
      state.checkpoints.dir: "file://%[4]s/checkpoints"
      jobmanager.memory.process.size: 1024m
      taskmanager.memory.process.size: 1280m
      taskmanager.numberOfTaskSlots: "36"
      kubernetes.jobmanager.cpu.amount: "0.1"
      kubernetes.jobmanager.cpu.limit-factor: "20"
      kubernetes.taskmanager.cpu.amount: "0.1"
      kubernetes.taskmanager.cpu.limit-factor: "20"`

// TestSickJobsOnKubernetes does the same on a real Kubernetes, each job on a cluster of its own, and those whose fault
// shows only there.
func TestSickJobsOnKubernetes(t *testing.T) { //nolint:paralleltest // the rig has two processors
	rig := kubetest.Start(t, release.V2_2)
	shared := rig.Folder(t)
	bed := newSickbed(t, release.V2_2, shared)
	bed.patience = 3 * time.Minute
	namespace := "sick-" + strings.ToLower(string(target.NewJobID()))[:8]
	bed.replace(t, "local: {kind: local, slots: 36}", fmt.Sprintf(inPods, rig.Kubeconfig, namespace, rig.Images[release.V2_2], shared))
	if err := os.WriteFile(filepath.Join(bed.dir, "pod.yaml"), []byte(rig.PodTemplate()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := bed.run("target", "setup", "local", "--apply", "--yes"); err != nil {
		t.Fatalf("setting the namespace up: %v\n%s", err, out)
	}
	t.Cleanup(func() { rig.Run(t, "delete", "namespace", namespace, "--wait=true", "--timeout=300s") })
	bed.examineAll(t, "first.txt")
	t.Run("oom-kill", func(t *testing.T) { bed.examine(t, "oom-kill", "container-memory", "cured") })
	t.Run("quota", func(t *testing.T) {
		rig.Run(t, "create", "quota", "small", "-n", namespace, "--hard=pods=1")
		bed.deploy(t, "healthy-count")
		bed.showsFirst(t, "healthy-count", "quota")
		bed.stop(t, "healthy-count")
		rig.Run(t, "delete", "quota", "small", "-n", namespace)
		bed.examine(t, "healthy-count", "", "")
	})
}
