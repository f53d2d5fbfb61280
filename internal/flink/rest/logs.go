package rest

import (
	"context"
	"io"
	"net/http"
	"net/url"
)

// LogFile is a file in the log folder of a process.
type LogFile struct {
	Name string `json:"name"`
	Size int64  `json:"size"` // bytes
}

// JobManager names the JobManager where a process is asked for; a TaskManager is named by its resource id.
const JobManager = "jobmanager"

// process is the path of a process's own part of the interface.
func process(id string) string {
	if id == JobManager {
		return "/v1/jobmanager"
	}
	return "/v1/taskmanagers/" + url.PathEscape(id)
}

// LogFiles lists the log files of a process, JobManager or the id of a TaskManager: those of its log folder that are
// still there, rolled ones included.
func (c *Client) LogFiles(ctx context.Context, id string) ([]LogFile, error) {
	var answer struct {
		Logs []LogFile `json:"logs"`
	}
	err := c.wire.Call(ctx, http.MethodGet, process(id)+"/logs", nil, &answer)
	return answer.Logs, err
}

// Log copies a log file of a process to w.
func (c *Client) Log(ctx context.Context, id, name string, w io.Writer) error {
	return c.wire.Fetch(ctx, process(id)+"/logs/"+url.PathEscape(name), w)
}
