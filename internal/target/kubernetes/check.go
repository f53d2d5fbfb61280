package kubernetes

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// Check implements target.Prepared.
func (t *Target) Check(ctx context.Context) ([]target.Check, error) {
	version, err := t.api.Version(ctx)
	if err != nil {
		return nil, err
	}
	checks := []target.Check{
		{Name: "API server " + version + " at " + t.api.Server(), State: target.CheckOK},
		t.exists(ctx, api.Namespaces, "", "namespace "+t.Namespace, t.Namespace),
	}
	if checks[1].State == target.CheckMissing {
		return checks, nil
	}
	checks = append(checks, t.exists(ctx, api.ServiceAccounts, t.Namespace, "service account "+t.ServiceAccount, t.ServiceAccount))
	if t.Deployer == Operator {
		checks = append(checks, t.operator(ctx))
	}
	questions := append(t.questions("you may", t.peopleRules(), ""), t.questions("pods may", podRules(), t.podUser())...)
	answers := make([]target.Check, len(questions))
	var all sync.WaitGroup
	limit := make(chan struct{}, 16)
	for i, q := range questions {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			answers[i] = t.ask(ctx, q)
		})
	}
	all.Wait()
	return append(checks, answers...), ctx.Err()
}

// operator checks that the cluster has FlinkDeployments.
func (t *Target) operator(ctx context.Context) target.Check {
	c := target.Check{Name: "Flink's Kubernetes operator", State: target.CheckOK}
	switch served, err := t.api.Serves(ctx, api.FlinkDeployments); {
	case err != nil:
		c.State, c.Problem = target.CheckUnknown, err.Error()
	case !served:
		c.State, c.Problem = target.CheckMissing, "the cluster has no FlinkDeployments"
		c.Fix = "have the operator installed, or take deployer: operator out of the target"
	}
	return c
}

func (t *Target) podUser() string {
	return "system:serviceaccount:" + t.Namespace + ":" + t.ServiceAccount
}

// exists checks that an object is there.
func (t *Target) exists(ctx context.Context, resource api.Resource, namespace, name, object string) target.Check {
	err := t.api.Get(ctx, resource, namespace, object, new(struct{}))
	switch {
	case err == nil:
		return target.Check{Name: name, State: target.CheckOK}
	case api.Gone(err):
		return target.Check{Name: name, State: target.CheckMissing, Problem: "it is not there", Fix: "autostream target setup " + t.Name}
	}
	return target.Check{Name: name, State: target.CheckUnknown, Problem: err.Error()}
}

// question is whether somebody may do something.
type question struct {
	name                  string
	verb, group, resource string
	user                  string // "" is the caller
}

func (t *Target) questions(who string, rules []rule, user string) []question {
	var out []question
	for _, r := range rules {
		for _, resource := range r.Resources {
			for _, verb := range r.Verbs {
				out = append(out, question{fmt.Sprintf("%s %s %s", who, verb, resource), verb, r.Groups[0], resource, user})
			}
		}
	}
	return out
}

// ask asks the API server itself: what roles there are says little about what authorizers answer.
func (t *Target) ask(ctx context.Context, q question) target.Check {
	resource, sub, _ := strings.Cut(q.resource, "/")
	spec := object{"resourceAttributes": object{
		"namespace": t.Namespace, "verb": q.verb, "group": q.group, "resource": resource, "subresource": sub,
	}}
	review := object{"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": spec}
	where, namespace := api.SelfReviews, ""
	if q.user != "" {
		where, namespace = api.LocalReviews, t.Namespace
		review["kind"], review["metadata"], spec["user"] = "LocalSubjectAccessReview", object{"namespace": t.Namespace}, q.user
		spec["groups"] = []string{"system:serviceaccounts", "system:serviceaccounts:" + t.Namespace, "system:authenticated"}
	}
	var answer struct {
		Status struct {
			Allowed bool   `json:"allowed"`
			Reason  string `json:"reason"`
		} `json:"status"`
	}
	err := t.api.Create(ctx, where, namespace, review, &answer)
	switch {
	case err != nil:
		return target.Check{Name: q.name, State: target.CheckUnknown, Problem: err.Error()}
	case answer.Status.Allowed:
		return target.Check{Name: q.name, State: target.CheckOK}
	}
	return target.Check{
		Name: q.name, State: target.CheckMissing, Problem: fmt.Sprintf("not allowed in namespace %s", t.Namespace),
		Fix: fmt.Sprintf("add {apiGroups: [%q], resources: [%q], verbs: [%q]}, or: autostream target setup %s", q.group, q.resource, q.verb, t.Name),
	}
}

