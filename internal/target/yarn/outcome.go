package yarn

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/throwable"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/sqlrunner"
)

// outcome is how a job ended. It is kept: after the end nobody else can tell.
type outcome struct {
	State      target.State `json:"state"`
	Name       string       `json:"name"`
	Started    time.Time    `json:"started"`
	Ended      time.Time    `json:"ended"`
	Reason     string       `json:"reason,omitempty"`
	Checkpoint string       `json:"checkpoint,omitempty"`
	Page       string       `json:"application"`

	// Refused says that the job never ran. Then Statement, from 1, is the one that Flink refused, 0 when it was not a
	// statement, and Line and Column are where.
	Refused   bool `json:"refused,omitempty"`
	Statement int  `json:"statement,omitempty"`
	Line      int  `json:"line,omitempty"`
	Column    int  `json:"column,omitempty"`
}

// ended is the status of a job that has ended.
func (t *Target) ended(o outcome, id target.JobID) target.Status {
	return target.Status{
		ID: id, Name: o.Name, State: o.State, Started: o.Started, Ended: o.Ended, Reason: o.Reason,
		LastCheckpoint: o.Checkpoint, URL: t.page(o.Page, id),
	}
}

// err is what Submit says about a job that never ran; nil when it ran.
func (o outcome) err(s target.Submission) error {
	if !o.Refused {
		return nil
	}
	if o.Statement > 0 {
		return fault.Errorf(fault.Failed, "submitting job %s: %w", s.Name, &target.StatementError{
			Index: o.Statement - 1, Line: o.Line, Column: o.Column, Message: o.Reason,
		})
	}
	return fault.Errorf(fault.Failed, "submitting job %s: %s", s.Name, o.Reason)
}

// aggregationTime is how long the logs of an application that has ended may take to reach the file system.
const aggregationTime = 15 * time.Second

// outcome is how the job of an application that has ended did end: as it was found out before, or is now.
func (t *Target) outcome(ctx context.Context, c *cluster, a app, id target.JobID, r run) (outcome, error) {
	var known outcome
	if found, err := c.records().read(ctx, id, recordOutcome, &known); found || err != nil {
		return known, err
	}
	return t.conclude(ctx, c, a, id, r)
}

// conclude finds out how the job of an application that has ended did end, keeps that, and removes what is left behind.
func (t *Target) conclude(ctx context.Context, c *cluster, a app, id target.JobID, r run) (outcome, error) {
	o := outcome{
		State: a.final(), Name: a.Name, Started: a.started(), Ended: a.finished(), Page: a.ID,
	}
	if o.State == target.FailedState {
		var words throwable.Chain
		var ended string
		if a.Master != "" && !a.stoppedByYARN() { // it had a container, whose logs tell
			words, ended = t.lastWords(ctx, c, a)
		}
		o.judge(words, a)
		o.Reason = cmp.Or(ended, o.Reason)
	}
	var err error
	if o.Checkpoint, err = t.lastCheckpoint(ctx, c, id, r); err != nil {
		return o, err
	}
	if o.Checkpoint != "" {
		o.Refused = false // it ran, whatever ended it
	}
	if ctx.Err() != nil {
		return o, ctx.Err()
	}
	if err := c.records().keep(ctx, id, recordOutcome, &o); err != nil {
		return o, err
	}
	t.clearJob(ctx, c, id, a.ID)
	return o, nil
}

// judge reads the reason out of what the JobManager said last, or else out of what YARN says.
func (o *outcome) judge(chain throwable.Chain, a app) {
	o.Reason = chain.Root()
	ran := chain.Has("JobExecutionException") && !chain.Has("JobInitializationException")
	o.Refused = !ran
	for _, link := range chain {
		if strings.HasSuffix(link.Class, "."+sqlrunner.StatementException) {
			o.Statement = statementNumber(link.Message)
			o.Line, o.Column = chain.Position()
		}
	}
	if o.Reason == "" {
		o.Reason = diagnosis(a)
	}
}
