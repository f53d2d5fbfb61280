package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/gateway"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/flink/wire"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// keyJobID makes Flink give a job the id that the submitter chose (PipelineOptionsInternal, all releases); the
// Dispatcher refuses a second job of one id even after the first has ended.
const keyJobID = "$internal.pipeline.job-id"

// Submit implements target.Target.
func (t *Target) Submit(ctx context.Context, s target.Submission) (target.Submitted, error) {
	if err := t.fits(s); err != nil {
		return target.Submitted{}, err
	}
	defer t.inUse()()
	var spent time.Duration
	for attempt := 1; ; attempt++ {
		r, err := t.ensure(ctx)
		if err != nil {
			return target.Submitted{}, err
		}
		c := rest.New(r.rest(), t.connections)
		took, err := t.attempt(ctx, r, c, s)
		spent += took
		if err == nil {
			return target.Submitted{ID: s.ID, URL: c.JobURL(string(s.ID)), FlinkTime: max(spent, time.Microsecond)}, nil
		}
		// Without an answer nobody knows what happened: the gateway died, or the JobManager. Asking again is safe.
		if answered(err) || ctx.Err() != nil || attempt == 3 {
			return target.Submitted{}, submitError(s, err)
		}
		t.Note("submitting again: " + err.Error())
	}
}

// attempt submits a job that the cluster does not have, and says how long that took. A session is opened while the JobManager
// is asked for the job, which it hardly ever has.
func (t *Target) attempt(ctx context.Context, r record, c *rest.Client, s target.Submission) (took time.Duration, err error) {
	var session *gateway.Session
	var failed error
	var opening sync.WaitGroup
	needed, unneeded := context.WithCancel(ctx)
	defer unneeded()
	if s.Jar == nil {
		opening.Go(func() { session, failed = t.open(needed, r, s) })
		defer func() { // also when ctx has ended; the job goes on
			closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if session != nil {
				_ = session.Close(closing) // the gateway closes idle sessions itself
			}
		}()
	}
	done, err := submitted(ctx, c, s)
	if err != nil || done {
		unneeded()
		opening.Wait()
		return 0, err
	}
	opening.Wait()
	began := time.Now()
	switch {
	case failed != nil:
		err = failed
	case s.Jar != nil:
		err = t.submitJar(ctx, c, s)
	default:
		err = t.submitSQL(ctx, session, s)
	}
	took = time.Since(began)
	if duplicate(err) { // somebody submitted it at the same time, or an answer was lost
		_, err = submitted(ctx, c, s)
	}
	return took, err
}

// fits finds what cannot work before anything is started.
func (t *Target) fits(s target.Submission) error {
	if !s.ID.Valid() {
		return fault.Errorf(fault.Failed, "job id %q is not 32 lower-case hexadecimal digits", s.ID)
	}
	if len(s.Environment) > 0 {
		return fault.Errorf(fault.Usage, "job %s wants environment variables, and jobs of the local target share its processes", s.Name).
			WithFix("take environment: out of the job, or deploy it to a target where it has processes of its own")
	}
	if s.Parallelism > t.Slots {
		return fault.Errorf(fault.Failed, "job %s wants parallelism %d and the local target has %d task slots", s.Name, s.Parallelism, t.Slots).
			WithFix("lower the parallelism, or raise slots of the target in autostream.yaml")
	}
	jars := s.Jars
	if s.Jar != nil {
		jars = append([]string{s.Jar.Path}, jars...)
	}
	for _, jar := range jars {
		if _, err := os.Stat(jar); errors.Is(err, fs.ErrNotExist) {
			return fault.Errorf(fault.NotFound, "job %s: no jar %s", s.Name, jar)
		} else if err != nil {
			return fmt.Errorf("job %s: %w", s.Name, err)
		}
	}
	return nil
}

// submitted says whether the cluster has the job. One that never got to run because its state could not be restored has
// an error for every Submit, as for the first.
func submitted(ctx context.Context, c *rest.Client, s target.Submission) (bool, error) {
	job, err := jobmanager.Find(ctx, c, s.ID)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil || job.State != string(target.FailedState) {
		return err == nil, err
	}
	failure, _, err := c.LastFailure(ctx, string(s.ID))
	if err != nil {
		return false, err
	}
	if chain := throwable.Parse(failure.Stacktrace); chain.Has("JobInitializationException") {
		return false, fault.Errorf(fault.Failed, "starting job %s: %s", s.Name, chain.Root())
	}
	return true, nil
}

// open opens the session of a submission.
func (t *Target) open(ctx context.Context, r record, s target.Submission) (*gateway.Session, error) {
	client, err := t.awaitGateway(ctx, &r, t.connections)
	if err != nil {
		return nil, err
	}
	return client.Open(ctx, "autostream-"+string(s.ID), t.properties(s))
}

func (t *Target) submitSQL(ctx context.Context, session *gateway.Session, s target.Submission) (err error) {
	for _, jar := range s.Jars {
		if _, err := execute(ctx, session, "ADD JAR '"+strings.ReplaceAll(jar, "'", "''")+"'", nil); err != nil {
			return fmt.Errorf("adding jar %s: %w", jar, err)
		}
	}
	job := ""
	for i, statement := range s.SQL.Statements {
		var config map[string]string
		if i == len(s.SQL.Statements)-1 {
			config = t.startConfig(s)
		}
		if job, err = execute(ctx, session, statement, config); err != nil {
			return statementError(i, err)
		}
	}
	if job == "" {
		return fault.Errorf(fault.Failed, "the last statement of job %s starts no job", s.Name)
	}
	return nil
}

