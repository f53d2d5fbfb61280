package sqltest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/target"
)

// running is a job of tests.
type running struct {
	runner  *Runner
	id      target.JobID
	chain   bool
	sinks   int      // of a chain
	folders []string // of the cases
	results []Result // of the cases
	redact  func(string) string
}

// fail gives the cases that have no error yet one.
func (j *running) fail(err error) []Result {
	for i := range j.results {
		if j.results[i].Err == nil {
			j.results[i].Err = err
		}
	}
	return j.results
}

// link tells the connector how many cases and sinks a chain has.
func (j *running) link(folder string, sinks int) error {
	j.sinks = sinks
	return atomicfile.Write(filepath.Join(folder, "chain"), fmt.Appendf(nil, "%d %d", len(j.folders), sinks), 0o600)
}

// define runs what the programs define and returns their inserts. A case whose statements Flink refuses takes no part.
func (j *running) define(ctx context.Context, s *session, programs []*program) ([]statement, error) {
	var inserts []statement
	for i, p := range programs {
		switch err := s.define(ctx, p); {
		case refused(err) && j.chain:
			j.fail(err) // one plan for all
		case refused(err):
			j.results[i].Err = err
		case err != nil:
			return nil, err
		default:
			inserts = append(inserts, p.inserts...)
		}
	}
	return inserts, nil
}

// submit hands the job over. The JobManager ends it by itself should this process die.
func (j *running) submit(ctx context.Context, s *session, inserts []statement) error {
	_, err := s.execute(ctx, set(inserts), map[string]string{
		"pipeline.name":                       "autostream test",
		"$internal.pipeline.job-id":           string(j.id),
		"execution.attached":                  "true",
		"execution.shutdown-on-attached-exit": "true",
		"client.heartbeat.timeout":            strconv.FormatInt(silence.Milliseconds(), 10),
	})
	return err
}

// await waits until the job has ended, or until there is nothing more to come from sources that stay open, and compares.
func (j *running) await(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var alive sync.WaitGroup
	alive.Go(func() { j.live(ctx) })
	defer alive.Wait()
	defer stop()
	patience := time.Duration(0)
	for _, r := range j.results {
		patience = max(patience, r.Case.Timeout)
	}
	deadline, started, reached := time.Now().Add(starting+patience), false, 0
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, slowest) {
		job, known, err := j.look(ctx)
		switch state := target.State(job.State); {
		case err != nil:
			return fmt.Errorf("asking the JobManager for the job of the tests: %w", err)
		case known && state == target.Finished:
			return j.collect()
		case known && state.Terminal():
			return j.broken(j.failure(ctx, state))
		case j.settled():
			return j.cancel(ctx)
		case j.reached() > reached:
			reached = j.reached()
			deadline = time.Now().Add(patience)
		case known && !started && job.Tasks.Total > 0 && job.Tasks.Running+job.Tasks.Finished == job.Tasks.Total:
			started = true
			deadline = time.Now().Add(patience)
		case time.Now().After(deadline):
			if err := j.cancel(ctx); err != nil {
				return err
			}
			return j.late(patience)
		}
		if err := sleep(ctx, wait); err != nil {
			_ = j.cancel(ctx)
			return err
		}
	}
}

// reached is how many cases of a chain are done.
func (j *running) reached() int {
	n := 0
	for j.chain && n < len(j.folders) {
		if _, err := os.Stat(filepath.Join(j.folders[n], "done")); err != nil {
			break
		}
		n++
	}
	return n
}

// broken says what a failure of the job means for its cases: those that a chain had done are done.
func (j *running) broken(failure error) error {
	if !j.chain {
		j.fail(failure)
		return nil
	}
	done := j.reached()
	if err := j.collect(); err != nil {
		return err
	}
	for i := done; i < len(j.results); i++ {
		j.results[i].Err = errNotReached
		if i == done {
			j.results[i].Err = failure
		}
	}
	return nil
}

