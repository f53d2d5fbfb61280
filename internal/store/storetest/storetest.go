// Package storetest turns the promises of package store into tests that take any Store, and holds a store in memory
// that passes them.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
)

var (
	pvUV  = store.Key{Target: "prod", Job: "pv_uv"}
	other = store.Key{Target: "local", Job: "pv_uv"}
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
	me    = store.Holder{Host: "build7", PID: 4711, Started: "98765", User: "ann"}
)

// Run checks every promise. open returns an empty store that lives as long as the test.
func Run(t *testing.T, open func(*testing.T) store.Store) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, store.Store){
		"leases":                                 leases,
		"versions":                               versions,
		"the newest records":                     newestRecords,
		"runs":                                   runs,
		"operations":                             operations,
		"savepoints":                             savepoints,
		"interventions":                          interventions,
		"jobs":                                   jobs,
		"a failed update leaves nothing":         atomic,
		"updates do not overlap":                 serial,
		"a view sees one state":                  snapshot,
		"a cancelled update leaves nothing":      cancelled,
		"unknown records are not found":          unknown,
		"an operation ends once":                 endsOnce,
		"a step belongs to a recorded operation": stray,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

func leases(t *testing.T, s store.Store) {
	lease := store.Lease{Token: "a", Holder: me, Doing: "deploy", Taken: noon, Expires: noon.Add(time.Minute)}
	want(t, s, "free", store.Lease{}, lookUpLease(pvUV))
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.SetLease(ctx, pvUV, lease) })
	want(t, s, "taken", lease, lookUpLease(pvUV))
	want(t, s, "another job", store.Lease{}, lookUpLease(other))
	lease.Token, lease.Expires = "b", noon.Add(time.Hour)
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.SetLease(ctx, pvUV, lease) })
	want(t, s, "taken over", lease, lookUpLease(pvUV))
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.SetLease(ctx, pvUV, store.Lease{}) })
	want(t, s, "given back", store.Lease{}, lookUpLease(pvUV))
}

func lookUpLease(job store.Key) func(context.Context, store.Reader) (store.Lease, error) {
	return func(ctx context.Context, r store.Reader) (store.Lease, error) { return r.Lease(ctx, job) }
}

func versions(t *testing.T, s store.Store) {
	first := store.Version{Job: pvUV, Hash: "h1", Spec: []byte(`{"job":"pv_uv"}`), Release: "2.2", Author: "ann", Message: "why", Created: noon}
	second := first
	second.Hash, second.Created = "h2", noon.Add(time.Hour)
	for i, v := range []*store.Version{&first, &second} {
		update(t, s, func(ctx context.Context, w store.Writer) error {
			added, err := w.AddVersion(ctx, *v)
			*v = added
			return err
		})
		if v.Number != i+1 {
			t.Errorf("version %d has number %d", i+1, v.Number)
		}
	}
	update(t, s, func(ctx context.Context, w store.Writer) error {
		v := first
		v.Job = other
		added, err := w.AddVersion(ctx, v)
		if added.Number != 1 {
			t.Errorf("first version of another job has number %d", added.Number)
		}
		return err
	})
	want(t, s, "newest first", []store.Version{second, first}, func(ctx context.Context, r store.Reader) ([]store.Version, error) {
		return r.Versions(ctx, pvUV)
	})
	want(t, s, "one", first, func(ctx context.Context, r store.Reader) (store.Version, error) { return r.Version(ctx, pvUV, 1) })
}

func newestRecords(t *testing.T, s store.Store) {
	look := func(what string, wanted store.Newest) {
		t.Helper()
		want(t, s, what, wanted, func(ctx context.Context, r store.Reader) (store.Newest, error) { return r.Newest(ctx, pvUV) })
	}
	look("of nothing", store.Newest{})
	var one, two store.Version
	ran := store.Run{ID: "r1", Job: pvUV, Version: 1, Reserved: noon, Submitted: noon}
	var stop store.Operation
	update(t, s, func(ctx context.Context, w store.Writer) (err error) {
		one, err = w.AddVersion(ctx, store.Version{Job: pvUV, Hash: "h1", Spec: []byte("{}"), Created: noon})
		return err
	})
	look("of a job that never ran", store.Newest{Version: one})
	update(t, s, func(ctx context.Context, w store.Writer) (err error) {
		if two, err = w.AddVersion(ctx, store.Version{Job: pvUV, Hash: "h2", Spec: []byte("{}"), Created: noon}); err != nil {
			return err
		}
		for _, r := range []store.Run{ran, {ID: "r2", Job: pvUV, Version: 2, Reserved: noon}} {
			if err := w.PutRun(ctx, r); err != nil {
				return err
			}
		}
		for _, kind := range []string{"deploy", "stop"} {
			if stop, err = w.AddOperation(ctx, store.Operation{Job: pvUV, Kind: kind, Began: noon}); err != nil {
				return err
			}
		}
		return w.PutStep(ctx, stop.ID, store.Step{Name: "cancel", Began: noon})
	})
	stop.Steps = []store.Step{{Name: "cancel", Began: noon}}
	look("whose newest run was not accepted", store.Newest{Version: two, Run: ran, Ran: one, Operation: stop})
	ran = store.Run{ID: "r2", Job: pvUV, Version: 2, Reserved: noon, Submitted: noon.Add(time.Minute)}
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutRun(ctx, ran) })
	look("whose newest run was", store.Newest{Version: two, Run: ran, Ran: two, Operation: stop})
}

