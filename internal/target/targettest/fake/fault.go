package fake

import (
	"context"
	"errors"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
)

// Method names a method of target.Target.
type Method string

// The methods in which a Fault can be planted.
const (
	Submit           Method = "Submit"
	Status           Method = "Status"
	List             Method = "List"
	Stop             Method = "Stop"
	Cancel           Method = "Cancel"
	Savepoint        Method = "Savepoint"
	DisposeSavepoint Method = "DisposeSavepoint"
	Logs             Method = "Logs"
	Gateway          Method = "Gateway"
)

// Fault is what goes wrong in one call.
type Fault struct {
	// Delay passes before anything happens.
	Delay time.Duration
	// Hang waits until the context ends: before the effect, or after it with Lost.
	Hang bool
	// Lost makes the call take effect and then fail with Err as if the answer had been lost. Without Lost nothing
	// happens when Err is set.
	Lost bool
	// Err is the text of the error of the call; "" with Lost is "connection reset by peer".
	Err string
	// Kind is the kind of the error.
	Kind fault.Kind
}

// LostAnswer is a Fault after which the caller does not know that the call took effect.
var LostAnswer = Fault{Lost: true} //nolint:gochecknoglobals // a constant that Go cannot write

type planned struct {
	Method Method
	Fault  Fault
}

// Plan plants a fault in the next call of a method; several are used up in order.
func (t *Target) Plan(m Method, f Fault) {
	t.change(func(w *world) { w.Faults = append(w.Faults, planned{m, f}) })
}

// Disconnect makes every call fail until Reconnect, as when the cluster cannot be reached. Jobs run on.
func (t *Target) Disconnect() { t.change(func(w *world) { w.Down = true }) }

// Reconnect ends Disconnect.
func (t *Target) Reconnect() { t.change(func(w *world) { w.Down = false }) }

// FailJob makes a running job fail with a reason, as when its last restart was used up.
func (t *Target) FailJob(id target.JobID, reason string) {
	t.change(func(w *world) { w.Jobs[id].end(target.FailedState, reason) })
}

// RestartJob makes a running job lose a TaskManager and come back.
func (t *Target) RestartJob(id target.JobID, reason string) {
	t.change(func(w *world) {
		j := w.Jobs[id]
		j.Restarts++
		j.Reason = reason
	})
}

// KillCluster makes the target forget all jobs and operations, as when a JobManager without high availability dies.
// Savepoints are files and stay.
func (t *Target) KillCluster() {
	t.change(func(w *world) { w.Jobs, w.Operations = map[target.JobID]*job{}, map[string]target.Savepoint{} })
}

// ForgetTriggers makes the target forget what savepoints were asked for, as Flink does some minutes after they are taken
// (rest.async.store-duration). Jobs and savepoints stay.
func (t *Target) ForgetTriggers() {
	t.change(func(w *world) { w.Operations = map[string]target.Savepoint{} })
}

// Starts says how many instances of a job were ever started under an id: 0 or 1, or the fake is broken.
func (t *Target) Starts(id target.JobID) (n int) {
	t.change(func(w *world) {
		if j := w.Jobs[id]; j != nil {
			n = j.Starts
		}
	})
	return n
}

// Running lists the ids of the jobs that run, for checking that there is exactly one.
func (t *Target) Running() (ids []target.JobID) {
	t.change(func(w *world) {
		for id, j := range w.Jobs {
			if !j.State.Terminal() {
				ids = append(ids, id)
			}
		}
	})
	return ids
}

// RestoredFrom says which savepoint a job started from; "" without state.
func (t *Target) RestoredFrom(id target.JobID) (path string) {
	t.change(func(w *world) {
		if j := w.Jobs[id]; j != nil {
			path = j.Restored
		}
	})
	return path
}

// Calls lists the methods called so far, in order.
func (t *Target) Calls() (calls []string) {
	t.change(func(w *world) { calls = append(calls, w.Calls...) })
	return calls
}

// Hanging lists the methods of which a call has had its effect and never answers, also when its caller has died since.
func (t *Target) Hanging() (methods []string) {
	t.change(func(w *world) { methods = append(methods, w.Hanging...) })
	return methods
}

// change is for tests, so that a broken folder ends the test.
func (t *Target) change(f func(*world)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.store.update(func(w *world) error { f(w); return nil }); err != nil {
		panic(err)
	}
}

// run does one call: fault first, then the effect, then the lost answer.
func run[T any](ctx context.Context, t *Target, m Method, effect func(*world) (T, error)) (T, error) {
	var none T
	f, err := t.next(m)
	if err == nil {
		err = f.before(ctx)
	}
	if err != nil {
		return none, err
	}
	t.mu.Lock()
	var result T
	err = t.store.update(func(w *world) (err error) {
		result, err = effect(w)
		return err
	})
	t.mu.Unlock()
	if f.Hang && f.Lost {
		t.change(func(w *world) { w.Hanging = append(w.Hanging, string(m)) })
	}
	if after := f.after(ctx); after != nil {
		return none, after
	}
	return result, err
}

// next notes the call and takes the fault planned for it.
func (t *Target) next(m Method) (f Fault, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	storing := t.store.update(func(w *world) error {
		w.Calls = append(w.Calls, string(m))
		if w.Down {
			err = fault.Errorf(fault.Failed, "reaching the cluster: connection refused")
			return nil
		}
		for i, p := range w.Faults {
			if p.Method == m {
				f = p.Fault
				w.Faults = append(w.Faults[:i:i], w.Faults[i+1:]...)
				break
			}
		}
		return nil
	})
	return f, errors.Join(err, storing)
}

func (f Fault) before(ctx context.Context) error {
	if f.Delay > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.Delay):
		}
	}
	if f.Hang && !f.Lost {
		<-ctx.Done()
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if f.Err != "" && !f.Lost {
		return fault.Errorf(f.Kind, "%s", f.Err)
	}
	return nil
}

func (f Fault) after(ctx context.Context) error {
	if !f.Lost {
		return nil
	}
	if f.Hang {
		<-ctx.Done()
		return ctx.Err()
	}
	if f.Err != "" {
		return fault.Errorf(f.Kind, "%s", f.Err)
	}
	return fault.Errorf(f.Kind, "reading the answer: connection reset by peer")
}
