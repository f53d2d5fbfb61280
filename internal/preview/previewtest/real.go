package previewtest

import (
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/target"
)

// Reached is a cluster behind two addresses.
type Reached struct{ cluster preview.Cluster }

// Reach connects to a gateway and its JobManager.
func Reach(t *testing.T, gatewayURL, jobManagerURL string) Reached {
	t.Helper()
	client, err := gateway.Dial(t.Context(), gatewayURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Reached{preview.Cluster{Gateway: client, JobManager: rest.New(jobManagerURL, nil)}}
}

// Cluster implements Cluster.
func (r Reached) Cluster() preview.Cluster { return r.cluster }

// Slots counts the task slots of the cluster.
func (r Reached) Slots(t *testing.T) int {
	t.Helper()
	overview, err := r.cluster.JobManager.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return overview.SlotsTotal
}

// Running implements Cluster.
func (r Reached) Running(t *testing.T) int {
	t.Helper()
	n := 0
	for _, j := range r.jobs(t) {
		if !target.State(j.State).Terminal() {
			n++
		}
	}
	return n
}

// CancelAll implements Cluster.
func (r Reached) CancelAll(t *testing.T) {
	t.Helper()
	for _, j := range r.jobs(t) {
		if !target.State(j.State).Terminal() {
			if err := r.cluster.JobManager.Cancel(t.Context(), j.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (r Reached) jobs(t *testing.T) []rest.Job {
	t.Helper()
	jobs, err := r.cluster.JobManager.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// Eventually waits until a condition holds, and fails the test when it takes longer than a limit.
func Eventually(t *testing.T, limit time.Duration, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, limit)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