func runs(t *testing.T, s store.Store) {
	first := store.Run{ID: "r1", Job: pvUV, Version: 1, Reserved: noon}
	second := store.Run{ID: "r2", Job: pvUV, Version: 2, RestoredFrom: "file:///s1", Reserved: noon}
	for _, r := range []store.Run{first, second} {
		update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutRun(ctx, r) })
	}
	first = store.Run{
		ID: "r1", Job: pvUV, Version: 1, Reserved: noon, Submitted: noon.Add(1), State: "FINISHED", Seen: noon.Add(time.Minute),
		Started: noon.Add(time.Second), Ended: noon.Add(time.Minute), URL: "http://x", Reason: "why", Checkpoint: "c", StoppedWith: "s",
	}
	first.Submitted = noon.Add(time.Microsecond)
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutRun(ctx, first) })
	want(t, s, "newest first", []store.Run{second, first}, func(ctx context.Context, r store.Reader) ([]store.Run, error) {
		return r.Runs(ctx, pvUV)
	})
	want(t, s, "one", first, func(ctx context.Context, r store.Reader) (store.Run, error) { return r.Run(ctx, "r1") })
}

func operations(t *testing.T, s store.Store) {
	deploy := store.Operation{
		Job: pvUV, Kind: "deploy", Holder: me, Message: "why", Began: noon,
		Intent: store.Intent{Version: 2, Run: "r2", Replaces: "r1", How: "savepoint", Trigger: "t", Restore: "p", Lossy: true, Return: "r3"},
	}
	update(t, s, func(ctx context.Context, w store.Writer) (err error) {
		deploy, err = w.AddOperation(ctx, deploy)
		return err
	})
	stop := store.Step{Name: "stop", Began: noon, Ended: noon.Add(time.Second), Flink: 900 * time.Millisecond, Result: "file:///s1"}
	submit := store.Step{Name: "submit", Began: noon.Add(time.Second)}
	for _, step := range []store.Step{{Name: "stop", Began: noon}, submit, stop} {
		update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutStep(ctx, deploy.ID, step) })
	}
	later := store.Operation{Job: pvUV, Kind: "stop", Began: noon.Add(time.Hour)}
	update(t, s, func(ctx context.Context, w store.Writer) (err error) {
		later, err = w.AddOperation(ctx, later)
		return err
	})
	end := store.End{Ended: noon.Add(time.Minute), Outcome: store.Failed, Error: "no slots"}
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.EndOperation(ctx, deploy.ID, end) })
	deploy.End, deploy.Steps = end, []store.Step{stop, submit}
	want(t, s, "newest first", []store.Operation{later, deploy}, func(ctx context.Context, r store.Reader) ([]store.Operation, error) {
		return r.Operations(ctx, pvUV)
	})
	want(t, s, "one", deploy, func(ctx context.Context, r store.Reader) (store.Operation, error) { return r.Operation(ctx, deploy.ID) })
}

func savepoints(t *testing.T, s store.Store) {
	first := store.Savepoint{Path: "file:///s1", Job: pvUV, Run: "r1", Version: 1, Kind: "canonical", Message: "why", Taken: noon}
	second := store.Savepoint{Path: "file:///s2", Job: pvUV, Run: "r1", Version: 1, Kind: "native", Taken: noon.Add(time.Hour)}
	for _, sp := range []store.Savepoint{second, first} {
		update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutSavepoint(ctx, sp) })
	}
	first.Removed = noon.Add(2 * time.Hour)
	update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutSavepoint(ctx, first) })
	want(t, s, "newest first", []store.Savepoint{second, first}, func(ctx context.Context, r store.Reader) ([]store.Savepoint, error) {
		return r.Savepoints(ctx, pvUV)
	})
}

