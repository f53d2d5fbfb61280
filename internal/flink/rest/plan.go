package rest

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// JobDetail is the state of a job and of its vertices.
type JobDetail struct {
	ID             string
	Name           string
	State          string
	Start, End     time.Time // End is zero while it runs
	MaxParallelism int
	Vertices       []Vertex
	Edges          []Edge
}

// Vertex is a node of the job graph: operators that run in one task.
type Vertex struct {
	ID             string
	Name           string
	Operators      string // how the planner describes them, in HTML: "[1]:TableSourceScan(table=[[…]], fields=[id])<br/>+- [2]:Calc(…)<br/>"
	Parallelism    int
	MaxParallelism int
	State          string
	Start          time.Time
	Subtasks       map[string]int // by state
}

// Edge is a connection between two vertices, by their ids.
type Edge struct {
	From, To string
	Strategy string // "HASH", "FORWARD", "REBALANCE"
}

// Job reads a job with its vertices in topological order; the answer may be web.refresh-interval old.
func (c *Client) Job(ctx context.Context, id string) (JobDetail, error) {
	var answer struct {
		ID       string `json:"jid"`
		Name     string `json:"name"`
		State    string `json:"state"`
		Start    Millis `json:"start-time"`
		End      Millis `json:"end-time"`
		Max      int    `json:"maxParallelism"`
		Vertices []struct {
			ID          string         `json:"id"`
			Name        string         `json:"name"`
			Max         int            `json:"maxParallelism"`
			Parallelism int            `json:"parallelism"`
			Status      string         `json:"status"`
			Start       Millis         `json:"start-time"`
			Tasks       map[string]int `json:"tasks"`
		} `json:"vertices"`
		Plan struct {
			Nodes []struct {
				ID          string `json:"id"`
				Description string `json:"description"`
				Inputs      []struct {
					ID       string `json:"id"`
					Strategy string `json:"ship_strategy"`
				} `json:"inputs"`
			} `json:"nodes"`
		} `json:"plan"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, "/v1/jobs/"+url.PathEscape(id), nil, &answer); err != nil {
		return JobDetail{}, err
	}
	d := JobDetail{ID: answer.ID, Name: answer.Name, State: answer.State, Start: answer.Start.Time(), End: answer.End.Time(), MaxParallelism: answer.Max}
	for _, v := range answer.Vertices {
		d.Vertices = append(d.Vertices, Vertex{
			ID: v.ID, Name: v.Name, Parallelism: v.Parallelism, MaxParallelism: v.Max, State: v.Status, Start: v.Start.Time(), Subtasks: v.Tasks,
		})
	}
	for _, n := range answer.Plan.Nodes {
		if at := slices.IndexFunc(d.Vertices, func(v Vertex) bool { return v.ID == n.ID }); at >= 0 {
			d.Vertices[at].Operators = n.Description
		}
		for _, in := range n.Inputs {
			d.Edges = append(d.Edges, Edge{From: in.ID, To: n.ID, Strategy: in.Strategy})
		}
	}
	return d, nil
}
