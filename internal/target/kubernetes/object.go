package kubernetes

import (
	"time"

	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// object is a Kubernetes object, or a part of one, as JSON has it. Rendered objects read like their YAML.
type object = map[string]any

// meta is what is read of an object's metadata.
type meta struct {
	Name            string            `json:"name"`
	UID             string            `json:"uid,omitempty"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	Labels          map[string]string `json:"labels,omitempty"`
	Created         time.Time         `json:"creationTimestamp,omitzero"`
	Deleted         *time.Time        `json:"deletionTimestamp,omitempty"`
}

// configMap is a ConfigMap.
type configMap struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   meta              `json:"metadata"`
	Data       map[string]string `json:"data,omitempty"`
	Binary     map[string][]byte `json:"binaryData,omitempty"`
}

// deployment is what is read of a Deployment.
type deployment struct {
	Metadata meta `json:"metadata"`
	Status   struct {
		Ready      int         `json:"readyReplicas"`
		Conditions []condition `json:"conditions"`
	} `json:"status"`
}

type condition struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// pod is what is read of a Pod.
type pod struct {
	Metadata meta `json:"metadata"`
	Status   struct {
		Phase      string            `json:"phase"`
		Reason     string            `json:"reason"`
		Message    string            `json:"message"`
		Conditions []condition       `json:"conditions"`
		Init       []containerStatus `json:"initContainerStatuses"`
		Containers []containerStatus `json:"containerStatuses"`
	} `json:"status"`
}

type containerStatus struct {
	Name     string         `json:"name"`
	Ready    bool           `json:"ready"`
	Restarts int            `json:"restartCount"`
	State    containerState `json:"state"`
	Last     containerState `json:"lastState"`
}

type containerState struct {
	Waiting *struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	} `json:"waiting"`
	Running    *struct{}        `json:"running"`
	Terminated *terminatedState `json:"terminated"`
}

type terminatedState struct {
	Reason   string    `json:"reason"`
	Message  string    `json:"message"`
	ExitCode int       `json:"exitCode"`
	Finished time.Time `json:"finishedAt"`
}

// item is an object and where it belongs.
type item struct {
	resource api.Resource
	name     string
	object   object
}
