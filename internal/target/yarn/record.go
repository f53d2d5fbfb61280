package yarn

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/target"
)

// run is what is known of a job apart from what YARN and Flink say: which application it is. It is written before the
// application is submitted, by one of all who may try, so that there is one application for each job.
type run struct {
	Application string `json:"application"`
	Name        string `json:"name"`
	Checkpoints string `json:"checkpoints,omitempty"` // URI of the folder of all jobs
	Savepoints  string `json:"savepoints,omitempty"`
	Agent       bool   `json:"agent,omitempty"` // whether its processes start with the agent for log levels
}

// records are the folders of jobs.
type records struct {
	fs  dfs.FS
	dir string
}

func (c *cluster) records() records { return records{c.fs, path.Join(c.folder, "jobs")} }

func (r records) path(id target.JobID, parts ...string) string {
	return path.Join(append([]string{r.dir, string(id)}, parts...)...)
}

// longest is the most that a record holds.
const longest = 1 << 20

// read reads one record of a job into out, and false when there is none.
func (r records) read(ctx context.Context, id target.JobID, name string, out any) (bool, error) {
	file := r.path(id, name)
	text, err := dfs.ReadFile(ctx, r.fs, file, longest)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(text, out); err != nil {
		return false, fmt.Errorf("reading %s: %w", r.fs.URI(file), err)
	}
	return true, nil
}

// keep writes a record unless there is one, and reads into the value what is there then.
func (r records) keep(ctx context.Context, id target.JobID, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	err = r.fs.Create(ctx, r.path(id, name), bytes.NewReader(text), dfs.Attributes{Mode: 0o600, Drifting: true})
	if fault.KindOf(err) == fault.Conflict && err != nil {
		_, err = r.read(ctx, id, name, value)
	}
	return err
}

// Names of records.
const (
	recordApplication = "application"
	recordSubmitted   = "submitted"
	recordOutcome     = "outcome"
	recordLevels      = "levels"
)

// find returns the record of a job. A job without one, submitted into another folder, is found by its tag. NotFound when
// there is no trace of it.
func (t *Target) find(ctx context.Context, id target.JobID) (*cluster, run, error) {
	c, err := t.ask(ctx)
	if err != nil {
		return nil, run{}, err
	}
	t.mu.Lock()
	r, found := t.runs[id]
	t.mu.Unlock()
	if found {
		return c, r, nil
	}
	if found, err = c.records().read(ctx, id, recordApplication, &r); err != nil {
		return nil, run{}, err
	}
	if found {
		t.mu.Lock()
		t.runs[id] = r
		t.mu.Unlock()
		return c, r, nil
	}
	tagged, err := t.rm.apps(ctx, url.Values{"applicationTags": {jobTag(id)}})
	if err != nil {
		return nil, run{}, err
	}
	if len(tagged) == 0 {
		return nil, run{}, fault.Errorf(fault.NotFound, "target %s has no job %s", t.Name, id)
	}
	return c, run{Application: tagged[0].ID, Name: tagged[0].Name}, nil
}
