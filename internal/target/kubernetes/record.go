package kubernetes

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// record is what the cluster remembers of one submission. It is made before anything else, outlives the Flink cluster,
// and holds no secret.
type record struct {
	ID      target.JobID `json:"id"`
	Name    string       `json:"name"`
	Project string       `json:"project,omitempty"`
	Cluster string       `json:"cluster"` // cluster id: the name of the Deployment
	Release string       `json:"release"`
	Made    time.Time    `json:"made"`
	By      string       `json:"by,omitempty"` // who makes the cluster; "" is Native

	// Checkpoints is the URI of the folder in which the job's own is, with its checkpoints; "" when it is not known.
	Checkpoints string `json:"checkpoints,omitempty"`

	// HighAvailable says that another JobManager can go on with the job.
	HighAvailable bool `json:"highAvailable,omitempty"`

	// Deployment is the uid of the Deployment, or of the FlinkDeployment, once everything that it owns was made. From then on a Deployment that is
	// missing was taken away, and is never made again.
	Deployment string `json:"deployment,omitempty"`

	// Accepted is set when the JobManager had the job.
	Accepted bool `json:"accepted,omitempty"`

	Refused    *refusal             `json:"refused,omitempty"`    // nothing runs, and why
	End        *target.Status       `json:"end,omitempty"`        // the job's state at its end; the Flink cluster is gone, or about to
	Savepoints map[string]savepoint `json:"savepoints,omitempty"` // by trigger
	version    string               // resourceVersion as it was read
	logs       []byte               // of the end, compressed; nil leaves them
}

type savepoint struct {
	Path  string    `json:"path"`
	Taken time.Time `json:"taken"`
}

// refusal is why a submission came to nothing.
type refusal struct {
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
	// Statement is set when Flink refused one, or the start of the job as a whole.
	Statement *target.StatementError `json:"statement,omitempty"`
}

const (
	recordKey = "record.json"
	logsKey   = "logs.gz"
)

// known returns the record of a job that was not refused.
func (t *Target) known(ctx context.Context, id target.JobID) (record, error) {
	r, err := t.read(ctx, id)
	if err == nil && r.Refused != nil {
		return r, t.unknown(id)
	}
	return r, err
}

func (t *Target) unknown(id target.JobID) error {
	return fault.Errorf(fault.NotFound, "target %s has no job %s", t.Name, id)
}

// read reads a record.
func (t *Target) read(ctx context.Context, id target.JobID) (record, error) {
	var m configMap
	err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, recordName(id), &m)
	if api.Gone(err) {
		return record{}, t.unknown(id)
	}
	if err != nil {
		return record{}, err
	}
	return recordOf(m)
}

func recordOf(m configMap) (record, error) {
	var r record
	if err := json.Unmarshal([]byte(m.Data[recordKey]), &r); err != nil {
		return r, fmt.Errorf("reading record %s: %w", m.Metadata.Name, err)
	}
	r.version = m.Metadata.ResourceVersion
	r.By = cmp.Or(r.By, Native)
	return r, nil
}

func (r record) configMap() (configMap, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return configMap{}, err
	}
	m := configMap{
		APIVersion: "v1", Kind: "ConfigMap",
		Metadata: meta{Name: recordName(r.ID), ResourceVersion: r.version, Labels: map[string]string{
			labelManaged: "autostream", labelRecord: "job", labelID: string(r.ID), labelJob: labelValue(r.Name), labelProject: labelValue(r.Project),
		}},
		Data: map[string]string{recordKey: string(text)},
	}
	if r.logs != nil {
		m.Binary = map[string][]byte{logsKey: r.logs}
	}
	return m, nil
}

// reserve makes the record of a submission, or returns the one that is there.
func (t *Target) reserve(ctx context.Context, s target.Submission, by string) (record, error) {
	r := record{
		By: by, HighAvailable: s.HighAvailability != "", ID: s.ID, Name: s.Name, Project: s.Project, Cluster: clusterID(s.Name, s.ID), Release: s.Release,
		Made: time.Now().UTC().Truncate(time.Second), Checkpoints: checkpoints(t.Line, s.Options),
	}
	m, err := r.configMap()
	if err != nil {
		return r, err
	}
	err = t.api.Create(ctx, api.ConfigMaps, t.Namespace, m, &m)
	if api.Reason(err) == "AlreadyExists" {
		return t.read(ctx, s.ID)
	}
	if api.Gone(err) {
		return r, fault.Errorf(fault.NotFound, "the cluster has no namespace %s", t.Namespace).
			WithFix("autostream target setup %s", t.Name)
	}
	if fault.KindOf(err) == fault.Conflict {
		return r, fault.Errorf(fault.Conflict, "%w", err).WithFix("when it is gone, make it anew:\n  autostream target setup %s --apply", t.Name)
	}
	if err != nil {
		return r, err
	}
	return recordOf(m)
}

// amend changes a record, as often as it takes when others change it too.
func (t *Target) amend(ctx context.Context, id target.JobID, change func(*record)) (record, error) {
	for attempt := 1; ; attempt++ {
		r, err := t.read(ctx, id)
		if err != nil {
			return r, err
		}
		change(&r)
		m, err := r.configMap()
		if err != nil {
			return r, err
		}
		if err = t.api.Merge(ctx, api.ConfigMaps, t.Namespace, m.Metadata.Name, m, &m); err == nil {
			return recordOf(m)
		}
		if fault.KindOf(err) != fault.Conflict || attempt == 10 {
			return r, fmt.Errorf("recording: %w", err)
		}
	}
}
