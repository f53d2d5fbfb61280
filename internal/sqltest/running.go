package sqltest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/target"
)

// running is a job of tests.
type running struct {
	runner   *Runner
	id       target.JobID
	lanes    []*lane
	restarts bool // between two cases of a lane
	redact   func(string) string
}

// fail gives the cases that have no error yet one.
func (j *running) fail(err error) {
	for _, l := range j.lanes {
		l.fail(err)
	}
}

// results are those of all lanes.
func (j *running) results() []Result {
	var out []Result
	for _, l := range j.lanes {
		out = append(out, l.results...)
	}
	return out
}

// define runs what the programs of the lanes define and returns their inserts. A lane whose statements Flink refuses takes no
// part.
func (j *running) define(ctx context.Context, s *session, programs []*program) ([]statement, error) {
	var inserts []statement
	for i, p := range programs {
		switch err := s.define(ctx, p); {
		case refused(err):
			j.lanes[i].fail(err) // one plan for all of its cases
		case err != nil:
			return nil, err
		default:
			if err := j.lanes[i].link(len(p.inserts)); err != nil {
				return nil, err
			}
			inserts = append(inserts, p.inserts...)
		}
	}
	return inserts, nil
}

// submit hands the job over. The JobManager ends it by itself should this process die. Each sink of a lane fails once between
// two cases, and sinks that have no source in common restart apart from each other (RestartPipelinedRegionFailoverStrategy).
func (j *running) submit(ctx context.Context, s *session, inserts []statement) error {
	options := conf.Options{
		"pipeline.name":                       "autostream test",
		"$internal.pipeline.job-id":           string(j.id),
		"execution.attached":                  "true",
		"execution.shutdown-on-attached-exit": "true",
		"client.heartbeat.timeout":            strconv.FormatInt(silence.Milliseconds(), 10),
	}
	if j.restarts {
		attempts := 0
		for _, l := range j.lanes {
			attempts += len(l.folders) * l.sinks
		}
		options["restart-strategy.type"] = "fixed-delay"
		options["restart-strategy.fixed-delay.attempts"] = strconv.Itoa(attempts)
		options["restart-strategy.fixed-delay.delay"] = "0 ms"
	}
	properties, err := options.For(s.line)
	if err != nil {
		return err
	}
	_, err = s.execute(ctx, set(inserts), properties)
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
	for _, r := range j.results() {
		patience = max(patience, r.Case.Timeout)
	}
	deadline, started, reached := time.Now().Add(starting+patience), false, 0
	for began := time.Now(); ; {
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
		if err := sleep(ctx, pause(began)); err != nil {
			_ = j.cancel(ctx)
			return err
		}
	}
}

// reached is how many cases are done in all lanes.
func (j *running) reached() int {
	n := 0
	for _, l := range j.lanes {
		n += l.reached()
	}
	return n
}

// broken says what a failure of the job means for its cases.
func (j *running) broken(failure error) error {
	for _, l := range j.lanes {
		if err := l.broken(failure); err != nil {
			return err
		}
	}
	return nil
}

// settled reports whether nothing more will arrive in a job whose sources stay open: their last rows have gone all the way,
// and what arrived is right, or no clock could still change it.
func (j *running) settled() bool {
	for _, l := range j.lanes {
		if !l.allGiven() {
			return false
		}
	}
	if err := j.collect(); err != nil {
		return false // a line is being written
	}
	for _, r := range j.results() {
		if len(r.Differences) > 0 && r.Case.Suite.script.ticks() {
			return false
		}
	}
	return true
}

// late compares what was seen in time.
func (j *running) late(patience time.Duration) error {
	for _, l := range j.lanes {
		if err := l.late(patience); err != nil {
			return err
		}
	}
	return nil
}

// collect compares what arrived with what was expected.
func (j *running) collect() error {
	for _, l := range j.lanes {
		if err := l.collect(); err != nil {
			return err
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
