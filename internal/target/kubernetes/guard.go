package kubernetes

import (
	"context"
	"fmt"
	"strings"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// replaced is a file that is nowhere. Its name is read by people.
const replaced = "/opt/autostream/the-job-had-run-before-and-its-JobManager-was-replaced"

// unreadable is how SqlDriver says that a file is nowhere. Once a job was accepted, its own script is not read again.
const unreadable = "Can not read files to execute."

// accept records that the JobManager has the job, and sees to it that a JobManager that takes its place does not start
// the job anew. Kubernetes restarts a JobManager that dies; without high availability it would run the main method
// again, from the state of the first start, as if nothing had happened since.
func (t *Target) accept(ctx context.Context, r record) (record, error) {
	if r.Accepted {
		return r, nil
	}
	name := configName(r.Cluster)
	var m configMap
	if err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, name, &m); api.Gone(err) {
		return r, nil // somebody else is still making the objects, and does this next
	} else if err != nil {
		return r, err
	}
	data := map[string]string{}
	for file, text := range m.Data {
		if guarded := guard(text); guarded != text && !r.HighAvailable {
			data[file] = guarded
		}
	}
	if len(data) > 0 {
		if err := t.api.Merge(ctx, api.ConfigMaps, t.Namespace, name, object{"data": data}, nil); err != nil {
			return r, fmt.Errorf("guarding job %s against a second start: %w", r.Name, err)
		}
	}
	return t.amend(ctx, r.ID, func(r *record) { r.Accepted = true })
}

// guard changes a configuration so that the main method fails, unless another JobManager can go on with the job.
func guard(config string) string {
	if strings.Contains(config, "\nhigh-availability.type: kubernetes\n") {
		return config
	}
	missing := strings.NewReplacer(programFolder+"/"+sqlScript, replaced, programFolder+"/"+runnerScript, replaced).Replace(config)
	if missing != config {
		return missing
	}
	var out strings.Builder
	for line := range strings.Lines(config) {
		key, _, _ := strings.Cut(line, ":")
		if name := strings.TrimSpace(key); name == "$internal.application.main" || name == "main" { // Flink's own client nests keys
			line = key + ": autostream.ReplacedJobManager\n" // a class that is nowhere
		}
		out.WriteString(line)
	}
	return out.String()
}

// explained says in words what the guard made of a job.
func explained(st target.Status) target.Status {
	if strings.Contains(st.Reason, replaced) || st.Reason == unreadable {
		st.Reason = target.Replaced
	}
	return st
}
