package jobs

import (
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/job"
)

// Report is the contract of `list --format json` and of whatever answers with jobs.
type Report struct {
	Version int          `json:"version"`
	Jobs    []job.Status `json:"jobs"`

	Now time.Time `json:"-"`
}

// Rows writes one line for each job.
func (r Report) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Jobs))
	for i, s := range r.Jobs {
		rows[i] = []string{
			s.Job, s.Target, State(io, s.State), number(s.Version), Since(io, r.Now, s), tasks(s), short(io, s.JobID), note(s),
		}
	}
	return io.Grid([]string{"job", "target", "state", "version", "since", "tasks", "job id", ""}, rows)
}

// State paints a state by what it means to somebody who is woken up by it.
func State(io *term.IO, state string) string {
	switch state {
	case "RUNNING", "FINISHED":
		return io.Paint(term.Good, state)
	case "FAILED", "FAILING", job.StateLost:
		return io.Paint(term.Bad, state)
	case job.StateNotDeployed, job.StateStopped, "CANCELED":
		return io.Paint(term.Faint, state)
	}
	return io.Paint(term.Notice, state)
}

// Since says when the state of a job began, as far as that is known.
func Since(io *term.IO, now time.Time, s job.Status) string {
	switch {
	case s.Ended != nil:
		return When(io, now, *s.Ended)
	case s.Started != nil:
		return When(io, now, *s.Started)
	}
	return ""
}

// When writes a moment: how long ago on a terminal, RFC 3339 elsewhere.
func When(io *term.IO, now, t time.Time) string {
	if !io.OutTerminal {
		return t.UTC().Format(time.RFC3339)
	}
	return Ago(now.Sub(t))
}

// Ago writes how long ago something was, in its largest unit.
func Ago(d time.Duration) string {
	switch {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%ds ago", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm ago", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh ago", d/time.Hour)
	}
	return fmt.Sprintf("%dd ago", d/(24*time.Hour))
}

// note is the one thing about a job that does not fit a column.
func note(s job.Status) string {
	if len(s.Notes) > 0 {
		return s.Notes[0]
	}
	return s.Reason
}

func tasks(s job.Status) string {
	if s.Tasks == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.RunningTasks, s.Tasks)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// short cuts a job id on a terminal: eight digits tell them apart, programs need all.
func short(io *term.IO, id string) string {
	if io.OutTerminal && len(id) > 8 {
		return id[:8]
	}
	return id
}

// Details is the contract of `status --format json`: the jobs one by one, with everything known about them.
type Details struct{ Report }

// Rows writes a block of lines for each job.
func (r Details) Rows(io *term.IO) error {
	for i, s := range r.Jobs {
		if i > 0 {
			fmt.Fprintln(io.Out)
		}
		if err := r.block(io, s); err != nil {
			return err
		}
	}
	return nil
}

func (r Details) block(io *term.IO, s job.Status) error {
	lines := [][2]string{
		{"job", s.Job}, {"target", s.Target}, {"state", State(io, s.State)}, {"version", number(s.Version)}, {"job id", s.JobID},
		{"url", s.URL}, {"since", Since(io, r.Now, s)}, {"tasks", tasks(s)}, {"restarts", number(s.Restarts)},
		{"restored from", s.RestoredFrom}, {"stopped with", s.Savepoint}, {"last checkpoint", s.Checkpoint}, {"reason", s.Reason},
	}
	if s.Savepoint != "" {
		lines[11][1] = "" // it is the same
	}
	for _, n := range s.Notes {
		lines = append(lines, [2]string{"note", n})
	}
	for _, l := range lines {
		if l[1] == "" {
			continue
		}
		format := "%s\t%s\n"
		if io.OutTerminal {
			format = "%s  %s\n"
			l[0] = io.Paint(term.Faint, l[0]+strings.Repeat(" ", max(0, len("last checkpoint")-len(l[0]))))
		}
		if _, err := fmt.Fprintf(io.Out, format, l[0], l[1]); err != nil {
			return err
		}
	}
	return nil
}
