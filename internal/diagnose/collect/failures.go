package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

// remembered is how many failures Flink is asked for; it keeps 16 unless told otherwise.
const remembered = 100

// Failures reads the failures that Flink remembers and those in the logs. When one of the two cannot be read, the other
// is enough, and the error is in problem; so is what of the logs was read when ctx ends.
func (s Subject) Failures(ctx context.Context, rules *failure.Rules) (report failure.Report, problem error, err error) {
	groups := rules.NewGroups(time.Local)
	keep, scoped := s.ofThisJob(ctx)
	if scoped {
		groups.Keep(keep)
	}
	history, asked := s.history(ctx) // before the logs, which may take all the time that there is
	logs := s.CopyLogs(ctx, groups)
	if err := groups.Close(); err != nil {
		return failure.Report{}, nil, err
	}
	for _, e := range history {
		groups.Add(e)
	}
	if logs != nil && asked != nil {
		return failure.Report{}, nil, errors.Join(logs, asked)
	}
	return groups.Report(), errors.Join(logs, asked), ctx.Err()
}

// ofThisJob tells the events of the job from those of others that share its cluster and its logs, now or formerly: failures of
// tasks that the job does not have and, where the cluster has other jobs, events from before it was started and those that
// name another job. The only job of a cluster may have been started again because of what was before.
func (s Subject) ofThisJob(ctx context.Context) (func(failure.Event) bool, bool) {
	if s.REST == nil {
		return nil, false
	}
	all, err := s.REST.Jobs(ctx)
	if err != nil {
		return nil, false
	}
	detail, err := s.REST.Job(ctx, s.ID)
	if err != nil {
		return nil, false
	}
	var others, tasks []string
	for _, j := range all {
		if j.ID != s.ID {
			others = append(others, j.ID)
		}
	}
	for _, v := range detail.Vertices {
		tasks = append(tasks, v.Name+" (")
	}
	return func(e failure.Event) bool {
		if len(others) > 0 && !e.Time.IsZero() && e.Time.Before(detail.Start) {
			return false
		}
		if task := e.Task(); task != "" {
			return slices.ContainsFunc(tasks, func(name string) bool { return strings.HasPrefix(task, name) })
		}
		return !slices.ContainsFunc(others, func(id string) bool { return strings.Contains(e.Text, id) })
	}, true
}

// history makes events of what Flink remembers, the oldest first.
func (s Subject) history(ctx context.Context) ([]failure.Event, error) {
	if s.REST == nil {
		return nil, errors.New("no JobManager knows the job")
	}
	exceptions, err := s.REST.Exceptions(ctx, s.ID, remembered)
	if err != nil {
		return nil, fmt.Errorf("asking for the failures of job %s: %w", s.ID, err)
	}
	var events []failure.Event
	for _, e := range slices.Backward(exceptions) {
		events = append(events, event(e))
		for _, other := range e.Concurrent {
			events = append(events, event(other))
		}
	}
	return events, nil
}

func event(e rest.Exception) failure.Event {
	heading := "a failure"
	if e.Task != "" {
		heading = e.Task + " switched from RUNNING to FAILED"
	}
	return failure.Event{Source: "flink", Time: e.Time, Level: "ERROR", Text: heading + "\n" + e.Stacktrace}
}
