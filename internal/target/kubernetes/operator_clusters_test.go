//go:build clusters

package kubernetes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/sdk/java/agent"
)

// A job goes its whole way by way of the real operator: it starts under its id, stops with a savepoint, starts from that,
// and leaves nothing. One of a release that the operator is too old for is refused before anything is made.
func TestRealOperator(t *testing.T) {
	for _, line := range []release.Line{release.V1_20, release.V2_2} {
		t.Run(line.String(), func(t *testing.T) {
			p := newPlace(t, line)
			p.rig.Operator(t, p.Namespace, flinktest.Java(t, flinktest.Home(t, release.V1_20)).Home)
			p.Target = p.connect(t, p.Namespace, p.rig.Kubeconfig)
			p.Deployer = kubernetes.Detect
			if p.rig.Operates(t, line) {
				p.operated(t)
				return
			}
			if _, err := p.Submit(t.Context(), p.job("pv_uv")); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "does not know Flink "+line.String()) {
				t.Errorf("Submit: %v", err)
			}
			p.clean(t)
		})
	}
}

// logsMore changes a level for a time, of which the operator knows nothing: it takes nothing back, and starts nothing anew.
func (p *place) logsMore(t *testing.T, id target.JobID) {
	t.Helper()
	pods := func() string { return p.rig.Run(t, "get", "pods", "-n", p.Namespace, "-o", "name") }
	before, began := pods(), time.Now()
	_, err := p.KeepLevels(t.Context(), id, func([]agent.Level) []agent.Level {
		return []agent.Level{{Logger: noisy, Level: "DEBUG", Until: time.Now().Add(time.Hour)}}
	})
	if err != nil {
		t.Fatalf("KeepLevels: %v", err)
	}
	for pod := range strings.FieldsSeq(before) {
		p.until(t, pod+" logging more", func() bool {
			return strings.Contains(p.rig.Run(t, "logs", "-n", p.Namespace, pod, "--since=10s"), " DEBUG "+noisy)
		})
	}
	t.Logf("all pods log more after %s", time.Since(began))
	if after := pods(); after != before {
		t.Errorf("pods %s were %s", after, before)
	}
}

func (p *place) operated(t *testing.T) {
	t.Helper()
	left := func() string {
		return p.rig.Run(t, "get", "flinkdeployments,deployments", "-n", p.Namespace, "-o", "name")
	}

	s := p.job("pv_uv")
	p.start(t, s)
	p.await(t, s.ID, "a checkpoint", up)
	if made := left(); !strings.Contains(made, "flinkdeployment") {
		t.Errorf("made %s, want a FlinkDeployment", made)
	}
	p.clean(t)
	p.logsMore(t, s.ID)
	sp, err := p.Stop(t.Context(), s.ID, target.StopOptions{Trigger: target.NewTrigger()})
	if err != nil {
		t.Fatalf("Stop: %v", err)
	}
	p.until(t, "the operator removing the cluster", func() bool { return left() == "" })
	if st, err := p.Status(t.Context(), s.ID); err != nil || st.State != target.Finished || st.LastCheckpoint != sp.Path {
		t.Errorf("status %+v, %v; want FINISHED with %s", st, err, sp.Path)
	}

	next := p.job("pv_uv")
	next.Restore = &target.Restore{Path: sp.Path, ClaimMode: target.NoClaim}
	p.start(t, next)
	p.await(t, next.ID, "a checkpoint", up)
	if err := p.Cancel(t.Context(), next.ID); err != nil {
		t.Errorf("Cancel: %v", err)
	}
	p.until(t, "the operator removing the cluster", func() bool { return left() == "" })
	p.clean(t)

	bad := p.job("broken")
	bad.SQL.Statements[2] = "INSERT INTO out_rows SELECT id, COUNT(*) FROM missing_table GROUP BY id"
	if _, err := p.Submit(t.Context(), bad); err == nil || !strings.Contains(err.Error(), "missing_table") {
		t.Errorf("a script that Flink refuses: %v", err)
	}
	p.until(t, "the operator removing the cluster", func() bool { return left() == "" })
	p.clean(t)
}
