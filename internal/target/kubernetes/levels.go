package kubernetes

import (
	"context"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
	"github.com/autostream/autostream/sdk/java/agent"
)

const (
	// workerOptions are the JVM options of TaskManagers. kubernetes-taskmanager.sh reads them in each pod out of the
	// ConfigMap as it is then.
	workerOptions = "env.java.opts.taskmanager: "
	agentFile     = "autostream-agent.jar"
	agentOption   = "-javaagent:" + configFolder + "/" + agentFile + "="
)

var _ target.Leveling = (*Target)(nil)

// KeepLevels implements target.Leveling: the configuration from which TaskManagers start names an agent, whose jar lies
// beside it, as long as there are levels. Those that run do not look at it again.
func (t *Target) KeepLevels(ctx context.Context, id target.JobID, levels []agent.Level) error {
	r, err := t.known(ctx, id)
	if err != nil {
		return err
	}
	if r.By == Operator {
		return fault.Errorf(fault.Failed, "TaskManagers that start later do not have these levels: the operator keeps the configuration of %s", r.Name)
	}
	of, ok := release.Of(t.Line)
	if !ok {
		return fault.Errorf(fault.Usage, "there is no release %s", t.Line)
	}
	var have configMap
	if err := t.api.Get(ctx, api.ConfigMaps, t.Namespace, configName(r.Cluster), &have); err != nil {
		return err
	}
	text, option, jar := have.Data[of.ConfigFile], "", any(nil)
	if len(levels) > 0 {
		option, jar = agentOption+agent.Set(levels), agent.Jar()
	}
	leveled := withAgent(text, option)
	if leveled == text {
		return nil
	}
	return t.api.Merge(ctx, api.ConfigMaps, t.Namespace, configName(r.Cluster), object{
		"metadata": object{"resourceVersion": have.Metadata.ResourceVersion}, // somebody else may change it
		"data":     object{of.ConfigFile: leveled}, "binaryData": object{agentFile: jar},
	}, nil)
}

// withAgent puts an option that loads the agent into a configuration of flat lines, in the place of the one that is there;
// "" takes it out.
func withAgent(text, option string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		value, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), workerOptions)
		if !ok {
			b.WriteString(line)
			continue
		}
		value, quote := unquoted(value)
		var words []string
		for word := range strings.FieldsSeq(value) {
			if !strings.HasPrefix(word, agentOption) {
				words = append(words, word)
			}
		}
		if option != "" {
			words = append(words, option)
		}
		if option = ""; len(words) > 0 {
			b.WriteString(workerOptions + quote + strings.Join(words, " ") + quote + "\n")
		}
	}
	if option != "" {
		b.WriteString(workerOptions + option + "\n")
	}
	return b.String()
}

// unquoted takes the quotes off a value. What is escaped in it stays so.
func unquoted(value string) (inner, quote string) {
	for _, quote := range [...]string{`'`, `"`} {
		if len(value) > 1 && strings.HasPrefix(value, quote) && strings.HasSuffix(value, quote) {
			return value[1 : len(value)-1], quote
		}
	}
	return value, ""
}
