package kubernetes

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/yaml"
)

// template is the Pod that all pods of the cluster are made from: the user's, with labels and environment of the job.
func (r *rendering) template() (object, error) {
	base := object{}
	if text := r.submission.PodTemplate; text != "" {
		asJSON, err := yaml.ToJSON([]byte(text))
		if err == nil {
			err = json.Unmarshal(asJSON, &base)
		}
		if err != nil {
			return nil, fault.Errorf(fault.Usage, "the pod template of job %s: %w", r.submission.Name, err)
		}
		if kind, _ := base["kind"].(string); kind != "Pod" {
			return nil, fault.Errorf(fault.Usage, "the pod template of job %s is a %s, not a Pod", r.submission.Name, kind)
		}
	}
	base["apiVersion"], base["kind"] = "v1", "Pod"
	metadata := part(base, "metadata")
	labels := part(metadata, "labels")
	for _, own := range []string{labelApp, labelComponent, labelType} { // Flink's own
		delete(labels, own)
	}
	for name, value := range r.labels() {
		labels[name] = value
	}
	main := r.main(base)
	var env []any
	for _, name := range slices.Sorted(maps.Keys(r.submission.Environment)) {
		env = append(env, object{"name": name, "valueFrom": object{
			"secretKeyRef": object{"name": programName(r.cluster), "key": environmentKey(name)},
		}})
	}
	overlay(main, "env", env...)
	if r.submission.ID != "" {
		r.mountAgent(part(base, "spec"), main)
	}
	return base, nil
}

// labels are those of everything that belongs to the job.
func (r *rendering) labels() map[string]string {
	out := map[string]string{labelManaged: "autostream"}
	if s := r.submission; s.ID != "" {
		out[labelID], out[labelJob] = string(s.ID), labelValue(s.Name)
		if s.Project != "" {
			out[labelProject] = labelValue(s.Project)
		}
	}
	maps.Copy(out, r.submission.Labels)
	return out
}

// main returns the container that Flink runs in, and adds it where the template has none.
func (r *rendering) main(p object) object {
	spec := part(p, "spec")
	containers, _ := spec["containers"].([]any)
	for _, c := range containers {
		if c, ok := c.(object); ok && c["name"] == mainContainer {
			return c
		}
	}
	main := object{"name": mainContainer}
	spec["containers"] = append([]any{main}, containers...)
	return main
}

// part returns the object under a key, which is made when it is not there.
func part(of object, key string) object {
	if inner, ok := of[key].(object); ok {
		return inner
	}
	inner := object{}
	of[key] = inner
	return inner
}

// overlay adds entries to the list under a key; each takes the place of one of its name. It adds nothing to no list.
func overlay(of object, key string, entries ...any) {
	list, _ := of[key].([]any)
	for _, entry := range entries {
		name := entry.(object)["name"]
		list = slices.DeleteFunc(list, func(have any) bool {
			h, ok := have.(object)
			return ok && h["name"] == name
		})
		list = append(list, entry)
	}
	if len(list) > 0 {
		of[key] = list
	}
}

// clone copies an object with all its parts.
func clone(o object) object {
	var copied object
	text, err := json.Marshal(o)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	if err != nil {
		panic(err) // it is made of what JSON has
	}
	return copied
}