func interventions(t *testing.T, s store.Store) {
	dump := store.Intervention{
		Job: pvUV, Run: "r1", Kind: "heap-dump", What: "into a.hprof", Processes: []string{"taskmanager-1"}, Holder: me, Began: noon,
	}
	level := store.Intervention{
		Job: other, Run: "r2", Kind: "log-level", What: "com.acme=DEBUG", Processes: []string{"jobmanager", "taskmanager-1"},
		Until: noon.Add(15 * time.Minute), Holder: me, Began: noon.Add(time.Minute),
	}
	for _, i := range []*store.Intervention{&dump, &level} {
		update(t, s, func(ctx context.Context, w store.Writer) (err error) {
			*i, err = w.AddIntervention(ctx, *i)
			return err
		})
	}
	end := func() error {
		return s.Update(t.Context(), func(w store.Writer) error {
			return w.EndIntervention(t.Context(), dump.ID, store.End{Ended: noon.Add(time.Second), Outcome: store.Failed, Error: "disk full"})
		})
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if err := end(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("second end = %v, want a conflict", err)
	}
	dump.End = store.End{Ended: noon.Add(time.Second), Outcome: store.Failed, Error: "disk full"}
	want(t, s, "of one job", []store.Intervention{dump}, func(ctx context.Context, r store.Reader) ([]store.Intervention, error) {
		return r.Interventions(ctx, pvUV)
	})
	want(t, s, "of all jobs", []store.Intervention{level, dump}, func(ctx context.Context, r store.Reader) ([]store.Intervention, error) {
		return r.Interventions(ctx, store.Key{})
	})
}

func jobs(t *testing.T, s store.Store) {
	update(t, s, func(ctx context.Context, w store.Writer) error {
		for _, job := range []store.Key{pvUV, other, pvUV} {
			if _, err := w.AddVersion(ctx, store.Version{Job: job, Spec: []byte("{}")}); err != nil {
				return err
			}
		}
		return nil
	})
	want(t, s, "by target and name", []store.Key{other, pvUV}, func(ctx context.Context, r store.Reader) ([]store.Key, error) { return r.Jobs(ctx) })
}

func atomic(t *testing.T, s store.Store) {
	problem := errors.New("no")
	err := s.Update(t.Context(), func(w store.Writer) error {
		if err := w.PutRun(t.Context(), store.Run{ID: "r1", Job: pvUV}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Run(t.Context(), "r1"); err != nil {
			t.Errorf("a transaction does not see its own change: %v", err)
		}
		return problem
	})
	if !errors.Is(err, problem) {
		t.Errorf("Update = %v, want the error of its function", err)
	}
	wantMissing(t, s, "r1")
}

func cancelled(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Update(ctx, func(w store.Writer) error { return w.PutRun(ctx, store.Run{ID: "r1", Job: pvUV}) }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update = %v, want that it was cancelled", err)
	}
	wantMissing(t, s, "r1")
}

func serial(t *testing.T, s store.Store) {
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			for n := range 5 {
				err := s.Update(t.Context(), func(w store.Writer) error {
					_, err := w.AddVersion(t.Context(), store.Version{Job: pvUV, Hash: fmt.Sprint(i, n), Spec: []byte("{}")})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	err := s.View(t.Context(), func(r store.Reader) error {
		all, err := r.Versions(t.Context(), pvUV)
		for i, v := range all {
			if v.Number != len(all)-i {
				t.Errorf("version at place %d has number %d", i, v.Number)
			}
		}
		if len(all) != 40 {
			t.Errorf("%d versions, want 40", len(all))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func snapshot(t *testing.T, s store.Store) {
	err := s.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Runs(t.Context(), pvUV); err != nil {
			return err
		}
		update(t, s, func(ctx context.Context, w store.Writer) error { return w.PutRun(ctx, store.Run{ID: "r1", Job: pvUV}) })
		if all, err := r.Runs(t.Context(), pvUV); err != nil || len(all) != 0 {
			t.Errorf("a view sees a later change: %v, %v", all, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func unknown(t *testing.T, s store.Store) {
	wantMissing(t, s, "r1")
	err := s.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Version(t.Context(), pvUV, 1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Version = %v", err)
		}
		if _, err := r.Operation(t.Context(), 1); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Operation = %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func endsOnce(t *testing.T, s store.Store) {
	var o store.Operation
	update(t, s, func(ctx context.Context, w store.Writer) (err error) {
		o, err = w.AddOperation(ctx, store.Operation{Job: pvUV, Kind: "stop", Began: noon})
		return err
	})
	end := func() error {
		return s.Update(t.Context(), func(w store.Writer) error {
			return w.EndOperation(t.Context(), o.ID, store.End{Ended: noon, Outcome: store.Done})
		})
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	if err := end(); fault.KindOf(err) != fault.Conflict {
		t.Errorf("second end = %v, want a conflict", err)
	}
}

func stray(t *testing.T, s store.Store) {
	err := s.Update(t.Context(), func(w store.Writer) error { return w.PutStep(t.Context(), 7, store.Step{Name: "stop"}) })
	if err == nil {
		t.Error("a step of no operation was recorded")
	}
}

func update(t *testing.T, s store.Store, f func(context.Context, store.Writer) error) {
	t.Helper()
	if err := s.Update(t.Context(), func(w store.Writer) error { return f(t.Context(), w) }); err != nil {
		t.Fatal(err)
	}
}

func want[V any](t *testing.T, s store.Store, what string, want V, get func(context.Context, store.Reader) (V, error)) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		got, err := get(t.Context(), r)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantMissing(t *testing.T, s store.Store, run string) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		_, err := r.Run(t.Context(), run)
		return err
	})
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("Run(%s) = %v, want not found", run, err)
	}
}
