package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// Leveled is a logger of a process whose level is another one for a time.
type Leveled struct {
	Process string `json:"process"`
	agent.Changed
	By     string        `json:"by"`               // ByAgent, or what brings it to a process that cannot be attached to
	Within time.Duration `json:"within,omitempty"` // nanoseconds until it is in force there, at most; 0 when it is
}

// ByAgent says that the agent in the process was asked.
const ByAgent = "agent"

// Levels is what is changed in the processes of a job.
type Levels struct {
	Changed []Leveled // by process and logger
	Reached int       // processes whose agent was asked
	Since   time.Time // when the last of them had done it
	Apart   []error   // why others could not be attached to, one for each; none where nobody tries
	// Delivery is how those get their levels. Without it they do not.
	Delivery target.Delivery
	Kept     bool  // processes to come begin with the levels
	Later    error // why they do not
}

// SetLevels changes levels of loggers in the processes and in those that start later, until their time is over: the JVMs
// change them back themselves. Processes that cannot be attached to learn of them where the target has a way. When ctx ends
// nothing stays changed.
func (s Subject) SetLevels(ctx context.Context, p Processes, levels []agent.Level) (Levels, error) {
	var names []string
	for _, l := range levels {
		names = append(names, l.Logger)
	}
	looked, kept := s.change(ctx, p, agent.Set(levels), func(before []agent.Level) []agent.Level {
		return append(without(before, names), levels...)
	})
	if ctx.Err() != nil {
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_, undone := s.ResetLevels(back, p, names)
		return Levels{}, errors.Join(ctx.Err(), undone)
	}
	out, err := p.conclude(looked, kept)
	if err != nil { // then none is to come that has them either
		s.keepLevels(ctx, func(before []agent.Level) []agent.Level { return without(before, names) })
	}
	return out, err
}

// ResetLevels changes levels back before their time is over, and returns what is still changed.
func (s Subject) ResetLevels(ctx context.Context, p Processes, loggers []string) (Levels, error) {
	return p.conclude(s.change(ctx, p, agent.Reset(loggers), func(before []agent.Level) []agent.Level { return without(before, loggers) }))
}

// change tells the processes that can be attached to and, at the same time, those that cannot, and those to come.
func (s Subject) change(ctx context.Context, p Processes, options string, kept func([]agent.Level) []agent.Level) (looked, keeping) {
	var now looked
	var all sync.WaitGroup
	all.Go(func() { now = p.levels(ctx, options) })
	later := s.keepLevels(ctx, kept)
	all.Wait()
	return now, later
}

// Levels returns what is changed in the processes. Nothing is loaded into them. An agent that cannot be asked tells by the
// name of a thread, which Flink's REST interface shows.
func (s Subject) Levels(ctx context.Context, p Processes) (Levels, error) {
	looked, kept := p.levels(ctx, ""), keeping{}
	s.seen(ctx, &looked)
	if keeper, ok := s.keeper(); ok {
		kept.levels, kept.delivery, kept.err = keeper.KeptLevels(ctx, target.JobID(s.ID))
	}
	return p.conclude(looked, kept)
}

// seen adds what thread dumps tell of processes whose agents could not be asked. It is no answer that one tells nothing.
func (s Subject) seen(ctx context.Context, l *looked) {
	if s.REST == nil {
		return
	}
	var mu sync.Mutex
	each(slices.Collect(maps.Keys(l.apart)), func(_ int, process string) {
		dump, err := s.REST.ThreadDump(ctx, process)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		l.add(process, agent.ParseThreads(dump))
	})
}

// Leveled are all processes of the job: those that levels can be changed in. Where nobody can attach to them, they are those
// that the JobManager knows.
func (s Subject) Leveled(ctx context.Context) (Processes, error) {
	if _, ok := s.keeper(); !ok || s.JVMs != nil {
		return s.Inside(ctx, Everything)
	}
	if s.REST == nil {
		return Processes{}, fault.Errorf(fault.NotFound, "%s does not run", s.Name)
	}
	managers, err := s.REST.TaskManagers(ctx)
	p := Processes{All: []target.JVM{{ID: rest.JobManager}}}
	for _, m := range managers {
		p.All = append(p.All, target.JVM{ID: m.ID})
	}
	return p, err
}

// without leaves out the levels of some loggers.
func without(levels []agent.Level, loggers []string) []agent.Level {
	return slices.DeleteFunc(slices.Clone(levels), func(l agent.Level) bool {
		return slices.Contains(loggers, agent.All) || slices.Contains(loggers, l.Logger)
	})
}

// keeping is what processes to come begin with, and what those that run learn that cannot be attached to.
type keeping struct {
	levels   []agent.Level
	delivery target.Delivery
	err      error
}

// keeper is who has processes to come begin with levels. A JVM of no job has none to come.
func (s Subject) keeper() (target.Leveling, bool) {
	return s.Leveling, s.Leveling != nil && s.ID != ""
}

var errNoWay = errors.New("the target has no way to tell them")

func (s Subject) keepLevels(ctx context.Context, change func([]agent.Level) []agent.Level) (k keeping) {
	keeper, ok := s.keeper()
	if !ok {
		if s.ID != "" {
			k.err = errNoWay
		}
		return k
	}
	k.delivery, k.err = keeper.KeepLevels(ctx, target.JobID(s.ID), func(before []agent.Level) []agent.Level {
		k.levels = change(before)
		return k.levels
	})
	return k
}