// Orphans implements target.Prepared.
func (t *Target) Orphans(ctx context.Context) ([]target.Orphan, error) {
	maps, err := api.List[configMap](ctx, t.api, api.ConfigMaps, t.Namespace, labelManaged+"=autostream,"+labelRecord)
	if err != nil {
		return nil, err
	}
	deployments, err := api.List[deployment](ctx, t.api, api.Deployments, t.Namespace, labelManaged+"=autostream")
	if err != nil {
		return nil, err
	}
	leaders, err := api.List[configMap](ctx, t.api, api.ConfigMaps, t.Namespace, labelType+"="+nativeType+",configmap-type=high-availability")
	if err != nil {
		return nil, err
	}
	operated, err := t.operated(ctx)
	if err != nil {
		return nil, err
	}
	return orphans(maps, deployments, operated, leaders)
}

// orphans compares what runs with the records of what is to run.
func orphans(maps []configMap, deployments []deployment, operated []flinkDeployment, leaders []configMap) ([]target.Orphan, error) {
	running, wanted, ids := map[string]bool{}, map[string]record{}, map[string]bool{}
	var out []target.Orphan
	for _, d := range deployments {
		running[d.Metadata.Name] = true
	}
	for _, d := range operated {
		running[d.Metadata.Name] = true
	}
	for _, m := range maps {
		if m.Metadata.Labels[labelRecord] != "job" {
			continue
		}
		r, err := recordOf(m)
		if err != nil {
			return nil, err
		}
		wanted[r.Cluster], ids[string(r.ID)] = r, true
		if r.Deployment != "" && r.End == nil && r.Refused == nil && !running[r.Cluster] {
			out = append(out, target.Orphan{Kind: "ConfigMap", Name: m.Metadata.Name, Reason: fmt.Sprintf("record of %s, whose Deployment somebody took away", r.Name)})
		}
	}
	for _, m := range maps {
		if m.Metadata.Labels[labelRecord] == "lock" && !ids[m.Data[lockKey]] {
			out = append(out, target.Orphan{Kind: "ConfigMap", Name: m.Metadata.Name, Reason: "lock held by a job without a record"})
		}
	}
	judge := func(kind string, of meta) {
		switch r, ok := wanted[of.Name]; {
		case of.Deleted != nil, !ok && strings.HasPrefix(of.Name, "autostream-preview-"):
		case !ok:
			out = append(out, target.Orphan{Kind: kind, Name: of.Name, Reason: "no job has it"})
		case r.End != nil:
			out = append(out, target.Orphan{Kind: kind, Name: of.Name, Reason: fmt.Sprintf("job %s has ended (%s)", r.Name, r.End.State)})
		case r.Refused != nil:
			out = append(out, target.Orphan{Kind: kind, Name: of.Name, Reason: fmt.Sprintf("job %s was refused", r.Name)})
		}
	}
	for _, d := range deployments {
		judge("Deployment", d.Metadata)
	}
	for _, d := range operated {
		judge("FlinkDeployment", d.Metadata)
	}
	for _, m := range leaders {
		if cluster := m.Metadata.Labels[labelApp]; !running[cluster] {
			out = append(out, target.Orphan{Kind: "ConfigMap", Name: m.Metadata.Name, Reason: fmt.Sprintf("leader record of %s, which is gone", cluster)})
		}
	}
	return out, nil
}

// RemoveOrphan implements target.Prepared.
func (t *Target) RemoveOrphan(ctx context.Context, o target.Orphan) error {
	switch o.Kind {
	case "Deployment":
		return t.remove(ctx, o.Name)
	case "FlinkDeployment":
		return t.api.Delete(ctx, api.FlinkDeployments, t.Namespace, o.Name)
	case "ConfigMap":
		return t.api.Delete(ctx, api.ConfigMaps, t.Namespace, o.Name)
	}
	return fault.Errorf(fault.Usage, "%s %s was not made by AutoStream", o.Kind, o.Name)
}
