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
	batches, err := Batches(cases, r.Size, r.Jobs)
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

// batch runs cases as one job. Should the job fail, or not end, the cases to blame run again, alone, and so do those that had
// no chance.
func (w *worker) batch(ctx context.Context, batch Batch) error {
	began := time.Now()
	j, err := w.together(ctx, batch)
	if err != nil {
		return err
	}
	var again []Lane
	for _, l := range j.lanes {
		var behind Lane
		for _, r := range l.results {
			switch {
			case errors.Is(r.Err, errNotReached):
				behind = append(behind, r.Case)
			case (r.Err != nil || r.TimedOut > 0) && batch.cases() > 1:
				again = append(again, Lane{r.Case})
			default:
				r.Took = time.Since(began)
				w.done(r)
			}
		}
		if len(behind) > 0 {
			again = append(again, behind)
		}
	}
	for i, l := range again {
		next := *w
		next.folder = fmt.Sprintf("%s-%d", w.folder, i)
		if err := next.batch(ctx, Batch{Lanes: []Lane{l}}); err != nil {
			return err
		}
	}
	return nil
}

// together plans and runs a batch.
func (w *worker) together(ctx context.Context, batch Batch) (*running, error) {
	first := batch.Lanes[0][0]
	script := first.Suite.script
	j := &running{runner: w.Runner, id: target.NewJobID(), restarts: batch.restarts(), redact: script.project.Redact}
	live := func(recorded string) (string, error) { return script.project.Live(ctx, recorded) }
	var programs []*program
	for i, cases := range batch.Lanes {
		l, err := newLane(filepath.Join(w.folder, strconv.Itoa(i)), cases, j.restarts)
		if err != nil {
			return nil, err
		}
		home := ""
		if len(batch.Lanes) > 1 {
			home = fmt.Sprintf("autostream_case_%d", i+1)
		}
		p, err := write(cases[0], l.folder, home, live)
		if err != nil {
			return nil, err
		}
		j.lanes, programs = append(j.lanes, l), append(programs, p)
	}
	s, err := w.openSession(ctx, first, w.jars)
	if err == nil {
		defer s.close(ctx)
		err = j.run(ctx, s, programs)
	}
	if refused(err) {
		j.fail(err)
		err = nil
	}
	return j, err
}

// run plans the job in a session, submits it and waits for it.
func (j *running) run(ctx context.Context, s *session, programs []*program) error {
	inserts, err := j.define(ctx, s, programs)
	if err != nil || len(inserts) == 0 {
		return err
	}
	if err := j.submit(ctx, s, inserts); err != nil {
		return err
	}
	return j.await(ctx)
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

// pause is the time until the next question about something that began a while ago: a twentieth of that while, within bounds.
func pause(began time.Time) time.Duration {
	return min(max(time.Since(began)/20, time.Millisecond), slowest)
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
