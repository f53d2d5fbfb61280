package sqltest

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	briefly = 5 * time.Second       // for one answer when something ends
	slowest = 50 * time.Millisecond // between two questions
	beat    = 2 * time.Second       // between two signs of life
	silence = 30 * time.Second      // after which the JobManager ends a job whose test is gone
	ending  = 10 * time.Second      // for a job to be cancelled
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
	arrived     [][]Row       // per expectation
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
	for _, batch := range Batches(cases, r.Size) {
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

// batch runs cases as one job. Should the job fail, or not end, nobody knows because of which case: they run again, alone.
func (w *worker) batch(ctx context.Context, batch Batch) error {
	began := time.Now()
	programs, results, err := w.together(ctx, batch)
	if err != nil {
		return err
	}
	for i, result := range results {
		blurred := result.Err != nil || result.TimedOut > 0
		if blurred && len(batch) > 1 {
			alone := *w
			alone.folder = fmt.Sprintf("%s-%d", w.folder, i)
			if err := alone.batch(ctx, Batch{batch[i]}); err != nil {
				return err
			}
			continue
		}
		result.Took = time.Since(began)
		w.done(result)
		_ = os.RemoveAll(programs[i].folder) // the caller removes what is left
	}
	return nil
}

// together plans and runs a batch.
func (w *worker) together(ctx context.Context, batch Batch) ([]*program, []Result, error) {
	results := make([]Result, len(batch))
	programs := make([]*program, len(batch))
	for i, c := range batch {
		results[i].Case = c
		home := ""
		if len(batch) > 1 {
			home = fmt.Sprintf("autostream_case_%d", i+1)
		}
		folder := filepath.Join(w.folder, strconv.Itoa(i))
		if err := c.lay(folder); err != nil {
			return nil, nil, fmt.Errorf("writing the rows of a test: %w", err)
		}
		var err error
		if programs[i], err = write(ctx, c, folder, home); err != nil {
			return nil, nil, err
		}
	}
	s, err := w.openSession(ctx, batch, w.jars)
	if refused(err) {
		return programs, fail(results, err), nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer s.close(ctx)
	var inserts []statement
	for i, p := range programs {
		if results[i].Err = s.define(ctx, p); results[i].Err != nil {
			if !refused(results[i].Err) {
				return nil, nil, results[i].Err
			}
			continue
		}
		inserts = append(inserts, p.inserts...)
	}
	if len(inserts) == 0 {
		return programs, results, nil
	}
	j := &running{runner: w.Runner, id: target.NewJobID(), programs: programs, redact: s.redact}
	if err := j.submit(ctx, s, inserts); err != nil {
		if !refused(err) {
			return nil, nil, err
		}
		return programs, fail(results, err), nil
	}
	err = j.await(ctx, results)
	return programs, results, err
}

// fail gives the results that have no error yet one.
func fail(results []Result, err error) []Result {
	for i := range results {
		if results[i].Err == nil {
			results[i].Err = err
		}
	}
	return results
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
