// Package savepoint is `autostream savepoint`: savepoints of jobs are taken, listed, looked into and removed.
package savepoint

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/store"
)

// NewCommand declares `autostream savepoint` with its verbs.
func NewCommand(d *deps.Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "savepoint",
	}
	cmd.AddCommand(newCreate(d, nil), newList(d, nil), newInspect(d, nil), newRemove(d, nil))
	return cmd
}

// entry is a savepoint in every report of this group.
type entry struct {
	Job     string    `json:"job"`
	Target  string    `json:"target"`
	Path    string    `json:"path"`
	JobID   string    `json:"jobId"`
	Version int       `json:"version"`
	Kind    string    `json:"kind"` // canonical, native
	Message string    `json:"message,omitempty"`
	Taken   time.Time `json:"taken"`
}

// report is the contract of `savepoint … --format json`.
type report struct {
	Version    int     `json:"version"`
	Savepoints []entry `json:"savepoints"`

	now time.Time
}

func reportOf(now time.Time, all ...store.Savepoint) report {
	r := report{Version: 1, Savepoints: []entry{}, now: now}
	for _, s := range all {
		r.Savepoints = append(r.Savepoints, entry{
			Job: s.Job.Job, Target: s.Job.Target, Path: s.Path, JobID: s.Run, Version: s.Version, Kind: s.Kind, Message: s.Message, Taken: s.Taken,
		})
	}
	return r
}

// Rows writes one line for each savepoint.
func (r report) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Savepoints))
	for i, s := range r.Savepoints {
		rows[i] = []string{s.Path, s.Job, s.Target, version(s.Version), jobs.When(io, r.now, s.Taken), s.Kind, s.Message}
	}
	return io.Grid([]string{"path", "job", "target", "version", "taken", "kind", ""}, rows)
}
