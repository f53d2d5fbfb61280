package sqltest

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/preview"
	"github.com/autostream/autostream/internal/target"
)

// The times of a run.
const (
	briefly  = 5 * time.Second       // for one answer when something ends
	slowest  = 50 * time.Millisecond // between two questions
	beat     = 2 * time.Second       // between two signs of life
	silence  = 30 * time.Second      // after which the JobManager ends a job whose test is gone
	starting = time.Minute           // for the tasks of a job to run
	ending   = 30 * time.Second      // for a job to be cancelled
)

// Runner runs cases on a session cluster.
type Runner struct {
	Cluster preview.Cluster
	Folder  string       // of files that the cluster reads and writes; on its machine, emptied by the caller
	Jobs    int          // at a time
	Size    int          // cases in a job
	Done    func(Result) // told of each case as it ends, one at a time
}

// Result is what became of a case.
type Result struct {
	Case        *Case
	Took        time.Duration // of the job that it was in, shared by all cases of the job
	Differences []*Difference
	Err         error         // why it could not be told: Flink refused a statement, or the job failed
	TimedOut    time.Duration // how long was waited for a job that did not end; 0 when it did
}

// Passed reports whether everything came as expected.
func (r Result) Passed() bool { return r.Err == nil && len(r.Differences) == 0 && r.TimedOut == 0 }

// Run runs all cases. An error means that the cluster could not be worked with; what is wrong with a case is in its result.
func (r *Runner) Run(ctx context.Context, cases []*Case) error {
	var mocks []mock
	for _, c := range cases {
		mocks = append(mocks, c.mocks...)
	}
	connector, stands, err := unpack(r.Folder, mocks)
	if err != nil {
		return err
	}
	jars := []string{connector}
	if stands != "" {
		jars = append(jars, stands)
	}
	batches, err := Batches(cases, r.Size)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan Batch)
	var workers sync.WaitGroup
	one := &sync.Mutex{}
	for i := range r.Jobs {
		workers.Go(func() {
			n := 0
			for batch := range work {
				n++
				w := worker{r, one, filepath.Join(r.Folder, fmt.Sprintf("%d-%d", i, n)), jars}
				if err := w.batch(ctx, batch); err != nil {
					stop(err)
				}
			}
		})
	}
	for _, batch := range batches {
		select {
		case work <- batch:
		case <-ctx.Done():
		}
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}

// worker runs one batch.
type worker struct {
	*Runner
	one    *sync.Mutex // around Done
	folder string
	jars   []string
}

func (w *worker) done(r Result) {
	w.one.Lock()
	defer w.one.Unlock()
	w.Done(r)
}

// batch runs cases as one job. Should the job fail, or not end, the case to blame runs again, alone, and so do those that had
// no chance.
func (w *worker) batch(ctx context.Context, batch Batch) error {
	began := time.Now()
	results, err := w.together(ctx, batch)
	if err != nil {
		return err
	}
	var again []Batch
	for i, result := range results {
		blurred := result.Err != nil || result.TimedOut > 0
		switch {
		case errors.Is(result.Err, errNotReached) && len(again) > 0 && again[len(again)-1].Chain:
			last := &again[len(again)-1]
			last.Cases = append(last.Cases, batch.Cases[i])
		case errors.Is(result.Err, errNotReached):
			again = append(again, Batch{Cases: []*Case{batch.Cases[i]}, Chain: true})
		case blurred && len(batch.Cases) > 1:
			again = append(again, Batch{Cases: []*Case{batch.Cases[i]}})
		default:
			result.Took = time.Since(began)
			w.done(result)
		}
	}
	for i, b := range again {
		next := *w
		next.folder = fmt.Sprintf("%s-%d", w.folder, i)
		if err := next.batch(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// errNotReached says that a chain broke before it came to the case.
var errNotReached = errors.New("the chain broke before")

// together plans and runs a batch.
func (w *worker) together(ctx context.Context, batch Batch) ([]Result, error) {
	j := &running{runner: w.Runner, id: target.NewJobID(), chain: batch.Chain, results: make([]Result, len(batch.Cases))}
	script := batch.Cases[0].Suite.script
	j.redact = script.project.Redact
	live := func(recorded string) (string, error) { return script.project.Live(ctx, recorded) }
	var programs []*program
	for i, c := range batch.Cases {
		j.results[i].Case = c
		folder := filepath.Join(w.folder, strconv.Itoa(i))
		j.folders = append(j.folders, folder)
		if err := c.lay(folder); err != nil {
			return nil, fmt.Errorf("writing the rows of a test: %w", err)
		}
		home := ""
		switch {
		case batch.Chain && i > 0:
			continue // goes through the plan of the first
		case batch.Chain:
			folder = w.folder
			if err := j.link(folder, 1); err != nil { // the planner wants to know whether the sources end
				return nil, err
			}
		case len(batch.Cases) > 1:
			home = fmt.Sprintf("autostream_case_%d", i+1)
		}
		p, err := write(c, folder, home, live)
		if err != nil {
			return nil, err
		}
		programs = append(programs, p)
	}
	s, err := w.openSession(ctx, batch, w.jars)
	switch {
	case refused(err):
		return j.fail(err), nil
	case err != nil:
		return nil, err
	}
	defer s.close(ctx)
	inserts, err := j.define(ctx, s, programs)
	if err != nil || len(inserts) == 0 {
		return j.results, err
	}
	if batch.Chain {
		if err := j.link(w.folder, len(inserts)); err != nil {
			return nil, err
		}
	}
	switch err := j.submit(ctx, s, inserts); {
	case refused(err):
		return j.fail(err), nil
	case err != nil:
		return nil, err
	}
	err = j.await(ctx)
	return j.results, err
}

func refused(err error) bool {
	var r *refusal
	return errors.As(err, &r)
}

// set makes one job of inserts.
func set(inserts []statement) statement {
	if len(inserts) == 1 {
		return inserts[0]
	}
	var b strings.Builder
	b.WriteString("EXECUTE STATEMENT SET BEGIN\n")
	for _, i := range inserts {
		b.WriteString(i.text + ";\n")
	}
	b.WriteString("END")
	return statement{b.String(), inserts[0].from}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
