package rest

import (
	"context"
	"net/http"
	"net/url"
)

// Bounds are how parallel a vertex has to be at least for the job to run, and how parallel it is made when there are slots
// enough (JobVertexResourceRequirements.Parallelism).
type Bounds struct {
	Lower int `json:"lowerBound"`
	Upper int `json:"upperBound"`
}

type requirement struct {
	Parallelism Bounds `json:"parallelism"`
}

// Requirements reads the bounds of all vertices of a job, by their ids. Only the adaptive scheduler has any (FLIP-291,
// Flink 1.18); others refuse to answer.
func (c *Client) Requirements(ctx context.Context, id string) (map[string]Bounds, error) {
	var answer map[string]requirement
	if err := c.wire.Call(ctx, http.MethodGet, "/v1/jobs/"+url.PathEscape(id)+"/resource-requirements", nil, &answer); err != nil {
		return nil, err
	}
	out := make(map[string]Bounds, len(answer))
	for vertex, r := range answer {
		out[vertex] = r.Parallelism
	}
	return out, nil
}

// Require sets the bounds of all vertices of a job, which then changes its parallelism while it runs. Asking for the same
// twice changes nothing.
func (c *Client) Require(ctx context.Context, id string, bounds map[string]Bounds) error {
	body := make(map[string]requirement, len(bounds))
	for vertex, b := range bounds {
		body[vertex] = requirement{b}
	}
	return c.wire.Call(ctx, http.MethodPut, "/v1/jobs/"+url.PathEscape(id)+"/resource-requirements", body, nil)
}
