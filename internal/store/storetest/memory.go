package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/store"
)

// Memory is a store.Store without a disk, for tests. It is ready when zero.
type Memory struct {
	writing sync.Mutex // one Update at a time
	mu      sync.Mutex // guards now
	now     tables
}

var _ store.Store = (*Memory)(nil)

// tables is one state of the records. Slices are only ever appended to or copied before a change, so that a state that
// was handed out stays as it was.
type tables struct {
	leases     map[store.Key]store.Lease
	versions   []store.Version
	runs       []store.Run
	operations []store.Operation
	savepoints []store.Savepoint
	deeds      []store.Intervention
}

// View implements store.Store.
func (m *Memory) View(_ context.Context, f func(store.Reader) error) error {
	m.mu.Lock()
	state := m.now
	m.mu.Unlock()
	return f(&state)
}

// Update implements store.Store.
func (m *Memory) Update(ctx context.Context, f func(store.Writer) error) error {
	m.writing.Lock()
	defer m.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	state := m.now.clone()
	m.mu.Unlock()
	if err := f(&state); err != nil {
		return err
	}
	m.mu.Lock()
	m.now = state
	m.mu.Unlock()
	return nil
}

// Close implements store.Store.
func (*Memory) Close() error { return nil }

func (t *tables) clone() tables {
	leases := map[store.Key]store.Lease{}
	maps.Copy(leases, t.leases)
	operations := slices.Clone(t.operations)
	for i := range operations {
		operations[i].Steps = slices.Clone(operations[i].Steps)
	}
	return tables{leases, slices.Clone(t.versions), slices.Clone(t.runs), operations, slices.Clone(t.savepoints), slices.Clone(t.deeds)}
}

func (t *tables) Jobs(context.Context) ([]store.Key, error) {
	keys := []store.Key{}
	for _, v := range t.versions {
		keys = append(keys, v.Job)
	}
	slices.SortFunc(keys, func(a, b store.Key) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(keys), nil
}

func (t *tables) Lease(_ context.Context, job store.Key) (store.Lease, error) {
	return t.leases[job], nil
}

func (t *tables) SetLease(_ context.Context, job store.Key, l store.Lease) error {
	if t.leases[job] = l; l.Token == "" {
		delete(t.leases, job)
	}
	return nil
}

func (t *tables) Version(_ context.Context, job store.Key, number int) (store.Version, error) {
	return find(t.versions, func(v store.Version) bool { return v.Job == job && v.Number == number },
		fmt.Sprintf("%s has no version %d", job, number))
}

func (t *tables) Versions(_ context.Context, job store.Key) ([]store.Version, error) {
	return newest(t.versions, func(v store.Version) bool { return v.Job == job }), nil
}

func (t *tables) AddVersion(ctx context.Context, v store.Version) (store.Version, error) {
	earlier, err := t.Versions(ctx, v.Job)
	v.Number = len(earlier) + 1
	t.versions = append(t.versions, v)
	return v, err
}

func (t *tables) Run(_ context.Context, id string) (store.Run, error) {
	return find(t.runs, func(r store.Run) bool { return r.ID == id }, "there is no record of Flink job "+id)
}

func (t *tables) Runs(_ context.Context, job store.Key) ([]store.Run, error) {
	return newest(t.runs, func(r store.Run) bool { return r.Job == job }), nil
}

func (t *tables) PutRun(_ context.Context, r store.Run) error {
	t.runs = put(t.runs, r, func(x store.Run) bool { return x.ID == r.ID })
	return nil
}

func (t *tables) Operation(_ context.Context, id int64) (store.Operation, error) {
	return find(t.operations, func(o store.Operation) bool { return o.ID == id }, fmt.Sprintf("there is no record of operation %d", id))
}

func (t *tables) Operations(_ context.Context, job store.Key) ([]store.Operation, error) {
	return newest(t.operations, func(o store.Operation) bool { return o.Job == job }), nil
}

func (t *tables) Newest(ctx context.Context, job store.Key) (n store.Newest, err error) {
	n.Version = first(newest(t.versions, func(v store.Version) bool { return v.Job == job }))
	n.Run = first(newest(t.runs, func(r store.Run) bool { return r.Job == job && !r.Submitted.IsZero() }))
	n.Operation = first(newest(t.operations, func(o store.Operation) bool { return o.Job == job }))
	if n.Run.ID != "" {
		n.Ran, err = t.Version(ctx, job, n.Run.Version)
	}
	return n, err
}

func (t *tables) AddOperation(_ context.Context, o store.Operation) (store.Operation, error) {
	o.ID, o.Steps, o.End = int64(len(t.operations)+1), nil, store.End{}
	t.operations = append(t.operations, o)
	return o, nil
}

func (t *tables) PutStep(ctx context.Context, operation int64, s store.Step) error {
	o, err := t.Operation(ctx, operation)
	if err != nil {
		return err
	}
	steps := put(o.Steps, s, func(x store.Step) bool { return x.Name == s.Name })
	t.operations[operation-1].Steps = steps
	return nil
}

func (t *tables) EndOperation(ctx context.Context, operation int64, e store.End) error {
	o, err := t.Operation(ctx, operation)
	if err != nil || !o.Ended.IsZero() {
		return fault.Errorf(fault.Conflict, "operation %d has ended already", operation)
	}
	t.operations[operation-1].End = e
	return nil
}

func (t *tables) Savepoints(_ context.Context, job store.Key) ([]store.Savepoint, error) {
	found := newest(t.savepoints, func(s store.Savepoint) bool { return s.Job == job })
	slices.SortStableFunc(found, func(a, b store.Savepoint) int { return b.Taken.Compare(a.Taken) })
	return found, nil
}

func (t *tables) PutSavepoint(_ context.Context, s store.Savepoint) error {
	t.savepoints = put(t.savepoints, s, func(x store.Savepoint) bool { return x.Path == s.Path })
	return nil
}

func (t *tables) Interventions(_ context.Context, job store.Key) ([]store.Intervention, error) {
	return newest(t.deeds, func(i store.Intervention) bool { return job == store.Key{} || i.Job == job }), nil
}

func (t *tables) AddIntervention(_ context.Context, i store.Intervention) (store.Intervention, error) {
	i.ID, i.End = int64(len(t.deeds)+1), store.End{}
	t.deeds = append(t.deeds, i)
	return i, nil
}

func (t *tables) EndIntervention(_ context.Context, id int64, e store.End) error {
	if id < 1 || int(id) > len(t.deeds) || !t.deeds[id-1].Ended.IsZero() {
		return fault.Errorf(fault.Conflict, "intervention %d has ended already", id)
	}
	t.deeds[id-1].End = e
	return nil
}

func find[V any](all []V, is func(V) bool, missing string) (V, error) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], nil
	}
	var none V
	return none, fault.Errorf(fault.NotFound, "%s", missing)
}

// put replaces the value it is told, or adds it at the end.
func put[V any](all []V, v V, is func(V) bool) []V {
	if i := slices.IndexFunc(all, is); i >= 0 {
		all[i] = v
		return all
	}
	return append(all, v)
}

// newest returns the chosen values, those added last first.
func first[V any](all []V) (v V) {
	if len(all) > 0 {
		v = all[0]
	}
	return v
}

func newest[V any](all []V, chosen func(V) bool) []V {
	out := []V{}
	for _, v := range slices.Backward(all) {
		if chosen(v) {
			out = append(out, v)
		}
	}
	return out
}
