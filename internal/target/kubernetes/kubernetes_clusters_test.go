//go:build clusters

package kubernetes_test

import (
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
	"github.com/autostream/autostream/internal/target/targettest"
)

// place is a target in a namespace of its own on the rig.
type place struct {
	*kubernetes.Target
	rig     *kubetest.Rig
	line    release.Line
	savings string // folder of checkpoints and savepoints
}

func newPlace(t *testing.T, line release.Line) *place {
	t.Helper()
	p := &place{rig: kubetest.Start(t, line), line: line}
	p.savings = p.rig.Folder(t)
	namespace := "t-" + strings.ToLower(string(target.NewJobID()))[:8]
	p.Target = p.connect(t, namespace, p.rig.Kubeconfig)
	if err := p.Setup(t.Context(), func(string) {}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.rig.Run(t, "delete", "namespace", namespace, "--wait=true", "--timeout=300s") })
	return p
}

// connect returns the target as somebody with this kubeconfig has it.
func (p *place) connect(t *testing.T, namespace, kubeconfig string) *kubernetes.Target {
	t.Helper()
	k, err := kubernetes.New(kubernetes.Options{
		Name: "prod", Line: p.line, Image: p.rig.Images[p.line], Namespace: namespace,
		Cluster:  api.Settings{Kubeconfig: kubeconfig, Getenv: os.Getenv},
		Settings: p.settings(), PodTemplate: p.rig.PodTemplate(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

// settings make the processes small: all the rig has is two cores.
func (p *place) settings() map[string]string {
	return map[string]string{
		"state.checkpoints.dir": "file://" + p.savings + "/checkpoints", "state.savepoints.dir": "file://" + p.savings + "/savepoints",
		"jobmanager.memory.process.size": "1024m", "taskmanager.memory.process.size": "1280m",
		"kubernetes.jobmanager.cpu.amount": "0.1", "kubernetes.jobmanager.cpu.limit-factor": "20",
		"kubernetes.taskmanager.cpu.amount": "0.1", "kubernetes.taskmanager.cpu.limit-factor": "20",
	}
}

// shape gives a submission what the rig needs.
func (p *place) shape(s *target.Submission) {
	maps.Copy(s.Options, p.settings())
	s.PodTemplate = p.rig.PodTemplate()
}

func TestRealKubernetesKeepsThePromises(t *testing.T) {
	for _, line := range []release.Line{release.V2_2, release.V1_20} {
		t.Run(line.String(), func(t *testing.T) {
			p := newPlace(t, line)
			home := flinktest.Home(t, line)
			program, library := targettest.Jars(t, home.Dir, flinktest.Java(t, home).Home)
			targettest.Run(t, targettest.Config{
				Target: p, Release: line.String(), Shape: p.shape, Wait: 10 * time.Minute,
				Folder:  func(t *testing.T) string { return p.rig.Folder(t) },
				Jar:     &target.JarProgram{Path: program},
				Library: library,
			})
		})
	}
}
