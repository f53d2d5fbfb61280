package collect

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose/threads"
)

// Sampling says how thread dumps are taken.
type Sampling struct {
	Samples int           // of each process
	Every   time.Duration // between two
	Only    string        // one TaskManager, by its id; "" takes all
	Attach  bool          // ask the JVMs themselves instead of Flink's REST interface
}

// inParallel is how many processes are asked at once.
const inParallel = 8

// Threads takes dumps of the TaskManagers of the job, and returns them with what is known about it: a session cluster has
// threads of other jobs too. That is nothing where no JobManager knows the job. Processes that die meanwhile are in problem,
// the others are enough.
func (s Subject) Threads(ctx context.Context, o Sampling) (dumps []threads.Dump, known threads.Job, problem error, err error) {
	if o.Attach {
		dumps, problem, err = s.threadsInside(ctx, o)
		if err != nil || s.REST == nil {
			return dumps, known, problem, err
		}
	}
	if s.REST == nil {
		return nil, known, nil, fault.Errorf(fault.NotFound, "%s does not run: no JobManager knows it", s.Name)
	}
	known, unknown, err := s.known(ctx)
	if err != nil {
		return nil, known, nil, err
	}
	if o.Attach {
		return dumps, known, errors.Join(problem, unknown), nil
	}
	ids, err := s.taskManagers(ctx, o.Only)
	if err != nil {
		return nil, known, nil, err
	}
	dumps, problem, err = o.take(ctx, func() ([]threads.Dump, error) { return s.dump(ctx, ids) })
	return dumps, known, errors.Join(problem, unknown), err
}

// threadsInside takes the dumps from the JVMs themselves.
func (s Subject) threadsInside(ctx context.Context, o Sampling) (dumps []threads.Dump, problem error, err error) {
	inside, err := s.Inside(ctx, o.Only)
	if err != nil {
		return nil, nil, err
	}
	err = s.Do(ctx, Deed{Kind: "thread-dump", What: fmt.Sprintf("%d times", o.Samples)}, inside, func() (err error) {
		dumps, problem, err = o.take(ctx, func() ([]threads.Dump, error) { return inside.dump(ctx) })
		return err
	})
	return dumps, problem, err
}

// take takes all dumps.
func (o Sampling) take(ctx context.Context, once func() ([]threads.Dump, error)) (dumps []threads.Dump, problem error, err error) {
	for n := range o.Samples {
		if n > 0 {
			select {
			case <-ctx.Done():
				return nil, nil, ctx.Err()
			case <-time.After(o.Every):
			}
		}
		taken, missing := once()
		dumps = append(dumps, taken...)
		problem = errors.Join(problem, missing)
	}
	if len(dumps) == 0 {
		return nil, nil, errors.Join(problem, ctx.Err())
	}
	return dumps, problem, ctx.Err()
}

// dump takes one dump of each process through the attach protocol: with locks of java.util.concurrent and whole stacks.
func (p Processes) dump(ctx context.Context) ([]threads.Dump, error) {
	answers, problem, err := p.Ask(ctx, "threaddump", "-l")
	var dumps []threads.Dump
	for id, text := range answers {
		d := threads.Parse(text)
		d.Process = id
		dumps = append(dumps, d)
	}
	return dumps, errors.Join(problem, err)
}

// taskManagers lists the TaskManagers of the cluster, or the one that was asked for.
func (s Subject) taskManagers(ctx context.Context, only string) ([]string, error) {
	managers, err := s.REST.TaskManagers(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing TaskManagers: %w", err)
	}
	var ids []string
	for _, m := range managers {
		if only == "" || m.ID == only {
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fault.Errorf(fault.NotFound, "there is no TaskManager %s", only).WithFix("autostream diagnose %s", s.Name)
	}
	return ids, nil
}

// dump takes one dump of each process.
func (s Subject) dump(ctx context.Context, ids []string) ([]threads.Dump, error) {
	dumps := make([]threads.Dump, len(ids))
	problems := make([]error, len(ids))
	each(ids, func(i int, id string) {
		text, err := s.REST.ThreadDump(ctx, id)
		if err != nil {
			problems[i] = fmt.Errorf("taking a thread dump of %s: %w", id, err)
			return
		}
		dumps[i] = threads.Parse(text)
		dumps[i].Process = id
	})
	var taken []threads.Dump
	for i := range dumps {
		if problems[i] == nil {
			taken = append(taken, dumps[i])
		}
	}
	return taken, errors.Join(problems...)
}

// each calls f for every item, a few at once, and returns when all calls have.
func each[T any](items []T, f func(i int, item T)) { eachOf(inParallel, items, f) }

// eachOf is each with so many at once.
func eachOf[T any](atOnce int, items []T, f func(i int, item T)) {
	limit := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, item := range items {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			f(i, item)
		})
	}
	all.Wait()
}
