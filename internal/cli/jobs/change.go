package jobs

import (
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Replaces says whether a plan ends something that runs, so that it has to be agreed to.
func (p Plan) Replaces() bool {
	for _, x := range p.Jobs {
		if x.Action == job.Replace || x.Action == job.Rescale {
			return true
		}
	}
	return false
}

// Changes says whether a plan does anything at all.
func (p Plan) Changes() bool {
	for _, x := range p.Jobs {
		if x.Action != job.Nothing {
			return true
		}
	}
	return false
}

// Result is the contract of `deploy --format json` and of the other commands that start jobs.
type Result struct {
	Version int           `json:"version"`
	Jobs    []job.Started `json:"jobs"`

	Now time.Time `json:"-"`
}

// Rows writes one line for each job.
func (r Result) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Jobs))
	for i, s := range r.Jobs {
		from := s.RestoredFrom
		if from == "" {
			from = "without state"
		}
		rows[i] = []string{s.Job, s.Target, State(io, s.State), number(s.Version), short(io, s.JobID), from, s.URL}
	}
	return io.Grid([]string{"job", "target", "state", "version", "job id", "started from", "url"}, rows)
}

// Progress shows the steps of an operation as they come.
func Progress(io *term.IO, p *term.Progress) job.Observer {
	return func(e job.Event) {
		label := fmt.Sprintf("%s on %s: %s", e.Job.Job, e.Job.Target, e.Doing)
		switch {
		case e.Phase == job.Began:
			p.Bytes(label, 0, 0)
		case e.Phase == job.Waiting && io.ErrTerminal: // elsewhere every change would be a line
			p.Bytes(label+" ("+e.Detail+")", 0, 0)
		}
	}
}

// Done writes the line that stays when an operation is over: what came of it and how long its steps took.
func Done(io *term.IO, s job.Started) {
	var took []string
	for _, step := range s.Steps {
		took = append(took, fmt.Sprintf("%s %.1fs", step.Name, step.Seconds))
	}
	line := fmt.Sprintf("%s on %s: version %d is %s as %s", s.Job, s.Target, s.Version, s.State, s.JobID)
	if len(took) > 0 {
		line += " (" + strings.Join(took, ", ") + ")"
	}
	io.Hint("%s", line)
}
