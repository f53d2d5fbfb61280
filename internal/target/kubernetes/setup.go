package kubernetes

import (
	"bytes"
	"context"
	"fmt"

	"github.com/autostream/autostream/internal/base/yaml"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Names of the roles that setup makes.
const (
	podRole    = "flink"      // of the jobs' pods
	peopleRole = "autostream" // of who runs autostream
)

// rule is a rule of RBAC.
type rule struct {
	Groups    []string `json:"apiGroups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

// podRules are what a JobManager needs; TaskManagers need nothing. They were found by running: without patch on ConfigMaps
// a JobManager becomes leader and loses that again every 15 seconds, with nothing but a warning in its log.
func podRules() []rule {
	return []rule{
		{[]string{""}, []string{"pods"}, []string{"get", "list", "watch", "create", "delete"}},
		{[]string{"apps"}, []string{"deployments"}, []string{"get", "delete"}},
		// For high availability.
		{[]string{""}, []string{"configmaps"}, []string{"get", "list", "watch", "create", "update", "patch", "delete"}},
	}
}

// peopleRules are what autostream needs to start, watch and end jobs.
func (t *Target) peopleRules() []rule {
	rules := []rule{
		{[]string{"apps"}, []string{"deployments"}, []string{"get", "list", "create", "patch", "delete"}},
		{[]string{""}, []string{"configmaps"}, []string{"get", "list", "create", "update", "patch", "delete", "deletecollection"}},
		{[]string{""}, []string{"services"}, []string{"get", "create", "patch"}},
		{[]string{""}, []string{"secrets"}, []string{"create", "patch"}},
		{[]string{""}, []string{"pods"}, []string{"get", "list", "patch"}}, // patch: diagnose log-level marks pods, so that they look at their levels at once
		{[]string{""}, []string{"pods/log"}, []string{"get"}},
		{[]string{""}, []string{"pods/exec"}, []string{"get", "create"}}, // diagnose heap, log-level and --attach
		{[]string{""}, []string{"services/proxy"}, []string{"get", "create", "update", "patch", "delete"}},
		{[]string{""}, []string{"resourcequotas", "events"}, []string{"list"}},
	}
	if t.Reach == ByPortForward {
		rules = append(rules, rule{[]string{""}, []string{"pods/portforward"}, []string{"get", "create"}})
	}
	if t.Deployer == Operator || t.Deployer == Detect {
		rules = append(rules, rule{[]string{"flink.apache.org"}, []string{"flinkdeployments"}, []string{"get", "list", "create", "patch", "delete"}})
	}
	return rules
}

// setup are the objects of a namespace for jobs, in the order in which they are made.
func (t *Target) setup() []item {
	in := func(resource api.Resource, group, kind, name string, content object) item {
		content["apiVersion"], content["kind"] = group, kind
		content["metadata"] = object{"name": name, "namespace": t.Namespace, "labels": object{labelManaged: "autostream"}}
		return item{resource, name, content}
	}
	const rbac = "rbac.authorization.k8s.io"
	return []item{
		{api.Namespaces, t.Namespace, object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": t.Namespace}}},
		in(api.ServiceAccounts, "v1", "ServiceAccount", t.ServiceAccount, object{}),
		in(api.Roles, rbac+"/v1", "Role", podRole, object{"rules": podRules()}),
		in(api.RoleBindings, rbac+"/v1", "RoleBinding", podRole, object{
			"roleRef":  object{"apiGroup": rbac, "kind": "Role", "name": podRole},
			"subjects": []any{object{"kind": "ServiceAccount", "name": t.ServiceAccount, "namespace": t.Namespace}},
		}),
		in(api.Roles, rbac+"/v1", "Role", peopleRole, object{"rules": t.peopleRules()}),
	}
}

// Manifest is what Setup makes, as YAML for kubectl.
func (t *Target) Manifest() ([]byte, error) {
	var out bytes.Buffer
	for i, o := range t.setup() {
		if i > 0 {
			out.WriteString("---\n")
		}
		text, err := yaml.FromJSON(o.object)
		if err != nil {
			return nil, err
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// Setup makes the namespace, the service account of the pods with its rights, and a role for those who run autostream,
// which it binds to nobody. What is there already stays, with these rights. made is told the name of each object.
func (t *Target) Setup(ctx context.Context, made func(string)) error {
	for _, o := range t.setup() {
		namespace := t.Namespace
		if o.resource == api.Namespaces {
			namespace = ""
			var there meta
			if err := t.api.Get(ctx, o.resource, "", o.name, &there); err == nil {
				continue // whose it is, is not ours to say
			}
		}
		if err := t.api.Apply(ctx, o.resource, namespace, o.name, o.object, nil); err != nil {
			return fmt.Errorf("making %s %s: %w", o.object["kind"], o.name, err)
		}
		made(fmt.Sprintf("%s %s", o.object["kind"], o.name))
	}
	return nil
}
