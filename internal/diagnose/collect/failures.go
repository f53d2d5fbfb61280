package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

// remembered is how many failures Flink is asked for; it keeps 16 unless told otherwise.
const remembered = 100

// Failures reads the failures that Flink remembers and those in the logs. When one of the two cannot be read, the other
// is enough, and the error is in problem.
func (s Subject) Failures(ctx context.Context, rules *failure.Rules) (report failure.Report, problem error, err error) {
	groups := rules.NewGroups(time.Local)
	logs := s.CopyLogs(ctx, groups)
	if err := groups.Close(); err != nil {
		return failure.Report{}, nil, err
	}
	history, asked := s.history(ctx)
	for _, e := range history {
		groups.Add(e)
	}
	if logs != nil && asked != nil {
		return failure.Report{}, nil, errors.Join(logs, asked)
	}
	return groups.Report(), errors.Join(logs, asked), ctx.Err()
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
	for i := len(exceptions) - 1; i >= 0; i-- {
		events = append(events, event(exceptions[i]))
		for _, other := range exceptions[i].Concurrent {
			events = append(events, event(other))
		}
	}
	return events, nil
}

func event(e rest.Exception) failure.Event {
	heading := "a failure"
	if e.Task != "" {
		heading = strings.TrimSuffix(e.Task, " ") + " switched from RUNNING to FAILED"
	}
	return failure.Event{Source: "flink", Time: e.Time, Level: "ERROR", Text: heading + "\n" + e.Stacktrace}
}
