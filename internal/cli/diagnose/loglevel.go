package diagnose

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/jobs"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// levelOptions is everything `autostream diagnose log-level` and its verbs depend on.
type levelOptions struct {
	IO      *term.IO
	Open    func(ctx context.Context, name string) (context.Context, collect.Subject, func(), error)
	Job     string
	Loggers []string // LOGGER=LEVEL, or LOGGER alone for reset
	For     time.Duration
	Stay    bool // --stay: until the time is over, for processes that start meanwhile
	DryRun  bool
	Yes     bool
	Format  term.Format
	Now     func() time.Time
	Arrival time.Duration // between two looks for processes that have started
}

// longestLevel bounds --for: a level that is to stay belongs into the configuration.
const longestLevel = 24 * time.Hour

// newLogLevel declares `autostream diagnose log-level`. run is replaced in flag tests.
func newLogLevel(s *subjects, run func(context.Context, *levelOptions) error) *cobra.Command {
	o := &levelOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use:   "log-level JOB LOGGER=LEVEL…",
		Short: "Log more of a running job, or less, for a time",
		Long: "Log more of a running job, or less, for a time: change the levels of loggers in its JobManager and in all of its\n" +
			"TaskManagers, those that start within the time included. Where these do not begin with the levels, which is said,\n" +
			"--stay has the command stay until the time is over and change them there; Ctrl-C changes all back then.\n\n" +
			"A Java agent in the processes does it, within two seconds; where there is none, it is loaded. Processes that cannot be\n" +
			"attached to from here read the levels from a ConfigMap of the job on Kubernetes, and from a file on YARN: it is said\n" +
			"how long that takes at most. When the time is over, the JVMs change the levels back to what they were by themselves,\n" +
			"whoever else is still alive. Other jobs in the same processes log more or less too. The root logger is called root;\n" +
			"levels are TRACE, DEBUG, INFO, WARN, ERROR and OFF.",
		Example: "  autostream diagnose log-level pv_uv com.acme=DEBUG --for 15m\n  autostream diagnose log-level list pv_uv\n  autostream diagnose log-level reset pv_uv",
		Args:    cobra.MinimumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, arg := range args {
				switch {
				case strings.Contains(arg, "="):
					o.Loggers = append(o.Loggers, arg)
				case o.Job != "":
					return fault.Errorf(fault.Usage, "%s is neither a level nor a job", arg).WithFix("autostream diagnose log-level %s LOGGER=DEBUG", o.Job)
				default:
					o.Job = arg
				}
			}
			return o.start(cmd.Context(), s, format.Value, run, setLevels)
		},
	}
	flags := cmd.Flags()
	s.addPID(cmd.PersistentFlags())
	flags.DurationVar(&o.For, "for", 15*time.Minute, "time after which the levels are changed back")
	flags.BoolVar(&o.Stay, "stay", false, "stay until then, and change the levels in processes that start meanwhile")
	flags.BoolVar(&o.DryRun, "dry-run", false, "only show what would be changed where")
	flags.Var(format, "format", "output format: "+format.Names())
	cmd.AddCommand(newLevelList(s, run), newLevelReset(s, run))
	return cmd
}

