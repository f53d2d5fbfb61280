// Plans: what a change would do, for people and programs.

package jobs

import (
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
	"github.com/autostream/autostream/internal/plan"
	"github.com/autostream/autostream/internal/plan/evolve"
	"github.com/autostream/autostream/internal/plan/review"
)

// Planned is what a change would do to one job, as --dry-run reports it.
type Planned struct {
	Job       string              `json:"job"`
	Target    string              `json:"target"`
	State     string              `json:"state"`
	JobID     string              `json:"jobId,omitempty"`
	Action    job.Action          `json:"action"`
	Current   int                 `json:"currentVersion,omitempty"`
	Version   int                 `json:"version,omitempty"` // 0 stands for the next one
	How       string              `json:"how,omitempty"`     // how what runs is ended
	Restore   string              `json:"restore,omitempty"`
	Reason    string              `json:"reason"`
	Against   string              `json:"against,omitempty"` // a folder or revision that it is compared with, and not what runs
	Files     []string            `json:"files,omitempty"`   // changed ones that are parts of it
	Reads     []review.Link       `json:"reads,omitempty"`   // what it reads of jobs that change
	Changes   []plan.Change       `json:"changes"`
	Diff      string              `json:"diff,omitempty"`      // of the statements, as diff -u writes it
	Unseen    string              `json:"unseen,omitempty"`    // why the target did not answer: what is said of the job is what was recorded last
	Meanwhile string              `json:"meanwhile,omitempty"` // what happened to the job while it was planned
	Readers   []review.Broken     `json:"readers,omitempty"`   // other jobs of the project that it breaks
	Proposals []review.Suggestion `json:"proposals,omitempty"` // what would keep the state, each found out as for the change itself

	*evolve.Report // what becomes of the state of the version before; nil where there is none
}

// Plan is the contract of --dry-run --format json.
type Plan struct {
	Version int           `json:"version"`
	Since   string        `json:"since,omitempty"` // the commit that --changed-since stands for
	Files   []string      `json:"files,omitempty"` // of the project, changed since then
	Jobs    []Planned     `json:"jobs"`
	Order   []review.Step `json:"order,omitempty"` // in which to deploy what changed since then
}

// PlanOf turns proposals into what people and programs read.
func PlanOf(proposals []job.Proposal, now time.Time) Plan {
	p := Plan{Version: 1, Jobs: []Planned{}}
	for _, x := range proposals {
		s := x.Before(now)
		unseen := ""
		if x.Unseen != nil {
			unseen = x.Unseen.Error()
		}
		p.Jobs = append(p.Jobs, Planned{
			Unseen: unseen, Job: x.Job.Job, Target: x.Job.Target, State: s.State, JobID: s.JobID, Action: x.Action, Current: x.Current,
			Version: x.Version, How: x.How, Restore: x.Restore, Reason: x.Why, Changes: append([]plan.Change{}, x.Changes...), Diff: x.Diff(), Readers: x.Readers, Proposals: x.Proposals, Report: x.State,
		})
	}
	return p
}

// Rows writes the plan on Out, with the texts that differ.
func (p Plan) Rows(io *term.IO) error {
	var out strings.Builder
	out.WriteString(p.heading())
	for i := range p.Jobs {
		out.WriteString(p.Jobs[i].text(io, p.Jobs[i].Diff))
	}
	_, err := fmt.Fprint(io.Out, out.String())
	return err
}

// heading says what changed since a revision, and in which order to deploy it.
func (p Plan) heading() string {
	if p.Since == "" {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%d files changed since %.12s: %s\n", len(p.Files), p.Since, strings.Join(p.Files, ", "))
	if len(p.Order) == 0 {
		out.WriteString("no job changes\n")
	} else {
		out.WriteString("deploy in this order:\n")
	}
	for i, s := range p.Order {
		line := s.Job
		if s.Reason != "" {
			line += " (" + s.Reason + ")"
		}
		fmt.Fprintf(&out, "  %d. %s\n", i+1, line)
	}
	return out.String() + "\n"
}

// Show writes the plan on Err, before a question or the change itself.
func (p Plan) Show(io *term.IO) {
	for i := range p.Jobs {
		fmt.Fprint(io.Err, p.Jobs[i].text(io, ""))
	}
}

// text is the plan of a job for people:
//
//	pv_uv on prod: version 3 → 4
//	  sql: 2 added, 1 removed lines
//	  operator Calc: page → page where id > 3
//	  stops with a savepoint, starts from it
//	  state: kept, built under the former text
//	  breaks report: it reads n, which is written no more
func (x *Planned) text(io *term.IO, diff string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s on %s: %s\n", io.Paint(term.Strong, x.Job), x.Target, x.versions())
	for _, c := range x.Changes {
		fmt.Fprintf(&out, "  %s\n", c.Reason)
		if c.Kind == plan.SQLChange {
			out.WriteString(lines(io, diff))
		}
	}
	switch {
	case x.Unseen != "":
		fmt.Fprintf(&out, "  %s: %s does not answer (%s); this compares with version %d, %s\n", io.Paint(term.Notice, "offline"), x.Target, x.Unseen, x.Current, x.Reason)
	case x.Against == "":
		fmt.Fprintf(&out, "  %s\n", x.sentence())
	}
	if x.Meanwhile != "" {
		fmt.Fprintf(&out, "  %s: %s; plan it again\n", io.Paint(term.Bad, "changed while it was planned"), x.Meanwhile)
	}
	if x.Report != nil && x.Action != job.Nothing {
		out.WriteString(StateText(io, x.Report))
	}
	if len(x.Proposals) > 0 {
		out.WriteString("  this would keep the state:\n")
	}
	for _, s := range x.Proposals {
		fmt.Fprintf(&out, "    %s (%s)\n", s.Text, stateWord(io, s.Verdict, s.Meaning))
	}
	for _, r := range x.Readers {
		fmt.Fprintf(&out, "  %s %s: %s\n", io.Paint(term.Bad, "breaks"), r.Job, r.Reason)
	}
	return out.String()
}

// lines writes a difference of texts, without the names of what is compared.
func lines(io *term.IO, diff string) string {
	var out strings.Builder
	for line := range strings.Lines(diff) {
		line = strings.TrimSuffix(line, "\n")
		var paint term.Paint
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
			continue
		case strings.HasPrefix(line, "-"):
			paint = term.Bad
		case strings.HasPrefix(line, "+"):
			paint = term.Good
		case strings.HasPrefix(line, "@@"):
			paint = term.Faint
		}
		if paint != "" {
			line = io.Paint(paint, line)
		}
		out.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
	return out.String()
}

func (x *Planned) versions() string {
	next := "a new version"
	if x.Version > 0 {
		next = fmt.Sprintf("version %d", x.Version)
	}
	switch {
	case x.Against != "":
		return x.compared()
	case x.Action == job.Nothing:
		return fmt.Sprintf("version %d, as it is", x.Current)
	case x.Current == 0:
		return next
	case x.Version == x.Current:
		return next + " again"
	}
	return fmt.Sprintf("version %d → %s", x.Current, strings.TrimPrefix(next, "version "))
}

// compared says how a job differs from another form of the project.
func (x *Planned) compared() string {
	if x.Action == job.Replace {
		return "changed since " + x.Against
	}
	return x.Reason
}

func (x *Planned) sentence() string {
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
