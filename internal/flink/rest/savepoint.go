package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/autostream/autostream/internal/flink/throwable"
)

// Savepoint formats (SavepointFormatType).
const (
	Canonical = "CANONICAL"
	Native    = "NATIVE"
)

// Operation is the state of an asynchronous operation. The trigger that names it is chosen by the caller, 32 hexadecimal
// digits: repeating a request with the same trigger never starts a second operation (CompletedOperationCache keeps the
// outcome for five minutes, rest.async.store-duration).
type Operation struct {
	Done     bool
	Location string          // of the savepoint, when it succeeded
	Failure  throwable.Chain // nil when it succeeded or is not done
}

// StopRequest asks for a job to be stopped with a savepoint.
type StopRequest struct {
	Trigger   string `json:"triggerId"`
	Directory string `json:"targetDirectory,omitempty"` // "" is the cluster's own
	Drain     bool   `json:"drain"`
	Format    string `json:"formatType,omitempty"`
}

// Stop triggers stop-with-savepoint; SavepointStatus tells the outcome.
func (c *Client) Stop(ctx context.Context, id string, r StopRequest) error {
	return c.wire.Call(ctx, http.MethodPost, "/v1/jobs/"+url.PathEscape(id)+"/stop", r, nil)
}

// SavepointRequest asks for a savepoint of a running job.
type SavepointRequest struct {
	Trigger   string `json:"triggerId"`
	Directory string `json:"target-directory,omitempty"`
	Format    string `json:"formatType,omitempty"`
}

// Savepoint triggers a savepoint; SavepointStatus tells the outcome.
func (c *Client) Savepoint(ctx context.Context, id string, r SavepointRequest) error {
	return c.wire.Call(ctx, http.MethodPost, "/v1/jobs/"+url.PathEscape(id)+"/savepoints", r, nil)
}

// SavepointStatus reads how a savepoint or stop is getting on. 404 means that the JobManager knows no such trigger.
func (c *Client) SavepointStatus(ctx context.Context, id, trigger string) (Operation, error) {
	return c.operation(ctx, "/v1/jobs/"+url.PathEscape(id)+"/savepoints/"+url.PathEscape(trigger))
}

// DisposeSavepoint triggers the removal of a savepoint's files and returns the trigger for DisposalStatus.
func (c *Client) DisposeSavepoint(ctx context.Context, path string) (trigger string, err error) {
	request := struct {
		Path string `json:"savepoint-path"`
	}{path}
	var answer struct {
		Trigger string `json:"request-id"`
	}
	err = c.wire.Call(ctx, http.MethodPost, "/v1/savepoint-disposal", request, &answer)
	return answer.Trigger, err
}

// DisposalStatus reads how the removal of a savepoint is getting on.
func (c *Client) DisposalStatus(ctx context.Context, trigger string) (Operation, error) {
	return c.operation(ctx, "/v1/savepoint-disposal/"+url.PathEscape(trigger))
}

// operation reads an AsynchronousOperationResult.
func (c *Client) operation(ctx context.Context, path string) (Operation, error) {
	var answer struct {
		Status struct {
			ID string `json:"id"`
		} `json:"status"`
		Operation struct {
			Location string `json:"location"`
			Failure  *struct {
				Stacktrace string `json:"stack-trace"`
			} `json:"failure-cause"`
		} `json:"operation"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, path, nil, &answer); err != nil {
		return Operation{}, err
	}
	o := Operation{Done: answer.Status.ID == "COMPLETED", Location: answer.Operation.Location}
	if f := answer.Operation.Failure; f != nil {
		o.Failure = throwable.Parse(f.Stacktrace)
	}
	return o, nil
}

// Restarts reads how often a job was restarted (metric numRestarts); 0 while the JobManager has not measured it.
func (c *Client) Restarts(ctx context.Context, id string) (int, error) {
	var answer []struct {
		Value string `json:"value"`
	}
	path := "/v1/jobs/" + url.PathEscape(id) + "/metrics?get=numRestarts"
	if err := c.wire.Call(ctx, http.MethodGet, path, nil, &answer); err != nil || len(answer) == 0 {
		return 0, err
	}
	n, err := strconv.Atoi(answer[0].Value)
	if err != nil {
		return 0, fmt.Errorf("reading numRestarts of job %s: %w", id, err)
	}
	return n, nil
}