// newLevelList declares `autostream diagnose log-level list`.
func newLevelList(s *subjects, run func(context.Context, *levelOptions) error) *cobra.Command {
	o := &levelOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "list JOB", Short: "Show the levels that are changed for a time", Args: cobra.MaximumNArgs(1), ValidArgsFunction: jobs.Complete(s.deps, false),
		Example: "  autostream diagnose log-level list pv_uv",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Job = first(args)
			return o.start(cmd.Context(), s, format.Value, run, listLevels)
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

// newLevelReset declares `autostream diagnose log-level reset`.
func newLevelReset(s *subjects, run func(context.Context, *levelOptions) error) *cobra.Command {
	o := &levelOptions{}
	format := term.NewFormatFlag()
	cmd := &cobra.Command{
		Use: "reset JOB [LOGGER…]", Short: "Change levels back before their time is over", ValidArgsFunction: jobs.Complete(s.deps, false),
		Long:    "Change levels back to what they were before their time is over: those of the loggers that are named, or all.",
		Example: "  autostream diagnose log-level reset pv_uv\n  autostream diagnose log-level reset pv_uv com.acme",
		RunE: func(cmd *cobra.Command, args []string) error {
			if s.pid != 0 {
				o.Loggers = args
			} else if o.Job = first(args); o.Job != "" {
				o.Loggers = args[1:]
			}
			return o.start(cmd.Context(), s, format.Value, run, resetLevels)
		},
	}
	cmd.Flags().Var(format, "format", "output format: "+format.Names())
	return cmd
}

func (o *levelOptions) start(ctx context.Context, s *subjects, format term.Format, run, otherwise func(context.Context, *levelOptions) error) error {
	o.IO, o.Open, o.Format, o.Yes, o.Now, o.Arrival = s.deps.IO, s.open, format, s.deps.Global.Yes, s.deps.Now, arrival
	if run == nil {
		run = otherwise
	}
	return run(ctx, o)
}

// levels reads what is to be changed.
func (o *levelOptions) levels() ([]agent.Level, error) {
	if len(o.Loggers) == 0 {
		return nil, fault.Errorf(fault.Usage, "no logger is given").WithFix("autostream diagnose log-level %s LOGGER=DEBUG", o.Job)
	}
	if o.For <= 0 || o.For > longestLevel {
		return nil, fault.Errorf(fault.Usage, "--for is more than nothing and %s at most", longestLevel)
	}
	name := regexp.MustCompile(`^[A-Za-z0-9_.$-]+$`)
	until := o.Now().Add(o.For)
	var levels []agent.Level
	for _, arg := range o.Loggers {
		logger, level, _ := strings.Cut(arg, "=")
		level = strings.ToUpper(level)
		if !name.MatchString(logger) {
			return nil, fault.Errorf(fault.Usage, "%q is no name of a logger", logger)
		}
		if !slices.Contains([]string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}, level) {
			return nil, fault.Errorf(fault.Usage, "%s is no level", level).WithFix("one of TRACE, DEBUG, INFO, WARN, ERROR, OFF")
		}
		levels = append(levels, agent.Level{Logger: logger, Level: level, Until: until})
	}
	return levels, nil
}

func setLevels(ctx context.Context, o *levelOptions) error {
	levels, err := o.levels()
	if err != nil {
		return err
	}
	ctx, subject, inside, done, err := o.inside(ctx)
	if err != nil {
		return err
	}
	defer done()
	what := strings.Join(o.Loggers, " ")
	o.IO.Hint("%s for %s in %s", what, o.For, joined(inside.IDs(), 5))
	if o.DryRun {
		return nil
	}
	if err := jobs.Agree(o.IO, o.Yes, "Change the levels?"); err != nil {
		return err
	}
	deed := collect.Deed{Kind: "log-level", What: what, Until: levels[0].Until}
	err = o.change(ctx, subject, inside, deed, func() (collect.Levels, error) { return subject.SetLevels(ctx, inside, levels) })
	if err != nil || !o.Stay {
		return err
	}
	return o.stay(ctx, subject, inside, levels)
}

// arrival is how often it is looked for processes that have started.
const arrival = 2 * time.Second

// stay sees to processes that start meanwhile, and changes everything back when the user has seen enough.
func (o *levelOptions) stay(ctx context.Context, subject collect.Subject, inside collect.Processes, levels []agent.Level) error {
	o.IO.Hint("staying until %s for processes that start; Ctrl-C changes the levels back", levels[0].Until.Local().Format(time.TimeOnly))
	err := subject.FollowLevels(ctx, inside, levels, o.Arrival, func(v target.JVM) {
		o.IO.Hint("%s has started, and has the levels too", v.ID)
	})
	if err == nil {
		return nil
	}
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	all, gone := subject.Leveled(back)
	if gone != nil {
		return errors.Join(err, gone)
	}
	var loggers []string
	for _, l := range levels {
		loggers = append(loggers, l.Logger)
	}
	_, kept := subject.ResetLevels(back, all, loggers)
	return errors.Join(err, kept)
}

