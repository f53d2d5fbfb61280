package kubernetes_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/internal/target/kubernetes/kubetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// to returns a target on a fake API server, as one process has it.
func to(t *testing.T, f *kubetest.Fake) *kubernetes.Target {
	t.Helper()
	k, err := kubernetes.New(kubernetes.Options{
		Name: "prod", Line: release.V2_2, Image: "flink:2.2",
		Cluster: api.Settings{Kubeconfig: f.Kubeconfig(t), Getenv: func(string) string { return "" }},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func submission(job string) target.Submission {
	return target.Submission{
		ID: target.NewJobID(), Name: job, Project: "shop", Release: "2.2",
		SQL: &target.SQLProgram{Statements: []string{"CREATE TABLE a (x INT)", "INSERT INTO a SELECT 1"}},
	}
}

// deployments are the Flink clusters that there are.
func deployments(f *kubetest.Fake) []string {
	return f.Paths("apis/apps/v1/namespaces/streams/deployments/")
}

// Whatever call to the API server is the last one of a process: submitting again brings the job to run once, and nothing
// is left that belongs to no job.
func TestCutOffAtEveryCall(t *testing.T) {
	t.Parallel()
	for last := 1; ; last++ {
		f := kubetest.NewFake(t)
		first, s := to(t, f), submission("pv_uv")
		var calls atomic.Int32
		f.Before = func(r *http.Request) error {
			if r.Method != http.MethodGet && int(calls.Add(1)) > last {
				return errors.New("killed")
			}
			return nil
		}
		_, err := first.Submit(t.Context(), s)
		if err == nil {
			if last < 8 {
				t.Fatalf("Submit made only %d changes", last)
			}
			return
		}
		f.Before = nil
		second := to(t, f)
		if _, err := second.Submit(t.Context(), s); err != nil {
			t.Fatalf("after %d changes: Submit again: %v", last, err)
		}
		if d := deployments(f); len(d) != 1 {
			t.Errorf("after %d changes: Deployments %v", last, d)
		}
		if left, err := second.Orphans(t.Context()); err != nil || len(left) > 0 {
			t.Errorf("after %d changes: orphans %v, %v", last, left, err)
		}
		if err := second.Cancel(t.Context(), s.ID); err != nil {
			t.Errorf("after %d changes: Cancel: %v", last, err)
		}
		if d := deployments(f); len(d) != 0 {
			t.Errorf("after %d changes: Cancel left %v", last, d)
		}
		st, err := second.Status(t.Context(), s.ID)
		if err != nil || st.State != target.Canceled {
			t.Errorf("after %d changes: status after Cancel %+v, %v", last, st, err)
		}
	}
}

// Whatever change of a cancel is the last one of a process: cancelling again leaves no cluster.
func TestCancelCutOffAtEveryCall(t *testing.T) {
	t.Parallel()
	for last := 0; ; last++ {
		f := kubetest.NewFake(t)
		k, s := to(t, f), submission("pv_uv")
		if _, err := k.Submit(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		var calls atomic.Int32
		f.Before = func(r *http.Request) error {
			if r.Method != http.MethodGet && int(calls.Add(1)) > last {
				return errors.New("killed")
			}
			return nil
		}
		if err := k.Cancel(t.Context(), s.ID); err == nil {
			if last < 2 {
				t.Fatalf("Cancel made only %d changes", last)
			}
			return
		}
		f.Before = nil
		if err := to(t, f).Cancel(t.Context(), s.ID); err != nil {
			t.Errorf("after %d changes: Cancel again: %v", last, err)
		}
		if d := deployments(f); len(d) != 0 {
			t.Errorf("after %d changes: Cancel left %v", last, d)
		}
	}
}

// Where an ingress serves JobManagers they are asked by way of that, and the API server's proxy is left alone.
func TestReachedByIngress(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	var served atomic.Int32
	ingress := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		served.Add(1)
		q.URL.Path = "/api/v1/namespaces/streams/services" + strings.Replace(q.URL.Path, "/v1/", "-rest:8081/proxy/v1/", 1)
		f.ServeHTTP(w, q)
	}))
	t.Cleanup(ingress.Close)
	k.Reach = ingress.URL + "/{cluster}"
	f.Before = func(r *http.Request) error {
		if strings.Contains(r.URL.Path, "/proxy/") && "http://"+r.Host != ingress.URL {
			return errors.New("by way of the proxy")
		}
		return nil
	}
	at, err := k.Submit(t.Context(), s)
	if err != nil || !strings.HasPrefix(at.URL, ingress.URL+"/pv-uv-") || served.Load() == 0 {
		t.Errorf("Submit: %+v, %v, after %d requests", at, err, served.Load())
	}
	if st, err := k.Status(t.Context(), s.ID); err != nil || st.State != target.Running {
		t.Errorf("Status: %+v, %v", st, err)
	}
}

// Two who know nothing of each other start one job: one of them does.
func TestTwoSubmitOneJob(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	var both sync.WaitGroup
	var failures [2]error
	for i := range failures {
		k := to(t, f)
		both.Go(func() { _, failures[i] = k.Submit(t.Context(), submission("pv_uv")) })
	}
	both.Wait()
	if d := deployments(f); len(d) != 1 {
		t.Errorf("Deployments %v, errors %v", d, failures)
	}
	if fault.KindOf(errors.Join(failures[:]...)) != fault.Conflict || failures[0] != nil && failures[1] != nil {
		t.Errorf("errors %v, want one conflict", failures)
	}
	if left, err := to(t, f).Orphans(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("orphans %v, %v", left, err)
	}
}

// The same job of another project is another job, and an ended one makes room.
func TestLockIsOfOneJob(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, first, other := to(t, f), submission("pv_uv"), submission("pv_uv")
	other.Project = "blog"
	for _, s := range []target.Submission{first, other} {
		if _, err := k.Submit(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Cancel(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Submit(t.Context(), submission("pv_uv")); err != nil {
		t.Errorf("after the one before has ended: %v", err)
	}
}

// A Deployment that somebody takes away is a job that is gone, which is never started again under its id.
func TestDeploymentTakenAway(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	taken := to(t, f)
	f.Take("apis/apps/v1/namespaces/streams/deployments/pv-uv-" + string(s.ID[:10]))
	if _, err := taken.Status(t.Context(), s.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Status: %v", err)
	}
	if _, err := taken.Submit(t.Context(), s); fault.KindOf(err) != fault.NotFound || len(deployments(f)) > 0 {
		t.Errorf("Submit: %v, Deployments %v", err, deployments(f))
	}
	left, err := taken.Orphans(t.Context())
	if err != nil || len(left) != 1 || !strings.Contains(left[0].Reason, "took away") {
		t.Fatalf("orphans %v, %v", left, err)
	}
	if _, err := taken.Submit(t.Context(), submission("pv_uv")); err != nil {
		t.Errorf("the next run: %v", err)
	}
	if left, err := taken.Orphans(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("the next run left orphans %v, %v", left, err)
	}
	if st, err := taken.Status(t.Context(), s.ID); err != nil || st.State != target.FailedState || st.Ended.IsZero() {
		t.Errorf("when another run has its place: %+v, %v", st, err)
	}
}

// A pod that cannot come up ends the submission with the reason, and nothing is left.
func TestHopelessPods(t *testing.T) {
	t.Parallel()
	container := func(state string) string {
		return `{"status": {"containerStatuses": [{"name": "flink-main-container", "restartCount": 3, ` + state + `}]}}`
	}
	for name, test := range map[string]struct{ object, status, want string }{
		"image": {"pods/x", container(`"state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}`), "image flink:2.2 of jobmanager cannot be had: not found"},
		"memory": {"pods/x", container(`"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"reason": "OOMKilled", "exitCode": 137}}`),
			"jobmanager was killed because it used more memory than it has (OOMKilled) (3 restarts)"},
		"crash": {"pods/x", container(`"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1}}`), "jobmanager ended with code 1: no such directory (3 restarts)"},
		"quota": {"deployments/", `{"status": {"conditions": [{"type": "ReplicaFailure", "status": "True",
			"message": "pods \"x\" is forbidden: exceeded quota: small, requested: memory=1600Mi, used: memory=0, limited: memory=1Gi"}]}}`,
			"its pods are refused: exceeded quota: small, requested: memory=1600Mi, used: memory=0, limited: memory=1Gi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := kubetest.NewFake(t)
			f.Log = "2026-01-01 00:00:00,000 ERROR org.apache.flink.X - Could not start.\njava.io.IOException: no such directory\n\tat x.Y\n2026-01-01 00:00:01,000 INFO x - bye\n"
			k, s := to(t, f), submission("pv_uv")
			f.Job(string(s.ID), map[string]any{"state": "INITIALIZING", "jid": "another"}) // none of it
			cluster := "pv-uv-" + string(s.ID[:10])
			f.Then("apis/apps/v1/namespaces/streams/deployments/"+cluster, func() {
				if test.object == "pods/x" {
					f.Lay("api/v1/namespaces/streams/pods/x", test.status,
						`{"metadata": {"labels": {"app": "`+cluster+`", "type": "flink-native-kubernetes", "component": "jobmanager"}}}`)
				} else {
					f.Lay("apis/apps/v1/namespaces/streams/deployments/"+cluster, test.status)
				}
			})
			for range 2 { // the second time it is remembered
				_, err := k.Submit(t.Context(), s)
				if err == nil || !strings.HasSuffix(err.Error(), test.want) {
					t.Errorf("Submit: %v, want %s", err, test.want)
				}
			}
			if len(deployments(f)) > 0 {
				t.Errorf("left: %v", deployments(f))
			}
			if left, err := k.Orphans(t.Context()); err != nil || len(left) > 0 {
				t.Errorf("orphans %v, %v", left, err)
			}
		})
	}
}

// What keeps TaskManagers from a job whose JobManager runs is part of its status, as long as that lasts.
func TestHindered(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	tasks := func(running int) {
		f.Job(string(s.ID), map[string]any{
			"start-time": time.Now().Add(-time.Minute).UnixMilli(), "tasks": map[string]any{"total": 2, "running": running, "finished": 0},
		})
	}
	hindered := func(want string) {
		t.Helper()
		if st, err := k.Status(t.Context(), s.ID); err != nil || st.Hindrance != want {
			t.Errorf("status %+v, %v; want the hindrance %q", st, err, want)
		}
	}
	pod := func(role, name, status string) {
		f.Lay("api/v1/namespaces/streams/pods/"+name, `{"metadata": {"name": "`+name+`", "labels": {"app": "pv-uv-`+string(s.ID[:10])+
			`", "type": "flink-native-kubernetes", "component": "`+role+`"}}, "status": `+status+`}`)
	}
	pod("jobmanager", "x", `{"phase": "Running"}`)
	tasks(0)
	hindered("")
	f.Log = `2026-01-01 00:00:00,000 WARN  o.a.f.ActiveResourceManager - Failed requesting worker
io.fabric8.kubernetes.client.KubernetesClientException: Failure executing: POST at: https://10.96.0.1/api/v1/namespaces/streams/pods. Message: pods "x-taskmanager-1-1" is forbidden: exceeded quota: small, requested: memory=1Gi. Received status: Status(apiVersion=v1)
`
	hindered("its pods are refused: exceeded quota: small, requested: memory=1Gi; ask for less with resources: of the job, or have the quota of the namespace raised")
	pod("taskmanager", "y", `{"conditions": [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]}`)
	hindered("y waits for a node: 0/1 nodes are available; kubectl describe pod y")
	tasks(2)
	hindered("")
}

// Whoever follows logs sees what there is in the order of time, then what comes, and nothing twice.
func TestFollowedLogs(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k, s := to(t, f), submission("pv_uv")
	if _, err := k.Submit(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"jobmanager", "taskmanager"} {
		f.Lay("api/v1/namespaces/streams/pods/"+role, `{"metadata": {"uid": "`+role+`", "name": "`+role+`", "labels": {"app": "pv-uv-`+string(s.ID[:10])+`",
			"type": "flink-native-kubernetes", "component": "`+role+`"}}, "status": {"phase": "Running",
			"containerStatuses": [{"name": "flink-main-container", "state": {"running": {}}}]}}`)
	}
	f.Log = "2026-01-01T00:00:01Z > 'hush');\n2026-01-01T00:00:01Z one\n2026-01-01T00:00:02Z two\n"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var streams atomic.Int32
	f.Before = func(r *http.Request) error {
		if r.URL.Query().Get("follow") == "true" && streams.Add(1) == 2 {
			cancel()
		}
		return nil
	}
	var out strings.Builder
	if err := k.Logs(ctx, s.ID, target.LogOptions{Follow: true, Tail: 3}, &out); err != nil {
		t.Fatal(err)
	}
	if want := "jobmanager | one\ntaskmanager | one\njobmanager | two\ntaskmanager | two\n"; out.String() != want {
		t.Errorf("%s\nwant\n%s", &out, want)
	}
}

func TestListAsksEveryCluster(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	k := to(t, f)
	var want []string
	for i := range 5 {
		s := submission(fmt.Sprint("job", i))
		if _, err := k.Submit(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		want = append(want, string(s.ID))
	}
	all, err := k.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, st := range all {
		got = append(got, string(st.ID))
		if st.State != target.Running {
			t.Errorf("%+v", st)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("List = %v, want %v", got, want)
	}
}

// What does not fit into an object is found before anything is made.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	f := kubetest.NewFake(t)
	s := submission("pv_uv")
	s.SQL.Statements = append(s.SQL.Statements, strings.Repeat("x", 1<<20))
	_, err := to(t, f).Submit(t.Context(), s)
	if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "Kubernetes takes 1024 KB") {
		t.Errorf("Submit: %v", err)
	}
	if left := f.Paths(""); len(left) > 0 {
		t.Errorf("made: %v", left)
	}
}
