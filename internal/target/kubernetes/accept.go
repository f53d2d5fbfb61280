package kubernetes

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// patience is how long an API server may not answer, such as while it is restarted, before that is an error.
const patience = time.Minute

// inspections is the least time between two looks at the pods of a cluster that starts: they cost more than asking its
// JobManager, and what they say changes more seldom.
const inspections = 500 * time.Millisecond

// awaitAccepted waits until the JobManager has the job and has restored its state, or until it is clear that it never
// will.
func (t *Target) awaitAccepted(ctx context.Context, r record, p program) (record, error) {
	client, began := t.rest(r.Cluster), time.Now()
	var inspected time.Time
	for heard := began; ; {
		job, err := jobmanager.Find(ctx, client, r.ID)
		switch {
		case ctx.Err() != nil:
			return r, ctx.Err()
		case err == nil && target.State(job.State) == target.FailedState:
			why, err := t.whyFailed(ctx, client, r, p)
			if err != nil || why == nil {
				return r, err // it ran, and failed later
			}
			return t.refuse(ctx, r, why)
		case err == nil && target.State(job.State) != target.Initializing:
			return t.accept(ctx, r)
		case err == nil:
			heard = time.Now()
		case fault.KindOf(err) == fault.Denied:
			return r, err
		case time.Since(inspected) < max(time.Since(began)/8, inspections):
		default: // the Service has no endpoint yet, or the main method still runs
			inspected = time.Now()
			look, err := t.inspect(ctx, r)
			switch {
			case err == nil && look.hopeless:
				return t.refuse(ctx, r, &refusal{Message: look.reason, Fix: look.fix})
			case err == nil:
				heard = time.Now()
			case api.Answered(err) || fault.KindOf(err) == fault.NotFound || time.Since(heard) > patience:
				return r, err
			}
		}
		select {
		case <-ctx.Done():
			return r, ctx.Err()
		case <-time.After(min(max(time.Since(began)/20, 50*time.Millisecond), 5*time.Second)): // looking adds at most a twentieth
		}
	}
}

// whyFailed tells a job that never came to run from one that ran and failed, which is nil.
func (t *Target) whyFailed(ctx context.Context, c *rest.Client, r record, p program) (*refusal, error) {
	failure, _, err := c.LastFailure(ctx, string(r.ID))
	if err != nil {
		return nil, err
	}
	chain := throwable.Parse(failure.Stacktrace)
	switch {
	case chain.Has("JobInitializationException"): // its state could not be restored
		return &refusal{Message: chain.Root()}, nil
	case !chain.Has("ApplicationExecutionException") && !chain.Has("ProgramInvocationException"):
		return nil, nil //nolint:nilnil // nothing was refused
	}
	why := &refusal{Message: chain.Root()}
	if !refusedSQL(chain) {
		return why, nil
	}
	number, ok := statementNumber(chain)
	line, column := chain.Position()
	if p.main == sqlDriver {
		if number, line, ok = p.statementAt(line); !ok {
			number, ok = t.lastPrompt(ctx, r)
		}
	}
	if ok && number > p.added {
		why.Statement = &target.StatementError{Index: number - 1 - p.added, Line: line, Column: column, Message: chain.Root()}
	}
	return why, nil
}

// refusedSQL says whether a main method ended because a statement was refused.
func refusedSQL(chain throwable.Chain) bool {
	return chain.Has(sqlrunner.StatementException) || chain.Has("SqlGatewayException") || chain.Has("SqlExecutionException")
}

// statementAt finds the statement, from 1, at a line of the script of SqlDriver, and the line in it. SqlDriver's positions
// are those in the whole script.
func (p program) statementAt(line int) (number, within int, ok bool) {
	for n, start := range slices.Backward(p.starts) {
		if line >= start && line > 0 {
			return n + 1, line - start + 1, true
		}
	}
	return 0, 0, false
}

// prompt stands before each statement that SqlDriver prints (ScriptExecutor); those that go on in further lines have
// promptMore there.
const (
	prompt     = "Flink SQL> "
	promptMore = "> "
)

// lastPrompt counts the statements that SqlDriver printed: it prints each before it runs it.
func (t *Target) lastPrompt(ctx context.Context, r record) (number int, ok bool) {
	lines, err := t.gather(ctx, r, 0)
	if err != nil {
		return 0, false // then it stays unknown which statement it was
	}
	for _, l := range lines {
		if strings.HasPrefix(l.text, prompt) {
			number++
		}
	}
	return number, number > 0
}

// statementNumber finds the number, from 1, of the statement that Flink refused.
func statementNumber(chain throwable.Chain) (int, bool) {
	for _, link := range chain {
		if strings.HasSuffix(link.Class, "."+sqlrunner.StatementException) {
			n, err := strconv.Atoi(strings.TrimPrefix(link.Message, "statement "))
			return n, err == nil
		}
	}
	return 0, false
}