// conclude tells what is changed. It is an error that no process could be attached to when none learns of it otherwise.
func (p Processes) conclude(l looked, k keeping) (Levels, error) {
	out := Levels{Changed: l.found, Reached: len(p.All) - len(l.apart), Since: l.since, Delivery: k.delivery, Kept: len(k.levels) > 0 && k.err == nil}
	delivered := k.err == nil && k.delivery.By != ""
	for _, process := range slices.Sorted(maps.Keys(l.apart)) {
		if p.Target != nil {
			out.Apart = append(out.Apart, fmt.Errorf("%s: %w", process, l.apart[process]))
		}
		for _, level := range k.levels {
			if delivered && !l.has(process, level.Logger) {
				out.Changed = append(out.Changed, Leveled{Process: process, Changed: agent.Changed{Level: level}, By: k.delivery.By, Within: k.delivery.Within})
			}
		}
	}
	slices.SortFunc(out.Changed, func(a, b Leveled) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Logger, b.Logger))
	})
	switch {
	case out.Reached == 0 && !delivered && p.Target == nil:
		why := cmp.Or(k.err, errNoWay)
		return Levels{}, fault.Errorf(fault.Failed, "the processes cannot be reached from here: %w", why).
			WithFix("run this program beside the JVM, on its host, with --pid PID instead of the job")
	case out.Reached == 0 && !delivered:
		return Levels{}, errors.Join(out.Apart...)
	case k.err != nil:
		out.Later = fmt.Errorf("processes that start later have the levels only while a command with --stay runs: %w", k.err)
	}
	return out, nil
}

// looked is what the agents in processes say.
type looked struct {
	found []Leveled
	since time.Time        // when the last of them had changed its levels
	apart map[string]error // by process: why it could not be asked
}

func (l *looked) add(process string, said agent.State) {
	for _, c := range said.Changes {
		l.found = append(l.found, Leveled{Process: process, Changed: c, By: ByAgent})
	}
}

func (l looked) has(process, logger string) bool {
	return slices.ContainsFunc(l.found, func(c Leveled) bool { return c.Process == process && c.Logger == logger })
}

// toldAtOnce is how many agents that listen are told at once: they are on many machines, and it is little work for each.
const toldAtOnce = 32

// levels has the agent of every process do something, unless there is nothing to do, and asks what is changed then.
func (p Processes) levels(ctx context.Context, options string) looked {
	out := looked{found: []Leveled{}, apart: map[string]error{}}
	var mu sync.Mutex
	attaching := make(chan struct{}, inParallel)
	eachOf(toldAtOnce, p.All, func(_ int, v target.JVM) {
		since, state, err := p.agent(ctx, v, options, attaching)
		mu.Lock()
		defer mu.Unlock()
		if since.After(out.since) {
			out.since = since
		}
		if err != nil {
			out.apart[v.ID] = err
		}
		out.add(v.ID, state)
	})
	return out
}

// agent has the agent of a process do what the options say, unless there are none, and reads what it says and when it had
// done so. Where none listens, it is loaded, by as many at once as attaching takes.
func (p Processes) agent(ctx context.Context, v target.JVM, options string, attaching chan struct{}) (done time.Time, state agent.State, err error) {
	if p.Target == nil {
		return done, state, errors.New("it can be attached to on its host only")
	}
	text, told := "", false
	if listening, ok := p.Target.(target.Listening); ok {
		text, err = listening.Tell(ctx, v, options)
		done, told = time.Now(), err == nil
	}
	if !told {
		attaching <- struct{}{}
		done, text, err = p.inside(ctx, v, options)
		<-attaching
	}
	if err != nil {
		return done, state, err
	}
	state = agent.Parse(text)
	if options != "" && state.Problem != "" {
		return done, state, fault.Errorf(fault.Failed, "the agent says: %s", state.Problem)
	}
	return done, state, nil
}

// inside loads the agent with these options, unless there are none, and reads what it says. It has done what they say when
// it is loaded.
func (p Processes) inside(ctx context.Context, v target.JVM, options string) (loaded time.Time, text string, err error) {
	if options != "" {
		if loaded, err = p.load(ctx, v, options); err != nil {
			return loaded, "", err
		}
	}
	text, err = p.ask(ctx, v, "properties", nil)
	return loaded, text, err
}

// load loads the agent. Its jar is taken away again whatever happens: what it consists of is in the JVM then.
func (p Processes) load(ctx context.Context, v target.JVM, options string) (done time.Time, err error) {
	path, err := p.Target.Place(ctx, v, "autostream-agent.jar", agent.Jar())
	if err != nil {
		return done, fmt.Errorf("placing the agent: %w", err)
	}
	answer, err := p.ask(ctx, v, "load", []string{"instrument", "false", path + "=" + options})
	done = time.Now()
	away, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, p.Target.Fetch(away, v, path, io.Discard))
	// A JVM before Java 9 answers with a number, a later one with "return code: 0".
	if code := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(answer), "return code:")); err == nil && code != "0" {
		err = fault.Errorf(fault.Failed, "the JVM does not load the agent: %s", strings.TrimSpace(answer))
	}
	return done, err
}
