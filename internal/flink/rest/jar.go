package rest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// RunRequest starts the main class of an uploaded jar (JarRunRequestBody).
type RunRequest struct {
	EntryClass       string            `json:"entryClass,omitempty"`
	Args             []string          `json:"programArgsList,omitempty"`
	Parallelism      int               `json:"parallelism,omitempty"`
	JobID            string            `json:"jobId,omitempty"`
	Savepoint        string            `json:"savepointPath,omitempty"`
	AllowNonRestored bool              `json:"allowNonRestoredState,omitempty"`
	ClaimMode        string            `json:"claimMode,omitempty"`   // since 1.20
	RestoreMode      string            `json:"restoreMode,omitempty"` // until 1.19
	Config           map[string]string `json:"flinkConfiguration,omitempty"`
}

// UploadJar sends a jar to the JobManager and returns the id under which it can be run and deleted.
func (c *Client) UploadJar(ctx context.Context, file string) (id string, err error) {
	var answer struct {
		Filename string `json:"filename"` // a path on the JobManager's machine; its last part is the id
	}
	if err := c.wire.Upload(ctx, "/v1/jars/upload", file, &answer); err != nil {
		return "", err
	}
	id = path.Base(strings.ReplaceAll(answer.Filename, `\`, "/"))
	if answer.Filename == "" || id == "." || id == "/" {
		return "", fmt.Errorf("uploading %s: the JobManager did not say under which id", file)
	}
	return id, nil
}

// RunJar runs an uploaded jar's main method on the JobManager until it has submitted its job, whose id it returns.
func (c *Client) RunJar(ctx context.Context, jar string, r RunRequest) (job string, err error) {
	var answer struct {
		JobID string `json:"jobid"`
	}
	err = c.wire.Call(ctx, http.MethodPost, "/v1/jars/"+url.PathEscape(jar)+"/run", r, &answer)
	return answer.JobID, err
}

// DeleteJar removes an uploaded jar. Jobs that were started from it have copies of their own.
func (c *Client) DeleteJar(ctx context.Context, jar string) error {
	return c.wire.Call(ctx, http.MethodDelete, "/v1/jars/"+url.PathEscape(jar), nil, nil)
}
