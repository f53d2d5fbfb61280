package kubernetes_test

import (
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

// A job that somebody else runs in the namespace can be looked into, and nothing else can be done with it.
func TestGuests(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, own := to(t, f), submission("pv_uv")
	if _, err := k.Submit(t.Context(), own); err != nil {
		t.Fatal(err)
	}
	id := target.NewJobID()
	f.Lay("apis/apps/v1/namespaces/streams/deployments/theirs",
		`{"metadata": {"labels": {"type": "flink-native-kubernetes", "component": "jobmanager", "autostream/job-id": "`+string(id)+`"}}}`) // by which the fake finds it
	f.Lay("api/v1/namespaces/streams/pods/theirs-1", `{"metadata": {"labels": {"app": "theirs", "type": "flink-native-kubernetes"}}, "status": {"phase": "Running"}}`)
	found, err := k.Guests(t.Context())
	if err != nil || len(found) != 1 || found[0].ID != id {
		t.Fatalf("Guests: %+v, %v", found, err)
	}
	if _, err := k.REST(t.Context(), id); err != nil {
		t.Errorf("REST: %v", err)
	}
	if jvms, err := k.JVMs(t.Context(), id); err != nil || len(jvms) != 1 || jvms[0].ID != "theirs-1" {
		t.Errorf("JVMs: %+v, %v", jvms, err)
	}
	if err := k.Cancel(t.Context(), id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Cancel: %v", err)
	}
	if _, err := k.REST(t.Context(), target.NewJobID()); fault.KindOf(err) != fault.NotFound {
		t.Errorf("REST of nobody's job: %v", err)
	}
}
