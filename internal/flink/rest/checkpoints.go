package rest

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/autostream/autostream/internal/flink/wire"
)

// Checkpoints is what a JobManager knows about the checkpoints of a job.
type Checkpoints struct {
	Enabled   bool
	Interval  time.Duration
	Timeout   time.Duration
	Unaligned bool
	Backend   string // "HashMapStateBackend", "EmbeddedRocksDBStateBackend"
	Completed int
	Failed    int
	Running   int
	History   []Checkpoint // newest first; Flink keeps 10 (web.checkpoints.history)
}

// Checkpoint is one checkpoint or savepoint.
type Checkpoint struct {
	ID        int64
	Status    string // "COMPLETED", "FAILED", "IN_PROGRESS"
	Savepoint bool
	Triggered time.Time
	Duration  time.Duration // so far, while it is in progress
	Size      int64         // bytes of state
	Acked     int           // subtasks that have done their part
	Subtasks  int
	Failure   string // why it failed; ""
}

// Checkpoints reads the checkpoints of a job; a job without them is not Enabled.
func (c *Client) Checkpoints(ctx context.Context, job string) (Checkpoints, error) {
	path := "/v1/jobs/" + url.PathEscape(job) + "/checkpoints"
	var config struct {
		Interval  int64  `json:"interval"`
		Timeout   int64  `json:"timeout"`
		Unaligned bool   `json:"unaligned_checkpoints"`
		Backend   string `json:"state_backend"`
	}
	switch err := c.wire.Call(ctx, http.MethodGet, path+"/config", nil, &config); {
	case wire.Is(err, http.StatusNotFound):
		return Checkpoints{}, nil
	case err != nil:
		return Checkpoints{}, err
	}
	var answer struct {
		Counts struct {
			Completed int `json:"completed"`
			Failed    int `json:"failed"`
			Running   int `json:"in_progress"`
		} `json:"counts"`
		History []struct {
			ID        int64  `json:"id"`
			Status    string `json:"status"`
			Savepoint bool   `json:"is_savepoint"`
			Triggered Millis `json:"trigger_timestamp"`
			Duration  int64  `json:"end_to_end_duration"`
			Size      int64  `json:"state_size"`
			Acked     int    `json:"num_acknowledged_subtasks"`
			Subtasks  int    `json:"num_subtasks"`
			Failure   string `json:"failure_message"`
		} `json:"history"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, path, nil, &answer); err != nil {
		return Checkpoints{}, err
	}
	out := Checkpoints{
		Enabled: config.Interval > 0 && config.Interval < 1<<62, Interval: time.Duration(config.Interval) * time.Millisecond,
		Timeout: time.Duration(config.Timeout) * time.Millisecond, Unaligned: config.Unaligned, Backend: config.Backend,
		Completed: answer.Counts.Completed, Failed: answer.Counts.Failed, Running: answer.Counts.Running,
	}
	for _, h := range answer.History {
		out.History = append(out.History, Checkpoint{
			ID: h.ID, Status: h.Status, Savepoint: h.Savepoint, Triggered: h.Triggered.Time(), Duration: time.Duration(h.Duration) * time.Millisecond,
			Size: h.Size, Acked: h.Acked, Subtasks: h.Subtasks, Failure: h.Failure,
		})
	}
	return out, nil
}
