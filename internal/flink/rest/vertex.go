package rest

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// number is a float as Flink writes it: NaN and the infinities are texts, and metrics are texts altogether.
type number float64

// UnmarshalJSON reads a number or a text that holds one; what cannot be read is NaN.
func (n *number) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	if err != nil {
		v = math.NaN()
	}
	*n = number(v)
	return nil
}

// Pressure is how a subtask spends its time, as shares of 1. NaN where Flink does not measure it: sources of the old kind
// do not know when they are busy.
type Pressure struct {
	Subtask                   int
	Busy, Idle, Backpressured float64
}

// Backpressure reads how the subtasks of a vertex spend their time.
func (c *Client) Backpressure(ctx context.Context, job, vertex string) ([]Pressure, error) {
	var answer struct {
		Subtasks []struct {
			Subtask int    `json:"subtask"`
			Ratio   number `json:"ratio"`
			Idle    number `json:"idleRatio"`
			Busy    number `json:"busyRatio"`
		} `json:"subtasks"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, vertexPath(job, vertex)+"/backpressure", nil, &answer); err != nil {
		return nil, err
	}
	var out []Pressure
	for _, s := range answer.Subtasks {
		out = append(out, Pressure{Subtask: s.Subtask, Busy: float64(s.Busy), Idle: float64(s.Idle), Backpressured: float64(s.Ratio)})
	}
	return out, nil
}

// Subtask is one parallel instance of a vertex.
type Subtask struct {
	Index        int
	State        string
	TaskManager  string // resource id
	Attempt      int
	Start        time.Time
	ReadRecords  int64 // since it was started, from other vertices
	WriteRecords int64
}

// Subtasks reads the instances of a vertex with what they have read and written.
func (c *Client) Subtasks(ctx context.Context, job, vertex string) ([]Subtask, error) {
	var answer struct {
		Subtasks []struct {
			Subtask     int    `json:"subtask"`
			Status      string `json:"status"`
			Attempt     int    `json:"attempt"`
			Start       Millis `json:"start-time"`
			TaskManager string `json:"taskmanager-id"`
			Metrics     struct {
				Read  int64 `json:"read-records"`
				Write int64 `json:"write-records"`
			} `json:"metrics"`
		} `json:"subtasks"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, vertexPath(job, vertex), nil, &answer); err != nil {
		return nil, err
	}
	var out []Subtask
	for _, s := range answer.Subtasks {
		out = append(out, Subtask{
			Index: s.Subtask, State: s.Status, TaskManager: s.TaskManager, Attempt: s.Attempt, Start: s.Start.Time(),
			ReadRecords: s.Metrics.Read, WriteRecords: s.Metrics.Write,
		})
	}
	return out, nil
}

// NoWatermark is the watermark of a subtask that has received none from at least one of its inputs (Long.MIN_VALUE).
const NoWatermark = math.MinInt64

// Watermarks reads the watermark that each subtask of a vertex has received, in milliseconds since 1970, by its number.
func (c *Client) Watermarks(ctx context.Context, job, vertex string) (map[int]int64, error) {
	var answer []struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, vertexPath(job, vertex)+"/watermarks", nil, &answer); err != nil {
		return nil, err
	}
	out := map[int]int64{}
	for _, m := range answer {
		index, _, _ := strings.Cut(m.ID, ".")
		i, err := strconv.Atoi(index)
		if err != nil {
			continue
		}
		if v, err := strconv.ParseInt(m.Value, 10, 64); err == nil {
			out[i] = v
		}
	}
	return out, nil
}

func vertexPath(job, vertex string) string {
	return "/v1/jobs/" + url.PathEscape(job) + "/vertices/" + url.PathEscape(vertex)
}
