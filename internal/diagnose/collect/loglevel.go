package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// Leveled is a logger of a process whose level is another one for a time.
type Leveled struct {
	Process string `json:"process"`
	agent.Changed
}

// SetLevels changes levels of loggers in the processes and in those that start later, until their time is over: the JVMs
// change them back themselves. It returns what is changed then, by process. Processes that could not be reached are in
// problem, and so is a target that cannot do so for processes to come. When ctx ends nothing stays changed.
func (s Subject) SetLevels(ctx context.Context, p Processes, levels []agent.Level) (_ []Leveled, problem error, _ error) {
	changed, problem, err := p.levels(ctx, agent.Set(levels))
	if ctx.Err() != nil {
		var names []string
		for _, l := range levels {
			names = append(names, l.Logger)
		}
		back, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, _, undone := p.levels(back, agent.Reset(names))
		return nil, nil, errors.Join(ctx.Err(), undone)
	}
	if err != nil {
		return nil, nil, err
	}
	return changed, errors.Join(problem, s.keepLevels(ctx, changed)), nil
}

// ResetLevels changes levels back before their time is over, and returns what is still changed.
func (s Subject) ResetLevels(ctx context.Context, p Processes, loggers []string) (_ []Leveled, problem error, _ error) {
	left, problem, err := p.levels(ctx, agent.Reset(loggers))
	if err != nil {
		return nil, nil, err
	}
	return left, errors.Join(problem, s.keepLevels(ctx, left)), nil
}

// Levels returns what is changed in the processes. Nothing is loaded into them.
func (p Processes) Levels(ctx context.Context) (_ []Leveled, problem error, _ error) {
	return p.levels(ctx, "")
}

// keepLevels has processes to come begin with what is changed in those that run.
func (s Subject) keepLevels(ctx context.Context, changed []Leveled) error {
	if s.ID == "" {
		return nil // a JVM of no job: none is to come
	}
	keeper, ok := s.JVMs.(target.Leveling)
	if !ok {
		return errors.New("TaskManagers that start later have these levels only while a command with --stay runs")
	}
	levels := []agent.Level{}
	for _, c := range changed {
		if !slices.Contains(levels, c.Level) {
			levels = append(levels, c.Level)
		}
	}
	return keeper.KeepLevels(ctx, target.JobID(s.ID), levels)
}

// levels has the agent of every process do something, unless there is nothing to do, and asks what is changed then.
func (p Processes) levels(ctx context.Context, options string) ([]Leveled, error, error) {
	found := []Leveled{}
	var problems []error
	var mu sync.Mutex
	each(p.All, func(_ int, v target.JVM) {
		state, err := p.agent(ctx, v, options)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", v.ID, err))
		}
		for _, c := range state.Changes {
			found = append(found, Leveled{Process: v.ID, Changed: c})
		}
	})
	slices.SortFunc(found, func(a, b Leveled) int {
		return cmp.Or(cmp.Compare(a.Process, b.Process), cmp.Compare(a.Logger, b.Logger))
	})
	if len(problems) == len(p.All) {
		return nil, nil, errors.Join(problems...)
	}
	return found, errors.Join(problems...), nil
}

// agent loads the agent into a process with these options, unless there are none, and reads what it says.
func (p Processes) agent(ctx context.Context, v target.JVM, options string) (agent.State, error) {
	if options != "" {
		if err := p.load(ctx, v, options); err != nil {
			return agent.State{}, err
		}
	}
	text, err := p.ask(ctx, v, "properties", nil)
	if err != nil {
		return agent.State{}, err
	}
	state := agent.Parse(text)
	if options != "" && state.Problem != "" {
		return state, fault.Errorf(fault.Failed, "the agent says: %s", state.Problem)
	}
	return state, nil
}

// load loads the agent. Its jar is taken away again whatever happens: what it consists of is in the JVM then.
func (p Processes) load(ctx context.Context, v target.JVM, options string) error {
	path, err := p.Target.Place(ctx, v, "autostream-agent.jar", agent.Jar())
	if err != nil {
		return fmt.Errorf("placing the agent: %w", err)
	}
	answer, err := p.ask(ctx, v, "load", []string{"instrument", "false", path + "=" + options})
	away, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, p.Target.Fetch(away, v, path, io.Discard))
	// A JVM before Java 9 answers with a number, a later one with "return code: 0".
	if code := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(answer), "return code:")); err == nil && code != "0" {
		err = fault.Errorf(fault.Failed, "the JVM does not load the agent: %s", strings.TrimSpace(answer))
	}
	return err
}
