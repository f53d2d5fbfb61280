package jobs

import (
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
)

// Planned is what a change would do to one job, as --dry-run reports it.
type Planned struct {
	Job     string        `json:"job"`
	Target  string        `json:"target"`
	State   string        `json:"state"`
	JobID   string        `json:"jobId,omitempty"`
	Action  job.Action    `json:"action"`
	Current int           `json:"currentVersion,omitempty"`
	Version int           `json:"version,omitempty"` // 0 stands for the next one
	How     string        `json:"how,omitempty"`     // how what runs is ended
	Restore string        `json:"restore,omitempty"`
	Reason  string        `json:"reason"`
	Changes []plan.Change `json:"changes"`

	*evolve.Report // what becomes of the state of the version before; nil where there is none
}

// Plan is the contract of --dry-run --format json.
type Plan struct {
	Version int       `json:"version"`
	Jobs    []Planned `json:"jobs"`
}

// PlanOf turns proposals into what people and programs read.
func PlanOf(proposals []job.Proposal, now time.Time) Plan {
	p := Plan{Version: 1, Jobs: []Planned{}}
	for _, x := range proposals {
		s := x.Before(now)
		p.Jobs = append(p.Jobs, Planned{
			Job: x.Job.Job, Target: x.Job.Target, State: s.State, JobID: s.JobID, Action: x.Action, Current: x.Current,
			Version: x.Version, How: x.How, Restore: x.Restore, Reason: x.Why, Changes: append([]plan.Change{}, x.Changes...), Report: x.State,
		})
	}
	return p
}

// Rows writes the plan on Out.
func (p Plan) Rows(io *term.IO) error {
	_, err := fmt.Fprint(io.Out, p.text(io))
	return err
}

// Show writes the plan on Err, before a question or the change itself.
func (p Plan) Show(io *term.IO) { fmt.Fprint(io.Err, p.text(io)) }

// text is the plan for people:
//
//	pv_uv on prod: version 3 → 4
//	  sql: 2 lines added, 1 removed
//	  stops with a savepoint, starts from it
func (p Plan) text(io *term.IO) string {
	var out strings.Builder
	for _, x := range p.Jobs {
		fmt.Fprintf(&out, "%s on %s: %s\n", io.Paint(term.Strong, x.Job), x.Target, x.versions())
		for _, c := range x.Changes {
			fmt.Fprintf(&out, "  %s\n", c.Reason)
		}
		fmt.Fprintf(&out, "  %s\n", x.sentence())
		if x.Report != nil && x.Action != job.Nothing {
			out.WriteString(StateText(io, x.Report))
		}
	}
	return out.String()
}

func (x Planned) versions() string {
	next := "a new version"
	if x.Version > 0 {
		next = fmt.Sprintf("version %d", x.Version)
	}
	switch {
	case x.Action == job.Nothing:
		return fmt.Sprintf("version %d, as it is", x.Current)
	case x.Current == 0:
		return next
	case x.Version == x.Current:
		return next + " again"
	}
	return fmt.Sprintf("version %d → %s", x.Current, strings.TrimPrefix(next, "version "))
}

func (x Planned) sentence() string {
	from := "starts from " + x.Restore
	switch {
	case x.Action == job.Rescale:
		return "goes on with another parallelism, without a restart (" + x.Reason + ")"
	case x.Action == job.Nothing:
		return "nothing to do: " + x.Reason
	case x.Restore == "" && x.How == job.WithSavepoint:
		return "stops with a savepoint, starts from it"
	case x.Restore == "":
		from = "starts without state"
	}
	end := ""
	switch x.How {
	case job.WithSavepoint:
		end = "stops with a savepoint, "
	case job.WithCancel:
		end = "is cancelled, "
	}
	return fmt.Sprintf("%s%s (%s)", end, from, x.Reason)
}

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
