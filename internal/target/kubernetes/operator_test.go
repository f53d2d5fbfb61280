package kubernetes_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

const customResources = "apis/flink.apache.org/v1beta1/namespaces/streams/flinkdeployments/"

// operated returns a target on a fake API server with FlinkDeployments.
func operated(t *testing.T, line release.Line, deployer string, versions ...string) (*kubernetes.Target, *kubetest.Fake) {
	t.Helper()
	f := kubetest.NewFake(t)
	f.FlinkVersions = versions
	k, err := kubernetes.New(kubernetes.Options{
		Name: "prod", Line: line, Image: "flink:x", Deployer: deployer,
		Cluster: api.Settings{Kubeconfig: f.Kubeconfig(t), Getenv: func(string) string { return "" }},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k, f
}

// A job goes its whole way by way of a FlinkDeployment, and leaves nothing.
func TestOperator(t *testing.T) {
	t.Parallel()
	for name, deployer := range map[string]string{"chosen": kubernetes.Operator, "found": kubernetes.Detect} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, f := operated(t, release.V1_20, deployer, "v1_18", "v1_19")
			s := submission("pv_uv")
			s.Restore = &target.Restore{Path: "s3://b/savepoint-1", ClaimMode: target.NoClaim}
			s.Environment = map[string]string{"A": "secret"}
			cluster := "pv-uv-" + string(s.ID[:10])
			f.Then(customResources+cluster, func() { f.Operate("streams", cluster) })
			for range 2 { // the second time nothing is done
				if _, err := k.Submit(t.Context(), s); err != nil {
					t.Fatal(err)
				}
			}
			if all := f.Paths(customResources); len(all) != 1 || len(deployments(f)) != 1 {
				t.Fatalf("FlinkDeployments %v, Deployments %v", all, deployments(f))
			}
			if left, err := k.Orphans(t.Context()); err != nil || len(left) > 0 {
				t.Errorf("orphans %v, %v", left, err)
			}
			if err := k.Cancel(t.Context(), s.ID); err != nil {
				t.Fatal(err)
			}
			st, err := k.Status(t.Context(), s.ID)
			if err != nil || st.State != target.Canceled {
				t.Errorf("status %+v, %v", st, err)
			}
			if all := f.Paths(customResources); len(all) > 0 || len(deployments(f)) > 0 {
				t.Errorf("left: %v, %v", all, deployments(f))
			}
		})
	}
}

// What the operator is told: the job id is ours, the state to start from is in the job, nothing that it forbids is there, and
// no secret.
func TestFlinkDeployment(t *testing.T) {
	t.Parallel()
	k, f := operated(t, release.V1_20, kubernetes.Operator, "v1_18", "v1_19")
	s := submission("pv_uv")
	s.Parallelism = 3
	s.Restore = &target.Restore{Path: "s3://b/savepoint-1", ClaimMode: target.NoClaim}
	s.Environment = map[string]string{"A": "hunter22"}
	s.SQL.Statements = append(s.SQL.Statements, "INSERT INTO a SELECT 'hunter22'")
	cluster := "pv-uv-" + string(s.ID[:10])
	var text string
	f.Then(customResources+cluster, func() {
		o, err := json.Marshal(f.Get(customResources + cluster))
		if err != nil {
			t.Error(err)
		}
		text = string(o)
		f.Operate("streams", cluster)
	})
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	var d struct {
		Spec struct {
			FlinkVersion string            `json:"flinkVersion"`
			Options      map[string]string `json:"flinkConfiguration"`
			Job          map[string]any    `json:"job"`
			JobManager   map[string]any    `json:"jobManager"`
		} `json:"spec"`
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	if d.Spec.FlinkVersion != "v1_19" {
		t.Errorf("flinkVersion %s, want the newest before 1.20", d.Spec.FlinkVersion)
	}
	if id := d.Spec.Options["$internal.pipeline.job-id"]; id != string(s.ID) {
		t.Errorf("job id %q, want %s", id, s.ID)
	}
	for _, forbidden := range []string{"kubernetes.cluster-id", "kubernetes.namespace", "high-availability.cluster-id", "execution.state-recovery.path"} {
		if value, ok := d.Spec.Options[forbidden]; ok {
			t.Errorf("%s: %s", forbidden, value)
		}
	}
	for key, want := range map[string]any{"initialSavepointPath": "s3://b/savepoint-1", "parallelism": 3.0, "upgradeMode": "stateless", "state": "running"} {
		if d.Spec.Job[key] != want {
			t.Errorf("job has %s: %v, want %v", key, d.Spec.Job[key], want)
		}
	}
	if r, _ := d.Spec.JobManager["resource"].(map[string]any); r["memory"] != "1600m" || r["cpu"] != 1.0 {
		t.Errorf("jobManager %v", d.Spec.JobManager["resource"])
	}
	if strings.Contains(text, "hunter22") {
		t.Error("a secret is in the FlinkDeployment")
	}
}

// What the operator refuses ends the submission in its words.
func TestOperatorRefuses(t *testing.T) {
	t.Parallel()
	k, f := operated(t, release.V1_20, kubernetes.Operator, "v1_20")
	s := submission("pv_uv")
	cluster := "pv-uv-" + string(s.ID[:10])
	f.Then(customResources+cluster, func() {
		f.Lay(customResources+cluster, `{"status": {"error": "{\"type\":\"org.apache.flink.kubernetes.operator.exception.ReconciliationException\",\"message\":\"java.lang.Exception: Resource defined incorrectly\"}"}}`)
	})
	if _, err := k.Submit(t.Context(), s); err == nil || !strings.Contains(err.Error(), "the operator says: java.lang.Exception: Resource defined incorrectly") {
		t.Errorf("Submit: %v", err)
	}
	if all := f.Paths(customResources); len(all) > 0 {
		t.Errorf("left: %v", all)
	}
}

// A release that the operator does not know, and a cluster without one, are told before anything is made.
func TestOperatorMissing(t *testing.T) {
	t.Parallel()
	k, f := operated(t, release.V2_2, kubernetes.Operator, "v1_19", "v1_20")
	if _, err := k.Submit(t.Context(), submission("pv_uv")); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "does not know Flink 2.2, only v1_19, v1_20") {
		t.Errorf("Submit: %v", err)
	}
	f.FlinkVersions = nil
	if _, err := k.Submit(t.Context(), submission("pv_uv")); fault.KindOf(err) != fault.NotFound || !strings.Contains(fault.FixOf(err), "deployer: operator") {
		t.Errorf("Submit: %v", err)
	}
	if left := f.Paths(""); len(left) > 0 {
		t.Errorf("made: %v", left)
	}
}
