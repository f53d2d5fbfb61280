package target

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/target"
)

// StatusOptions is everything `autostream target status` depends on.
type StatusOptions struct {
	IO     *term.IO
	Places []place
	Now    func() time.Time
	Format term.Format
}

func newStatus(d *deps.Deps, run func(context.Context, *StatusOptions) error) *cobra.Command {
	if run == nil {
		run = status
	}
	o := &StatusOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:               "status [TARGET…]",
		Short:             "Show the project's targets and the clusters of local ones",
		ValidArgsFunction: completeTargets(d),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			o.IO, o.Now, o.Format = d.IO, d.Now, format.Value
			if o.Places, err = places(d, args); err != nil {
				return err
			}
			ctx, cancel := bounded(cmd.Context(), d)
			defer cancel()
			return run(ctx, o)
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// report is the contract of `target status --format json`, and of up and down.
type report struct {
	Version int    `json:"version"`
	Targets []seen `json:"targets"`

	now time.Time
}

// seen is what there is to see of one target. Fields below State are of local targets only.
type seen struct {
	Target  string `json:"target"`
	Kind    string `json:"kind"`
	Default bool   `json:"default,omitempty"`
	State   string `json:"state"` // up, starting, down, or unknown

	Flink     string     `json:"flink,omitempty"`
	URL       string     `json:"url,omitempty"`
	Gateway   string     `json:"gateway,omitempty"`
	Slots     int        `json:"slots,omitempty"`
	FreeSlots int        `json:"freeSlots,omitempty"`
	Jobs      int        `json:"jobs,omitempty"` // that run
	Since     *time.Time `json:"since,omitempty"`
	Idle      string     `json:"idle,omitempty"` // ends after this long without use
	Reason    string     `json:"reason,omitempty"`
	Logs      string     `json:"logs,omitempty"`
	Processes []process  `json:"processes,omitempty"`
}

type process struct {
	Role string `json:"role"`
	PID  int    `json:"pid"`
}

func status(ctx context.Context, o *StatusOptions) error {
	r := report{Version: 1, Targets: []seen{}, now: o.Now()}
	for _, p := range o.Places {
		r.Targets = append(r.Targets, look(ctx, p))
	}
	return o.IO.Write(o.Format, r)
}

// look describes a target. What cannot be seen of it is said in its line: others can be seen.
func look(ctx context.Context, p place) seen {
	s := seen{Target: p.Name, Kind: string(p.Kind), Default: p.Default, State: "unknown"}
	connected, err := p.connect(ctx, p.Target)
	if err != nil {
		s.Reason = err.Error()
		return s
	}
	owned, ok := connected.(target.Owned)
	if !ok {
		return s
	}
	c, err := owned.Cluster(ctx)
	if err != nil {
		s.Reason = err.Error()
		return s
	}
	return s.with(c)
}

func (s seen) with(c target.Cluster) seen {
	switch {
	case c.Up:
		s.State, s.Idle = "up", c.Idle.String()
	case c.Starting:
		s.State = "starting"
	default:
		s.State = "down"
	}
	s.Flink, s.URL, s.Gateway, s.Slots, s.FreeSlots, s.Jobs = c.Release, c.URL, c.Gateway, c.Slots, c.FreeSlots, c.Jobs
	s.Reason, s.Logs = c.Reason, c.Logs
	if !c.Since.IsZero() {
		s.Since = &c.Since
	}
	for _, p := range c.Processes {
		s.Processes = append(s.Processes, process(p))
	}
	return s
}

// Rows writes one line for each target.
func (r report) Rows(io *term.IO) error {
	var rows [][]string
	for _, s := range r.Targets {
		name, state := s.Target, s.State
		if s.Default && io.OutTerminal {
			name += " " + io.Paint(term.Faint, "(default)")
		}
		if s.State == "up" {
			state = io.Paint(term.Good, state)
		}
		slots, jobs := "", ""
		if s.State == "up" {
			slots, jobs = fmt.Sprintf("%d of %d free", s.FreeSlots, s.Slots), strconv.Itoa(s.Jobs)
		}
		rows = append(rows, []string{name, s.Kind, state, r.since(io, s.Since), s.Flink, slots, jobs, cmp.Or(s.URL, s.Reason)})
	}
	return io.Grid([]string{"target", "kind", "state", "since", "flink", "slots", "jobs", ""}, rows)
}

// since is an age on a terminal and a time elsewhere.
func (r report) since(io *term.IO, t *time.Time) string {
	switch {
	case t == nil:
		return ""
	case io.OutTerminal:
		return r.now.Sub(*t).Round(time.Second).String()
	}
	return t.Format(time.RFC3339)
}
