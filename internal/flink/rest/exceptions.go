package rest

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Exception is one entry of the history of a job's failures.
type Exception struct {
	Time        time.Time
	Class       string // "java.lang.IllegalStateException"
	Stacktrace  string
	Task        string // "Source: a -> b (1/2) - execution #0"; "" when no task is to blame
	TaskManager string // resource id; "" before 1.18 and where no task is to blame
	Concurrent  []Exception
}

// Exceptions reads the history of a job's failures, newest first; Flink remembers the last 16 unless told otherwise
// (web.exception-history-size).
func (c *Client) Exceptions(ctx context.Context, id string, most int) ([]Exception, error) {
	type entry struct {
		Name        string `json:"exceptionName"`
		Stacktrace  string `json:"stacktrace"`
		Timestamp   Millis `json:"timestamp"`
		Task        string `json:"taskName"`
		TaskManager string `json:"taskManagerId"`
	}
	var answer struct {
		History struct {
			Entries []struct {
				entry
				Concurrent []entry `json:"concurrentExceptions"`
			} `json:"entries"`
		} `json:"exceptionHistory"`
	}
	path := "/v1/jobs/" + url.PathEscape(id) + "/exceptions?maxExceptions=" + strconv.Itoa(most)
	if err := c.wire.Call(ctx, http.MethodGet, path, nil, &answer); err != nil {
		return nil, err
	}
	of := func(e entry) Exception {
		return Exception{Time: e.Timestamp.Time(), Class: e.Name, Stacktrace: e.Stacktrace, Task: e.Task, TaskManager: e.TaskManager}
	}
	var out []Exception
	for _, e := range answer.History.Entries {
		x := of(e.entry)
		for _, other := range e.Concurrent {
			x.Concurrent = append(x.Concurrent, of(other))
		}
		out = append(out, x)
	}
	return out, nil
}