// settled reports whether nothing more will arrive in a job whose sources stay open: their last rows have gone all the way,
// and what arrived is right, or no clock could still change it.
func (j *running) settled() bool {
	for i := range j.results {
		c := j.results[i].Case
		last := filepath.Join(j.folders[i], fmt.Sprintf("step-%d", len(c.steps)-1))
		if _, err := os.Stat(last); err != nil || !c.hold {
			return false
		}
	}
	if err := j.collect(); err != nil {
		return false // a line is being written
	}
	for i := range j.results {
		if len(j.results[i].Differences) > 0 && j.results[i].Case.Suite.script.ticks() {
			return false
		}
	}
	return true
}

// late compares what was seen in time.
func (j *running) late(patience time.Duration) error {
	done := j.reached()
	if err := j.collect(); err != nil {
		return err
	}
	for i := range j.results {
		r := &j.results[i]
		switch {
		case j.chain && i > done:
			r.Err = errNotReached
		case r.Err == nil && i >= done && (len(r.Differences) > 0 || !r.Case.hold):
			r.TimedOut = patience
		}
	}
	return nil
}

// collect compares what arrived with what was expected.
func (j *running) collect() error {
	for i := range j.results {
		r := &j.results[i]
		r.Differences = nil
		if r.Err != nil {
			continue
		}
		if j.repeated(i) {
			r.Err = errRepeated
			continue
		}
		if err := j.compare(i, r); err != nil {
			return err
		}
	}
	return nil
}

// errRepeated says that Flink ran a case of a chain twice, after a failure that came from elsewhere.
var errRepeated = &refusal{message: "the job of the test failed and was started again"}

// repeated reports whether a case of a chain was begun more often than once: what arrived is then there twice.
func (j *running) repeated(i int) bool {
	if !j.chain {
		return false
	}
	opened, err := filepath.Glob(filepath.Join(j.folders[i], "opened-*"))
	return err == nil && len(opened) > j.sinks
}

func (j *running) compare(i int, result *Result) error {
	for n, e := range result.Case.Expect {
		rows, err := arrived(j.folders[i], resultID(result.Case, n), e)
		if err != nil {
			return err
		}
		if d := e.compare(rows); d != nil {
			result.Differences = append(result.Differences, d)
		}
	}
	return nil
}

// ticks reports whether the script looks at the machine's clock, so that rows may come although none go in.
func (s *script) ticks() bool {
	found := false
	for _, p := range s.pieces {
		ast.Inspect(p.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.Call); ok && call.Name.Text() != "" {
				found = found || strings.EqualFold(call.Name.Text(), "PROCTIME")
			}
			return !found
		})
	}
	return found
}

// look finds the job on the cluster.
func (j *running) look(ctx context.Context) (rest.Job, bool, error) {
	jobs, err := j.runner.Cluster.JobManager.Jobs(ctx)
	i := slices.IndexFunc(jobs, func(job rest.Job) bool { return job.ID == string(j.id) })
	if err != nil || i < 0 {
		return rest.Job{}, false, err
	}
	return jobs[i], true, nil
}

// failure says why the job ended.
func (j *running) failure(ctx context.Context, state target.State) error {
	if state == target.Canceled {
		return &refusal{message: "somebody else cancelled the job of the test"}
	}
	failure, known, err := j.runner.Cluster.JobManager.LastFailure(ctx, string(j.id))
	if err != nil || !known {
		return &refusal{message: "the job of the test failed, and Flink does not say why"}
	}
	return &refusal{message: "the job failed: " + j.redact(throwable.Parse(failure.Stacktrace).Root())}
}

// live gives signs of life.
func (j *running) live(ctx context.Context) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		_ = j.runner.Cluster.JobManager.Heartbeat(ctx, string(j.id), time.Now().Add(silence)) // the next one comes soon
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// cancel ends the job and waits until it has ended, so that its slot is free.
func (j *running) cancel(ctx context.Context) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), ending)
	defer stop()
	_ = j.runner.Cluster.JobManager.Cancel(ctx, string(j.id)) // what counts is the state
	for {
		job, known, err := j.look(ctx)
		if err != nil {
			return fmt.Errorf("ending the job of the tests: %w", err)
		}
		if !known || target.State(job.State).Terminal() {
			return nil
		}
		if err := sleep(ctx, slowest); err != nil {
			return fmt.Errorf("waiting for the job of the tests to end: %w", err)
		}
	}
}