func resetLevels(ctx context.Context, o *levelOptions) error {
	ctx, subject, inside, done, err := o.inside(ctx)
	if err != nil {
		return err
	}
	defer done()
	loggers, what := o.Loggers, "all changed back"
	if len(loggers) == 0 {
		loggers = []string{agent.All}
	} else {
		what = strings.Join(loggers, " ") + " changed back"
	}
	deed := collect.Deed{Kind: "log-level", What: what}
	return o.change(ctx, subject, inside, deed, func() (collect.Levels, error) { return subject.ResetLevels(ctx, inside, loggers) })
}

// change changes levels, has it recorded, and shows what is changed then, by what means, and how long it took or takes.
func (o *levelOptions) change(
	ctx context.Context, subject collect.Subject, inside collect.Processes, deed collect.Deed, do func() (collect.Levels, error),
) error {
	var levels collect.Levels
	began := time.Now()
	err := subject.Do(ctx, deed, inside, func() (err error) {
		levels, err = do()
		return err
	})
	if err != nil {
		return err
	}
	if levels.Reached > 0 {
		o.IO.Hint("in force after %.1fs by the agent in the processes", levels.Since.Sub(began).Seconds())
	}
	o.tell(levels, len(inside.All))
	return o.IO.Write(o.Format, o.report(subject, levels))
}

// tell says which of all processes could not be attached to and how they get their levels, and whether those to come do.
func (o *levelOptions) tell(levels collect.Levels, all int) {
	for _, why := range levels.Apart {
		o.IO.Hint("not by the agent: %v", why)
	}
	if d := levels.Delivery; d.By != "" && levels.Reached < all {
		o.IO.Hint("the agents of processes that cannot be attached to from here read %s, within %s; log-level list shows when they have", d.By, d.Within)
	}
	if levels.Later != nil && len(levels.Changed) > 0 {
		o.IO.Hint("%v", levels.Later)
	}
	if levels.Kept {
		o.IO.Hint("processes that start within the time begin with the levels")
	}
}

func listLevels(ctx context.Context, o *levelOptions) error {
	ctx, subject, inside, done, err := o.inside(ctx)
	if err != nil {
		return err
	}
	defer done()
	levels, err := subject.Levels(ctx, inside)
	if err != nil {
		return err
	}
	o.tell(levels, len(inside.All))
	return o.IO.Write(o.Format, o.report(subject, levels))
}

func (*levelOptions) report(subject collect.Subject, levels collect.Levels) levelReport {
	return levelReport{Version: 1, Job: subject.Name, Target: subject.Target, ID: subject.ID, Kept: levels.Kept, Levels: levels.Changed}
}

func (o *levelOptions) inside(ctx context.Context) (context.Context, collect.Subject, collect.Processes, func(), error) {
	ctx, subject, done, err := o.Open(ctx, o.Job)
	if err != nil {
		return ctx, subject, collect.Processes{}, nil, err
	}
	inside, err := subject.Leveled(ctx)
	if err != nil {
		done()
		return ctx, subject, inside, nil, err
	}
	return ctx, subject, inside, done, nil
}

// levelReport is the contract of `diagnose log-level --format json` and of its verbs.
type levelReport struct {
	Version int               `json:"version"`
	Job     string            `json:"job"`
	Target  string            `json:"target,omitempty"`
	ID      string            `json:"jobId"`
	Kept    bool              `json:"kept"`   // whether processes that start within the time begin with the levels
	Levels  []collect.Leveled `json:"levels"` // what is changed now
}

// Rows writes a line for each logger and process.
func (r levelReport) Rows(io *term.IO) error {
	rows := make([][]string, len(r.Levels))
	for i, l := range r.Levels {
		until := l.Until.UTC().Format(time.RFC3339)
		if io.OutTerminal {
			until = l.Until.Local().Format(time.TimeOnly)
		}
		was := l.Was
		switch {
		case l.By != collect.ByAgent:
			was = "(within " + l.Within.String() + ")"
		case l.Places == 0:
			was = "(starting)"
		}
		rows[i] = []string{l.Process, l.Logger, l.Level.Level, was, until, l.By}
	}
	if len(rows) == 0 {
		fmt.Fprintln(io.Err, "no level is changed")
	}
	return io.Grid([]string{"process", "logger", "level", "was", "until", "by"}, rows)
}
