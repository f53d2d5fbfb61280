package job_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/project"
	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/targettest/fake"
)

// adaptive is the fake with a JobManager whose scheduler changes the parallelism of a job with two vertices: one with the
// parallelism of the job, one that has to be alone.
type adaptive struct {
	*fake.Target

	mu      sync.Mutex
	bounds  string // what was required last, as the body of the request; "" before
	refused bool   // it has another scheduler
	cut     error  // of the next requirement, which is not heard
}

// REST implements target.Observable.
func (a *adaptive) REST(context.Context, target.JobID) (*rest.Client, error) {
	return rest.New("http://jobmanager", &http.Client{Transport: a}), nil
}

// RoundTrip answers as the JobManager does.
func (a *adaptive) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.Method == http.MethodPut {
		if a.cut != nil {
			return nil, a.cut
		}
		text, err := io.ReadAll(r.Body)
		a.bounds = string(text)
		return response(http.StatusOK, "{}"), err
	}
	now := a.bounds
	if now == "" {
		now = `{"a":{"parallelism":{"lowerBound":1,"upperBound":2}},"b":{"parallelism":{"lowerBound":1,"upperBound":1}}}`
	}
	if strings.HasSuffix(r.URL.Path, "/resource-requirements") {
		if a.refused {
			return response(http.StatusInternalServerError, `{"errors":["not supported"]}`), nil
		}
		return response(http.StatusOK, now), nil
	}
	var bounds map[string]struct {
		Parallelism struct {
			Upper int `json:"upperBound"`
		} `json:"parallelism"`
	}
	if err := json.Unmarshal([]byte(now), &bounds); err != nil {
		return nil, err
	}
	n := bounds["a"].Parallelism.Upper
	return response(http.StatusOK, fmt.Sprintf(`{"state":"RUNNING","vertices":[
		{"id":"a","name":"Source","parallelism":%d,"maxParallelism":128,"tasks":{"RUNNING":%d}},
		{"id":"b","name":"Sink","parallelism":1,"maxParallelism":1,"tasks":{"RUNNING":1}}]}`, n, n)), nil
}

func response(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader([]byte(body)))}
}

// scalable is a bed whose job has the adaptive scheduler.
func scalable(t *testing.T) (*bed, *adaptive) {
	b := newBed(t)
	return b, &adaptive{Target: b.fake}
}

// parallel deploys the job with a parallelism.
func (b *bed) parallel(a *adaptive, n int, r job.Request) (job.Started, error) {
	b.Helper()
	if _, err := b.scaler(a, n).Settle(b.Context(), b.ref); err != nil {
		return job.Started{}, err
	}
	r.Job = b.ref
	p, _, err := b.scaler(a, n).Prepare(b.Context(), r)
	if err != nil {
		return job.Started{}, err
	}
	return b.scaler(a, n).Carry(b.Context(), p, nil)
}

func (b *bed) scaler(a *adaptive, n int) *job.Service {
	b.Helper()
	b.file("autostream.yaml", fmt.Sprintf("version: 1\nname: shop\nflink: \"2.2\"\ntargets: {prod: {kind: kubernetes, image: i}}\n"+
		"jobs:\n  pv_uv: {sql: pv_uv.sql, parallelism: %d, options: {jobmanager.scheduler: adaptive}}\n", n))
	p, findings, err := project.Load(b.dir, project.Options{})
	if err != nil || len(findings) > 0 {
		b.Fatal(err, findings)
	}
	b.pids++
	return job.New(job.Options{
		Project: p, Store: b.store, Holder: store.Holder{Host: "build7", PID: b.pids, User: "ann"},
		Open: func(context.Context, project.Target, string) (target.Target, error) { return a, nil },
		Gone: func(store.Holder) bool { return true }, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
}

// Another parallelism is all that changes: the job runs on under its id, and the way back is the same.
func TestRescale(t *testing.T) {
	t.Parallel()
	b, a := scalable(t)
	first, err := b.parallel(a, 2, job.Request{})
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := b.parallel(a, 5, job.Request{})
	if err != nil || scaled.Action != job.Rescale || scaled.JobID != first.JobID || scaled.Version != 2 {
		t.Fatalf("rescaled %+v, %v; want version 2 of %s", scaled, err, first.JobID)
	}
	if want := `{"a":{"parallelism":{"lowerBound":1,"upperBound":5}},"b":{"parallelism":{"lowerBound":1,"upperBound":1}}}`; a.bounds != want {
		t.Errorf("required %s, want %s", a.bounds, want)
	}
	again, err := b.parallel(a, 5, job.Request{})
	if err != nil || again.Action != job.Nothing {
		t.Errorf("the same once more: %+v, %v", again, err)
	}
	back, err := b.scaler(a, 5).PrepareRollback(t.Context(), job.Request{Job: b.ref}, 0)
	if err != nil || back.Action != job.Rescale || back.Changes[0].New != "2" {
		t.Fatalf("rollback %s %v, %v; want parallelism 2 by rescaling", back.Action, back.Changes, err)
	}
	returned, err := b.scaler(a, 5).Carry(t.Context(), back, nil)
	if err != nil || returned.Version != 3 || returned.JobID != first.JobID || !strings.Contains(a.bounds, `"upperBound":2`) {
		t.Errorf("returned %+v, %v, required %s", returned, err, a.bounds)
	}
	b.running(first.JobID)
}

// A job that cannot be rescaled is replaced, and more than Flink can do is refused before that.
func TestRescaleImpossible(t *testing.T) {
	t.Parallel()
	b, a := scalable(t)
	first, err := b.parallel(a, 2, job.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.parallel(a, 200, job.Request{}); err == nil || !strings.Contains(err.Error(), "parallelism 200 is more than Source can have while it runs, 128") {
		t.Errorf("too much: %v", err)
	}
	b.running(first.JobID)
	a.refused = true
	replaced, err := b.parallel(a, 3, job.Request{})
	if err != nil || replaced.Action != job.Replace || replaced.JobID == first.JobID {
		t.Errorf("with another scheduler: %+v, %v", replaced, err)
	}
}

// A process that dies while it asks for another parallelism: the next command completes that.
func TestRescaleCutOff(t *testing.T) {
	t.Parallel()
	b, a := scalable(t)
	first, err := b.parallel(a, 2, job.Request{})
	if err != nil {
		t.Fatal(err)
	}
	service := b.scaler(a, 4)
	p, _, err := service.Prepare(t.Context(), job.Request{Job: b.ref})
	if err != nil {
		t.Fatal(err)
	}
	a.cut = errors.New("connection lost")
	if _, err := service.Carry(t.Context(), p, nil); err == nil {
		t.Fatal("it was not interrupted")
	}
	if st, err := b.scaler(a, 4).Status(t.Context(), b.ref); err != nil || st.Version != 1 || len(st.Notes) == 0 {
		t.Errorf("status %+v, %v", st, err)
	}
	a.cut = nil
	if _, err := b.scaler(a, 4).Settle(t.Context(), b.ref); err != nil {
		t.Fatal(err)
	}
	st, err := b.scaler(a, 4).Status(t.Context(), b.ref)
	if err != nil || st.Version != 2 || st.JobID != first.JobID || !strings.Contains(a.bounds, `"upperBound":4`) {
		t.Errorf("settled: %+v, %v, required %s", st, err, a.bounds)
	}
}
