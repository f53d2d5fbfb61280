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

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/sql/ast"
	"github.com/autostream/autostream/internal/target"
)

// running is a job of tests.
type running struct {
	runner   *Runner
	id       target.JobID
	programs []*program
	redact   func(string) string
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
func (j *running) await(ctx context.Context, results []Result) error {
	ctx, stop := context.WithCancel(ctx)
	var alive sync.WaitGroup
	alive.Go(func() { j.live(ctx) })
	defer alive.Wait()
	defer stop()
	limit := time.Duration(0)
	for _, r := range results {
		limit = max(limit, r.Case.Timeout)
	}
	deadline := time.Now().Add(limit)
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, slowest) {
		job, known, err := j.look(ctx)
		switch state := target.State(job.State); {
		case err != nil:
			return fmt.Errorf("asking the JobManager for the job of the tests: %w", err)
		case known && state == target.Finished:
			return j.collect(results)
		case known && state.Terminal():
			fail(results, j.failure(ctx, state))
			return nil
		case j.settled(results):
			return j.cancel(ctx)
		case time.Now().After(deadline):
			if err := j.cancel(ctx); err != nil {
				return err
			}
			return j.late(results, limit)
		}
		if err := sleep(ctx, wait); err != nil {
			_ = j.cancel(ctx)
			return err
		}
	}
}

// settled reports whether nothing more will arrive in a job whose sources stay open: their last rows have gone all the way,
// and what arrived is right, or no clock could still change it.
func (j *running) settled(results []Result) bool {
	for i := range results {
		c := results[i].Case
		last := filepath.Join(j.programs[i].folder, fmt.Sprintf("step-%d", len(c.steps)-1))
		if _, err := os.Stat(last); err != nil || !c.hold {
			return false
		}
	}
	for i := range results {
		results[i].Differences, results[i].arrived = nil, nil
		if results[i].Err != nil {
			continue
		}
		if err := j.compare(i, &results[i]); err != nil {
			return false // a line is being written
		}
		if len(results[i].Differences) > 0 && results[i].Case.Suite.script.ticks() {
			return false
		}
	}
	return true
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

// late compares what was seen in time.
func (j *running) late(results []Result, limit time.Duration) error {
	if err := j.collect(results); err != nil {
		return err
	}
	for i := range results {
		if results[i].Err == nil && (len(results[i].Differences) > 0 || !results[i].Case.hold) {
			results[i].TimedOut = limit
		}
	}
	return nil
}

// collect compares what arrived with what was expected.
func (j *running) collect(results []Result) error {
	for i := range results {
		results[i].Differences, results[i].arrived = nil, nil
		if results[i].Err != nil {
			continue
		}
		if err := j.compare(i, &results[i]); err != nil {
			return err
		}
	}
	return nil
}

func (j *running) compare(i int, result *Result) error {
	for n, e := range result.Case.Expect {
		rows, err := arrived(j.programs[i].folder, resultID(result.Case, n), e)
		if err != nil {
			return err
		}
		result.arrived = append(result.arrived, rows)
		if d := e.compare(rows); d != nil {
			result.Differences = append(result.Differences, d)
		}
	}
	return nil
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
