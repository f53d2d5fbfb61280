package kubernetes

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/sdk/java/agent"
)

// Every process of a job starts with an agent that changes levels of loggers. The agent, and the levels that it is to
// change, are a ConfigMap of the job, which is mounted: a pod that starts begins with what the ConfigMap says then, and one
// that runs sees a change as soon as the kubelet does. The JVM changes levels back itself, so that what is written there
// needs nobody to take it away again. Nothing of Flink's own configuration is touched, which an operator would restore.
var _ target.Leveling = (*Target)(nil)

const (
	agentFolder = "/opt/autostream/agent"
	agentJar    = "agent.jar"
	levelsFile  = "levels" // as agent.Set writes them
)

func agentName(cluster string) string { return "autostream-agent-" + cluster }

// How long it takes until a process that runs has the levels of the ConfigMap, at most. The kubelet looks at a pod that
// changes at once, and at the others every minute, or up to half of one later.
const (
	toldWithin   = 10 * time.Second
	unaskedUntil = 100 * time.Second
)

// withAgent makes JVMs start with the agent, beside whatever the user has them start with.
func (r *rendering) withAgent(o conf.Options) {
	for _, process := range []string{"jobmanager", "taskmanager"} {
		key := r.line.Key("env.java.opts." + process)
		for _, options := range []string{agent.Follow(agentFolder + "/" + levelsFile), agent.Listen(controlFolder)} { // Flink's scripts would cut them at a ;
			o[key] = strings.TrimSpace(o[key] + " -javaagent:" + agentFolder + "/" + agentJar + "=" + options)
		}
	}
}

// mountAgent gives pods the agent and the levels, and a place in which it listens. They are folders: a file that is mounted
// alone would never change.
func (r *rendering) mountAgent(spec, main object) {
	overlay(spec, "volumes",
		object{"name": "autostream-agent", "configMap": object{"name": agentName(r.cluster)}},
		object{"name": "autostream-control", "emptyDir": object{}})
	overlay(main, "volumeMounts",
		object{"name": "autostream-agent", "mountPath": agentFolder},
		object{"name": "autostream-control", "mountPath": controlFolder})
}

func (r *rendering) agentMap() item {
	return r.owned(api.ConfigMaps, "ConfigMap", agentName(r.cluster), object{
		"data":       object{levelsFile: ""},
		"binaryData": object{agentJar: base64.StdEncoding.EncodeToString(agent.Jar())},
	})
}

// KeepLevels implements target.Leveling.
func (t *Target) KeepLevels(ctx context.Context, id target.JobID, change func([]agent.Level) []agent.Level) (target.Delivery, error) {
	for attempt := 1; ; attempt++ {
		r, m, err := t.leveled(ctx, id)
		if err != nil {
			return target.Delivery{}, err
		}
		changed := configMap{
			APIVersion: "v1", Kind: "ConfigMap", Metadata: meta{Name: m.Metadata.Name, ResourceVersion: m.Metadata.ResourceVersion},
			Data: map[string]string{levelsFile: agent.Set(change(m.levels(time.Now())))},
		}
		err = t.api.Merge(ctx, api.ConfigMaps, t.Namespace, m.Metadata.Name, changed, nil)
		switch {
		case err == nil:
			return t.delivery(r, t.prompt(ctx, r)), nil
		case fault.KindOf(err) != fault.Conflict || attempt == 10:
			return target.Delivery{}, err
		}
	}
}

// KeptLevels implements target.Leveling.
func (t *Target) KeptLevels(ctx context.Context, id target.JobID) ([]agent.Level, target.Delivery, error) {
	r, m, err := t.leveled(ctx, id)
	return m.levels(time.Now()), t.delivery(r, false), err
}

// leveled reads the record of a job, and the ConfigMap with its levels. NotFound when its processes read none, such as those
// of a job that AutoStream did not deploy.
func (t *Target) leveled(ctx context.Context, id target.JobID) (r record, m configMap, err error) {
	if r, err = t.known(ctx, id); err == nil {
		err = t.api.Get(ctx, api.ConfigMaps, t.Namespace, agentName(r.Cluster), &m)
	}
	if fault.KindOf(err) == fault.NotFound && err != nil {
		err = fault.Errorf(fault.NotFound, "job %s was started without the agent for log levels", id)
	}
	return r, m, err
}

// levels are those whose time is not over.
func (m configMap) levels(now time.Time) []agent.Level {
	return slices.DeleteFunc(agent.ReadSet(m.Data[levelsFile]), func(l agent.Level) bool { return !now.Before(l.Until) })
}

func (t *Target) delivery(r record, told bool) target.Delivery {
	d := target.Delivery{By: "ConfigMap " + agentName(r.Cluster), Within: unaskedUntil}
	if told {
		d.Within = toldWithin
	}
	return d
}

// prompt has kubelets look at the pods of a job at once, which they do when anything of a pod changes. False when that is
// not allowed: then they look in time.
func (t *Target) prompt(ctx context.Context, r record) bool {
	pods, err := t.pods(ctx, r.Cluster)
	if err != nil {
		return false
	}
	mark := object{"metadata": object{"annotations": object{"autostream/levels": time.Now().UTC().Format(time.RFC3339Nano)}}}
	var all sync.WaitGroup
	refused := make([]error, len(pods))
	limit := make(chan struct{}, 8)
	for i, p := range pods {
		all.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			if err := t.api.Merge(ctx, api.Pods, t.Namespace, p.Metadata.Name, mark, nil); !api.Gone(err) {
				refused[i] = err
			}
		})
	}
	all.Wait()
	return !slices.ContainsFunc(refused, func(err error) bool { return err != nil })
}
