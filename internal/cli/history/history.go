// Package history is `autostream history`: what was done to a job, by whom and why.
package history

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/store"
)

// Options is everything `autostream history` depends on.
type Options struct {
	IO     *term.IO
	Jobs   Jobs
	Names  []string // none: every job
	Format term.Format
	Now    func() time.Time
}

// Jobs is the part of the job service that history needs.
type Jobs interface {
	jobs.Finder
	Known(ctx context.Context) ([]job.Ref, error)
	History(ctx context.Context, ref job.Ref) (job.History, error)
}

// NewCommand declares `autostream history`. run is replaced in flag tests.
func NewCommand(d *deps.Deps, run func(context.Context, *Options) error) *cobra.Command {
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "history [JOB…]",
		Long: "Show what was done to jobs, newest first: each operation with the version it started, what came of it, how long it\n" +
			"took, by whom and why. --format json has the versions with their SQL, the runs and the steps as well.",
		ValidArgsFunction: jobs.Complete(d, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, service, done, err := jobs.Open(cmd.Context(), d)
			if err != nil {
				return err
			}
			defer done()
			if run == nil {
				run = history
			}
			return run(ctx, &Options{IO: d.IO, Jobs: service, Names: args, Format: format.Value, Now: d.Now})
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// report is the contract of `history --format json`.
type report struct {
	Version int     `json:"version"`
	Jobs    []story `json:"jobs"`

	now time.Time
}

type story struct {
	Job        string      `json:"job"`
	Target     string      `json:"target"`
	Operations []operation `json:"operations"`
	Versions   []version   `json:"versions"`
	Runs       []run       `json:"runs"`
}

type operation struct {
	ID      int64      `json:"id"`
	Kind    string     `json:"kind"`
	Version int        `json:"version,omitempty"`
	JobID   string     `json:"jobId,omitempty"`
	Outcome string     `json:"outcome"` // done, failed, aborted; "unfinished" while it goes on or when nobody has settled it yet
	Error   string     `json:"error,omitempty"`
	User    string     `json:"user"`
	Host    string     `json:"host"`
	Message string     `json:"message,omitempty"`
	Began   time.Time  `json:"began"`
	Ended   *time.Time `json:"ended,omitempty"`
	Steps   []job.Step `json:"steps"`
}

type version struct {
	Number  int             `json:"number"`
	Hash    string          `json:"hash"`
	Flink   string          `json:"flink"`
	Author  string          `json:"author"`
	Message string          `json:"message,omitempty"`
	Created time.Time       `json:"created"`
	Spec    json.RawMessage `json:"spec"`
}

type run struct {
	JobID        string     `json:"jobId"`
	Version      int        `json:"version"`
	RestoredFrom string     `json:"restoredFrom,omitempty"`
	State        string     `json:"state,omitempty"` // last seen
	Started      *time.Time `json:"started,omitempty"`
	Ended        *time.Time `json:"ended,omitempty"`
	StoppedWith  string     `json:"stoppedWith,omitempty"`
	Checkpoint   string     `json:"lastCheckpoint,omitempty"`
	Reason       string     `json:"reason,omitempty"`
}

func history(ctx context.Context, o *Options) error {
	refs, err := jobs.FindAll(ctx, o.Jobs, o.Names)
	if len(o.Names) == 0 {
		refs, err = o.Jobs.Known(ctx)
	}
	if err != nil {
		return err
	}
	r := report{Version: 1, Jobs: []story{}, now: o.Now()}
	for _, ref := range refs {
		h, err := o.Jobs.History(ctx, ref)
		if err != nil {
			return err
		}
		r.Jobs = append(r.Jobs, storyOf(ref, h))
	}
	return o.IO.Write(o.Format, r)
}

func storyOf(ref job.Ref, h job.History) story {
	s := story{Job: ref.Job, Target: ref.Target, Operations: []operation{}, Versions: []version{}, Runs: []run{}}
	for _, o := range h.Operations {
		op := operation{
			ID: o.ID, Kind: o.Kind, Version: o.Intent.Version, JobID: o.Intent.Run, Outcome: string(o.Outcome), Error: o.Error,
			User: o.Holder.User, Host: o.Holder.Host, Message: o.Message, Began: o.Began, Ended: moment(o.Ended), Steps: []job.Step{},
		}
		if o.Outcome == store.Unfinished {
			op.Outcome = "unfinished"
		}
		if op.JobID == "" {
			op.JobID = o.Intent.Replaces
		}
		for _, step := range o.Steps {
			op.Steps = append(op.Steps, job.StepOf(step))
		}
		s.Operations = append(s.Operations, op)
	}
	for _, v := range h.Versions {
		s.Versions = append(s.Versions, version{
			Number: v.Number, Hash: v.Hash, Flink: v.Release, Author: v.Author, Message: v.Message, Created: v.Created, Spec: v.Spec,
		})
	}
	for _, x := range h.Runs {
		s.Runs = append(s.Runs, run{
			JobID: x.ID, Version: x.Version, RestoredFrom: x.RestoredFrom, State: x.State, Started: moment(x.Started),
			Ended: moment(x.Ended), StoppedWith: x.StoppedWith, Checkpoint: x.Checkpoint, Reason: x.Reason,
		})
	}
	return s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Rows writes one line for each operation.
func (r report) Rows(io *term.IO) error {
	var rows [][]string
	for _, s := range r.Jobs {
		for _, o := range s.Operations {
			rows = append(rows, []string{
				jobs.When(io, r.now, o.Began), s.Job, s.Target, o.Kind, o.version(), o.outcome(io), o.took(), o.User, o.why(),
			})
		}
	}
	return io.Grid([]string{"when", "job", "target", "what", "version", "outcome", "took", "by", ""}, rows)
}

func (o operation) version() string {
	if o.Version == 0 {
		return ""
	}
	return fmt.Sprint(o.Version)
}

func (o operation) outcome(io *term.IO) string {
	switch o.Outcome {
	case string(store.Done):
		return io.Paint(term.Good, o.Outcome)
	case string(store.Failed):
		return io.Paint(term.Bad, o.Outcome)
	}
	return io.Paint(term.Notice, o.Outcome)
}

func (o operation) took() string {
	if o.Ended == nil {
		return ""
	}
	return o.Ended.Sub(o.Began).Round(100 * time.Millisecond).String()
}

// why is the message of the user, and what went wrong.
func (o operation) why() string {
	switch {
	case o.Error == "":
		return o.Message
	case o.Message == "":
		return o.Error
	}
	return o.Message + "; " + o.Error
}