// properties are the options of the session.
func (t *Target) properties(s target.Submission) map[string]string {
	p := maps.Clone(s.Options)
	if p == nil {
		p = map[string]string{}
	}
	if s.Name != "" {
		p["pipeline.name"] = s.Name
	}
	if s.Parallelism > 0 {
		p["parallelism.default"] = strconv.Itoa(s.Parallelism)
	}
	return p
}

// startConfig is what only the statement that starts the job may have.
func (t *Target) startConfig(s target.Submission) map[string]string {
	config := map[string]string{
		keyJobID:         string(s.ID),
		"table.dml-sync": "false", // SET in the script must not make us wait for the job to end
	}
	if from := s.Restore; from != nil {
		config[t.Line.Key(release.KeyRestorePath)] = from.Path
		config[t.Line.Key(release.KeyIgnoreUnclaimed)] = strconv.FormatBool(from.AllowNonRestored)
		if from.ClaimMode != "" {
			config[t.Line.Key(release.KeyClaimMode)] = string(from.ClaimMode)
		}
	}
	return config
}

// execute runs a statement to its end and returns the id of the job it started. The time between two looks is a twentieth
// of what the statement has taken so far, within bounds: DDL takes a few milliseconds, an INSERT a hundred times that. What
// the gateway keeps of the statement goes with the session.
func execute(ctx context.Context, session *gateway.Session, statement string, config map[string]string) (job string, err error) {
	op, err := session.Execute(ctx, statement, config)
	if err != nil {
		return "", err
	}
	for began := time.Now(); ; {
		page, err := op.Next(ctx)
		if err != nil {
			return "", err
		}
		if page.State != gateway.NotReady && page.JobID != "" && !page.Query {
			return page.JobID, nil
		}
		if page.Query {
			return "", op.Close(ctx) // a SELECT in a script has nobody to read it
		}
		if page.State == gateway.End {
			return "", nil
		}
		wait := min(max(time.Since(began)/20, time.Millisecond), 20*time.Millisecond)
		if page.State == gateway.Ready && len(page.Rows) > 0 {
			wait = 0
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (t *Target) submitJar(ctx context.Context, c *rest.Client, s target.Submission) (err error) {
	path := s.Jar.Path
	if len(s.Jars) > 0 {
		if path, err = jobmanager.WithLibraries(s.Jar.Path, s.Jars); err != nil {
			return err
		}
		defer os.Remove(path)
	}
	id, err := c.UploadJar(ctx, path)
	if err != nil {
		return err
	}
	defer func() {
		deleting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = c.DeleteJar(deleting, id) // it is in the cluster's tmp/, which goes with the cluster
	}()
	config := t.properties(s)
	delete(config, "parallelism.default") // RunRequest has a field for it
	run := rest.RunRequest{EntryClass: s.Jar.Class, Args: s.Jar.Args, Parallelism: s.Parallelism, JobID: string(s.ID), Config: config}
	if from := s.Restore; from != nil {
		run.Savepoint, run.AllowNonRestored = from.Path, from.AllowNonRestored
		if t.Line.Has(release.ClaimMode) {
			run.ClaimMode = string(from.ClaimMode)
		} else {
			run.RestoreMode = string(from.ClaimMode)
		}
	}
	_, err = c.RunJar(ctx, id, run)
	return err
}

// statementError says which statement was refused; an error that is no refusal, and one of starting the job, stay as
// they are.
func statementError(index int, err error) error {
	refusal, ok := wire.Refused(err)
	if !ok || startFailed(refusal.Chain) || lostSession(err) {
		return err
	}
	line, column := refusal.Chain.Position()
	return &refusedStatement{target.StatementError{Index: index, Line: line, Column: column, Message: refusal.Error()}, refusal}
}

// refusedStatement is a StatementError that remembers what the gateway answered.
type refusedStatement struct {
	statement target.StatementError
	refusal   *wire.Error
}

func (e *refusedStatement) Error() string   { return e.statement.Error() }
func (e *refusedStatement) Unwrap() []error { return []error{&e.statement, e.refusal} }

func startFailed(c throwable.Chain) bool {
	return c.Has("JobInitializationException") || c.Has("JobSubmissionException") || c.Has("JobExecutionException")
}

func duplicate(err error) bool {
	refusal, ok := wire.Refused(err)
	return ok && refusal.Chain.Has("DuplicateJobSubmissionException")
}

// answered says whether an error is a verdict on the submission rather than the loss of somebody to ask.
func answered(err error) bool {
	_, judged := errors.AsType[*fault.Error](err)
	_, refused := wire.Refused(err)
	return judged || refused && !lostSession(err)
}

// lostSession says whether the gateway does not know our session: it was killed and replaced in the meantime.
func lostSession(err error) bool {
	refusal, ok := wire.Refused(err)
	return ok && strings.HasPrefix(refusal.Error(), "Session '") && strings.HasSuffix(refusal.Error(), "' does not exist.")
}

func submitError(s target.Submission, err error) error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Errorf(fault.Failed, "submitting job %s: %w", s.Name, err)
}
