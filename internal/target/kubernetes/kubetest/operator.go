package kubetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// operatorGroup is the path of the API of Flink's Kubernetes operator.
const operatorGroup = "/apis/flink.apache.org/v1beta1"

// schemas answers what there is of the operator's API, or with its schema, as far as that is read.
func (f *Fake) schemas(w http.ResponseWriter, path string) {
	if f.FlinkVersions == nil || path != operatorGroup {
		refuse(w, http.StatusNotFound, "NotFound", fmt.Sprintf("%q not found", path))
		return
	}
	versions, err := json.Marshal(f.FlinkVersions)
	if err != nil {
		panic(err) // texts only
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"resources": [{"name": "flinkdeployments"}], "components": {"schemas": {"org.apache.flink.v1beta1.FlinkDeployment": {"properties": {"spec": {"properties":
		{"flinkVersion": {"enum": %s}, "jobManager": {"properties": {"resource": {}, "replicas": {}}}}}}}}}}`, versions)
}

// Operate does once what the operator does: it makes the Deployment of a FlinkDeployment in a namespace, which belongs to it.
func (f *Fake) Operate(namespace, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	owner := f.data[operatorGroup+"/namespaces/"+namespace+"/flinkdeployments/"+name]
	if owner == nil {
		return
	}
	text, err := json.Marshal(field(owner, "spec", "flinkConfiguration"))
	if err != nil {
		panic(err) // it was JSON
	}
	var options map[string]string
	if err := json.Unmarshal(text, &options); err != nil {
		panic(err) // the schema has texts only
	}
	owns := []any{map[string]any{"uid": field(owner, "metadata", "uid")}}
	labels := map[string]any{"autostream/job-id": options["$internal.pipeline.job-id"], "app": name}
	f.store("/apis/apps/v1/namespaces/"+namespace+"/deployments/"+name, map[string]any{"metadata": map[string]any{"labels": labels, "ownerReferences": owns}})
	var config strings.Builder
	for key, value := range options {
		fmt.Fprintf(&config, "%s: %s\n", key, value)
	}
	job, _ := field(owner, "spec", "job").(map[string]any)
	fmt.Fprintf(&config, "$internal.application.main: %v\n$internal.application.program-args: %v\n", job["entryClass"], job["args"])
	f.store("/api/v1/namespaces/"+namespace+"/configmaps/flink-config-"+name, map[string]any{
		"metadata": map[string]any{"ownerReferences": owns}, "data": map[string]any{"flink-conf.yaml": config.String()},
	})
}
