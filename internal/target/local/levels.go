package local

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// agentJar is the name of the agent's jar in the folder of the cluster, which is the working directory of its processes.
const agentJar = "agent.jar"

// KeepLevels implements target.Leveling: a TaskManager that the keeper starts anew begins with them.
func (t *Target) KeepLevels(_ context.Context, _ target.JobID, change func([]agent.Level) []agent.Level) (target.Delivery, error) {
	levels := change(t.folder.kept(time.Now()))
	if len(levels) > 0 {
		if err := atomicfile.Write(t.folder.path(agentJar), agent.Jar(), 0o600); err != nil {
			return target.Delivery{}, err
		}
	}
	return target.Delivery{}, writeJSON(t.folder.levels(), levels)
}

// KeptLevels implements target.Leveling.
func (t *Target) KeptLevels(context.Context, target.JobID) ([]agent.Level, target.Delivery, error) {
	return t.folder.kept(time.Now()), target.Delivery{}, nil
}

// kept are the levels that processes begin with. Without a file there are none.
func (f folder) kept(now time.Time) []agent.Level {
	var levels []agent.Level
	if readJSON(f.levels(), &levels) != nil {
		return nil
	}
	return slices.DeleteFunc(levels, func(l agent.Level) bool { return !now.Before(l.Until) })
}

// leveled are the options with which a JVM begins with the levels that are kept.
func (f folder) leveled(now time.Time) []string {
	levels := f.kept(now)
	if _, err := os.Stat(f.path(agentJar)); err != nil || len(levels) == 0 {
		return nil
	}
	return []string{"-javaagent:" + agentJar + "=" + agent.Set(levels)}
}
