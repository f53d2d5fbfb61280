package kubernetes

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Who makes the Flink clusters of jobs.
const (
	Native   = "native"   // AutoStream itself
	Operator = "operator" // Flink's Kubernetes operator, from a FlinkDeployment
	Detect   = "auto"     // the operator where the cluster has FlinkDeployments
)

// deployer decides who makes the cluster of a new job.
func (t *Target) deployer(ctx context.Context) (string, error) {
	if t.Deployer != Detect {
		return cmp.Or(t.Deployer, Native), nil
	}
	served, err := t.api.Serves(ctx, api.FlinkDeployments)
	if err != nil || !served {
		return Native, err
	}
	return Operator, nil
}

// dialect is in which FlinkDeployments of one operator differ from those of others.
type dialect struct {
	versions []string // what flinkVersion can be
	requests bool     // resources are requests of Kubernetes, not sizes of Flink's
}

// dialect asks the API server for the schema of FlinkDeployments.
func (t *Target) dialect(ctx context.Context) (dialect, error) {
	var document struct {
		Components struct {
			Schemas map[string]struct {
				Properties struct {
					Spec struct {
						Properties struct {
							FlinkVersion struct {
								Enum []string `json:"enum"`
							} `json:"flinkVersion"`
							JobManager struct {
								Properties map[string]json.RawMessage `json:"properties"`
							} `json:"jobManager"`
						} `json:"properties"`
					} `json:"spec"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	err := t.api.Schemas(ctx, api.FlinkDeployments, &document)
	if fault.KindOf(err) == fault.NotFound {
		return dialect{}, fault.Errorf(fault.NotFound, "the cluster of target %s has no FlinkDeployments", t.Name).
			WithFix("install Flink's Kubernetes operator, or take deployer: operator out of the target")
	}
	spec := document.Components.Schemas["org.apache.flink.v1beta1.FlinkDeployment"].Properties.Spec.Properties
	_, sizes := spec.JobManager.Properties["resource"]
	return dialect{versions: spec.FlinkVersion.Enum, requests: !sizes}, err
}

// flinkVersion is how the operator calls a line: by its own name or, where the operator is older than the line, by that of
// the newest one before it with the same first number. What differs between those is in the image.
func (d dialect) flinkVersion(line release.Line) (name string, ok bool) {
	best := release.Line(0)
	for _, v := range d.versions {
		r, err := release.Parse(v)
		sameMajor := strings.HasPrefix(v, "v"+line.String()[:1]+"_")
		if err == nil && sameMajor && r.Line <= line && r.Line > best {
			best, name = r.Line, v
		}
	}
	return name, name != ""
}

// flinkDeployment is what is read of a FlinkDeployment.
type flinkDeployment struct {
	Metadata meta `json:"metadata"`
	Status   struct {
		Error     string `json:"error"` // a JSON object
		Lifecycle string `json:"lifecycleState"`
	} `json:"status"`
}

// problem is what the operator says went wrong; "" when nothing did. final says that it waits for another specification.
func (d flinkDeployment) problem() (message string, final bool) {
	var e struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	}
	if d.Status.Error == "" {
		return "", false
	}
	if json.Unmarshal([]byte(d.Status.Error), &e) != nil || e.Message == "" {
		return d.Status.Error, false
	}
	message, _, _ = strings.Cut(e.Message, "\n")
	return message, strings.HasSuffix(e.Type, ".ReconciliationException")
}

// unmade looks at a cluster whose Deployment is not there. NotFound means that somebody took it away.
func (t *Target) unmade(ctx context.Context, r record) (look, error) {
	if r.By == Operator {
		var d flinkDeployment
		err := t.api.Get(ctx, api.FlinkDeployments, t.Namespace, r.Cluster, &d)
		switch message, final := d.problem(); {
		case err != nil && !api.Gone(err):
			return look{}, err
		case err == nil && message != "":
			return look{reason: "the operator says: " + message, hopeless: final}, nil
		case err == nil && d.Metadata.Deleted == nil:
			return look{reason: "Flink's Kubernetes operator has not made its Deployment yet"}, nil
		}
	}
	if r.Deployment != "" {
		return t.takenAway(ctx, r)
	}
	return look{reason: "its submission was not completed"}, nil
}

// end removes the cluster of a job: what made it, and all that belongs to that.
func (t *Target) end(ctx context.Context, r record) error {
	if r.By != Operator {
		return t.remove(ctx, r.Cluster)
	}
	if err := t.api.Delete(ctx, api.FlinkDeployments, t.Namespace, r.Cluster); err != nil {
		return fmt.Errorf("removing FlinkDeployment %s: %w", r.Cluster, err)
	}
	return nil
}

// operated lists the FlinkDeployments of AutoStream.
func (t *Target) operated(ctx context.Context) ([]flinkDeployment, error) {
	if by, err := t.deployer(ctx); err != nil || by != Operator {
		return nil, err
	}
	all, err := api.List[flinkDeployment](ctx, t.api, api.FlinkDeployments, t.Namespace, labelManaged+"=autostream")
	return slices.DeleteFunc(all, func(d flinkDeployment) bool { return d.Metadata.Deleted != nil }), err
}
