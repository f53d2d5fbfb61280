// Package rest is a client for the REST interface of a Flink JobManager, 1.17 and later: the calls AutoStream makes, and
// of their answers the fields it reads.
//
// Paths are those of version v1 (docs/static/generated/rest_v1_dispatcher.yml); answers may have more fields or fewer.
// A refusal is a *wire.Error; any other error means that there was no answer.
package rest

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/autostream/autostream/internal/flink/wire"
)

// Client calls one JobManager. It may be used from several goroutines.
type Client struct{ wire *wire.Client }

// New returns a client for the JobManager at base, "http://127.0.0.1:8081". h is nil for a client of its own.
func New(base string, h *http.Client) *Client { return &Client{wire.New(base, h)} }

// JobURL returns the address of the job's page in Flink's web interface.
func (c *Client) JobURL(id string) string { return c.wire.Base() + "/#/job/running/" + id }

// Millis is a point in time as Flink writes it: milliseconds since 1970, negative for none.
type Millis int64

// Time returns the point in time; the zero Time for none.
func (m Millis) Time() time.Time {
	if m <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m))
}

// Overview is the state of the cluster (ClusterOverviewWithVersion).
type Overview struct {
	TaskManagers   int    `json:"taskmanagers"`
	SlotsTotal     int    `json:"slots-total"`
	SlotsAvailable int    `json:"slots-available"`
	JobsRunning    int    `json:"jobs-running"` // also those that start, restart or end just now
	FlinkVersion   string `json:"flink-version"`
}

// Overview reads the state of the cluster.
func (c *Client) Overview(ctx context.Context) (o Overview, err error) {
	err = c.wire.Call(ctx, http.MethodGet, "/v1/overview", nil, &o)
	return o, err
}

// Config reads the configuration the JobManager was started with; secrets in it are masked by Flink.
func (c *Client) Config(ctx context.Context) (map[string]string, error) {
	var entries []struct{ Key, Value string }
	if err := c.wire.Call(ctx, http.MethodGet, "/v1/jobmanager/config", nil, &entries); err != nil {
		return nil, err
	}
	config := make(map[string]string, len(entries))
	for _, e := range entries {
		config[e.Key] = e.Value
	}
	return config, nil
}

// TaskManager is one registered TaskManager.
type TaskManager struct {
	ID        string `json:"id"`
	Slots     int    `json:"slotsNumber"`
	FreeSlots int    `json:"freeSlots"`
	Hardware  struct {
		Cores int `json:"cpuCores"` // as its JVM counts them
	} `json:"hardware"`
}

// TaskManagers lists the registered TaskManagers; one that died stays listed until its heartbeats time out.
func (c *Client) TaskManagers(ctx context.Context) ([]TaskManager, error) {
	var answer struct {
		TaskManagers []TaskManager `json:"taskmanagers"`
	}
	err := c.wire.Call(ctx, http.MethodGet, "/v1/taskmanagers", nil, &answer)
	return answer.TaskManagers, err
}

// Job is one line of the overview of jobs.
type Job struct {
	ID    string `json:"jid"`
	Name  string `json:"name"`
	State string `json:"state"`
	Start Millis `json:"start-time"`
	End   Millis `json:"end-time"`
	Tasks struct {
		Total        int `json:"total"`
		Deploying    int `json:"deploying"`
		Initializing int `json:"initializing"`
		Running      int `json:"running"`
		Finished     int `json:"finished"`
	} `json:"tasks"`
}

// Jobs lists the jobs that run and those that ended not long ago (jobstore.expiration-time). The answer is never an old
// one, unlike those about one job, which Flink keeps for web.refresh-interval (ExecutionGraphCache).
func (c *Client) Jobs(ctx context.Context) ([]Job, error) {
	var answer struct {
		Jobs []Job `json:"jobs"`
	}
	err := c.wire.Call(ctx, http.MethodGet, "/v1/jobs/overview", nil, &answer)
	return answer.Jobs, err
}

// Failure is the newest failure of a job.
type Failure struct {
	Time       time.Time
	Stacktrace string
	Task       string // "" when no task is to blame
	Total      int    // failures that Flink remembers, this one included
}

// LastFailure reads the newest failure of a job, and false when it has had none.
func (c *Client) LastFailure(ctx context.Context, id string) (Failure, bool, error) {
	var answer struct {
		RootException string `json:"root-exception"` // until 1.20
		History       struct {
			Entries []struct {
				Stacktrace string `json:"stacktrace"`
				Timestamp  Millis `json:"timestamp"`
				TaskName   string `json:"taskName"`
			} `json:"entries"`
		} `json:"exceptionHistory"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, "/v1/jobs/"+url.PathEscape(id)+"/exceptions", nil, &answer); err != nil {
		return Failure{}, false, err
	}
	entries := answer.History.Entries
	if len(entries) == 0 {
		return Failure{Stacktrace: answer.RootException, Total: 1}, answer.RootException != "", nil
	}
	newest := entries[0] // Flink lists them newest first
	return Failure{
		Time: newest.Timestamp.Time(), Stacktrace: newest.Stacktrace, Task: newest.TaskName, Total: len(entries),
	}, true, nil
}

// LatestCheckpoint reads the external path of the newest completed checkpoint or savepoint of a job; "" when none is kept.
func (c *Client) LatestCheckpoint(ctx context.Context, id string) (string, error) {
	type completed struct {
		ID   int64  `json:"id"`
		Path string `json:"external_path"`
	}
	var answer struct {
		Latest struct {
			Completed *completed `json:"completed"`
			Savepoint *completed `json:"savepoint"`
		} `json:"latest"`
	}
	if err := c.wire.Call(ctx, http.MethodGet, "/v1/jobs/"+url.PathEscape(id)+"/checkpoints", nil, &answer); err != nil {
		return "", err
	}
	newest := answer.Latest.Completed
	if sp := answer.Latest.Savepoint; sp != nil && (newest == nil || sp.ID > newest.ID) {
		newest = sp
	}
	if newest == nil || newest.Path == "<checkpoint-not-externally-addressable>" {
		return "", nil
	}
	return newest.Path, nil
}

// Cancel asks for a job to be cancelled; it does not wait. A job that has ended is a 404 or a 409.
func (c *Client) Cancel(ctx context.Context, id string) error {
	return c.wire.Call(ctx, http.MethodPatch, "/v1/jobs/"+url.PathEscape(id)+"?mode=cancel", nil, nil)
}

// Heartbeat says that somebody still wants the job, until then, since 1.18. Flink cancels a job that was submitted with
// execution.attached, execution.shutdown-on-attached-exit and client.heartbeat.timeout when that time is over
// (Dispatcher.checkJobClientAliveness; it looks once a minute).
func (c *Client) Heartbeat(ctx context.Context, id string, until time.Time) error {
	body := map[string]int64{"expiredTimestamp": until.UnixMilli()}
	return c.wire.Call(ctx, http.MethodPatch, "/v1/jobs/"+url.PathEscape(id)+"/clientHeartbeat", body, nil)
}
