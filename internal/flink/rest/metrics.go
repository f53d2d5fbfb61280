package rest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Metrics reads metrics of a process, JobManager or the id of a TaskManager; those that it does not have are missing.
func (c *Client) Metrics(ctx context.Context, id string, names ...string) (map[string]float64, error) {
	return c.metrics(ctx, process(id)+"/metrics", names)
}

// JobMetrics reads metrics of a job.
func (c *Client) JobMetrics(ctx context.Context, job string, names ...string) (map[string]float64, error) {
	return c.metrics(ctx, "/v1/jobs/"+url.PathEscape(job)+"/metrics", names)
}

func (c *Client) metrics(ctx context.Context, path string, names []string) (map[string]float64, error) {
	var answer []struct {
		ID    string `json:"id"`
		Value number `json:"value"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, path+"?get="+url.QueryEscape(strings.Join(names, ",")), nil, &answer); err != nil {
		return nil, err
	}
	out := map[string]float64{}
	for _, m := range answer {
		out[m.ID] = float64(m.Value)
	}
	return out, nil
}

// Aggregate is a metric over all subtasks of a vertex, or over all TaskManagers.
type Aggregate struct{ Min, Max, Sum float64 }

// VertexMetrics reads metrics over the subtasks of a vertex; those that it does not have are missing.
func (c *Client) VertexMetrics(ctx context.Context, job, vertex string, names ...string) (map[string]Aggregate, error) {
	return c.aggregates(ctx, vertexPath(job, vertex)+"/subtasks/metrics", names)
}

// TaskManagerMetrics reads metrics over all TaskManagers; those that none has are missing.
func (c *Client) TaskManagerMetrics(ctx context.Context, names ...string) (map[string]Aggregate, error) {
	return c.aggregates(ctx, "/v1/taskmanagers/metrics", names)
}

func (c *Client) aggregates(ctx context.Context, path string, names []string) (map[string]Aggregate, error) {
	var answer []struct {
		ID            string `json:"id"`
		Min, Max, Sum number
	}
	path += "?agg=min,max,sum&get=" + url.QueryEscape(strings.Join(names, ","))
	if err := c.wire.Call(ctx, http.MethodGet, path, nil, &answer); err != nil {
		return nil, err
	}
	out := map[string]Aggregate{}
	for _, m := range answer {
		out[m.ID] = Aggregate{Min: float64(m.Min), Max: float64(m.Max), Sum: float64(m.Sum)}
	}
	return out, nil
}

// VertexMetricNames lists the metrics that subtasks of a vertex have; those of operators are led by the operator's name.
func (c *Client) VertexMetricNames(ctx context.Context, job, vertex string) ([]string, error) {
	var answer []struct {
		ID string `json:"id"`
	}
	err := c.wire.Call(ctx, http.MethodGet, vertexPath(job, vertex)+"/subtasks/metrics", nil, &answer)
	names := make([]string, len(answer))
	for i, m := range answer {
		names[i] = m.ID
	}
	return names, err
}
