package rest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// FlameGraph is what Flink has sampled of a vertex.
type FlameGraph struct {
	// Data is the graph as Flink draws it: {name, value, children[]}. It is empty while Flink is sampling still, which takes
	// seconds (rest.flamegraph.num-samples times delay-between-samples), and where Ended says that it never will be.
	Data  json.RawMessage
	Taken time.Time
	// Ended says that the vertex does not run any more, Disabled that rest.flamegraph.enabled is not set.
	Ended, Disabled bool
}

// FlameGraph asks for a graph of a vertex, of kind "full", "on_cpu" or "off_cpu", and has Flink sample it when there is none
// that is young enough (rest.flamegraph.refresh-interval, a minute).
func (c *Client) FlameGraph(ctx context.Context, job, vertex, kind string) (FlameGraph, error) {
	var answer struct {
		End  int64           `json:"endTimestamp"`
		Data json.RawMessage `json:"data"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, vertexPath(job, vertex)+"/flamegraph?type="+url.QueryEscape(kind), nil, &answer); err != nil {
		return FlameGraph{}, err
	}
	switch answer.End { // VertexFlameGraph of Flink 1.17 to 2.2
	case -1:
		return FlameGraph{Ended: true}, nil
	case -2:
		return FlameGraph{Disabled: true}, nil
	case -3:
		return FlameGraph{}, nil
	}
	return FlameGraph{Data: answer.Data, Taken: time.UnixMilli(answer.End)}, nil
}
