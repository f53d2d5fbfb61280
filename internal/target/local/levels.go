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
func (t *Target) KeepLevels(_ context.Context, _ target.JobID, levels []agent.Level) error {
	if len(levels) > 0 {
		if err := atomicfile.Write(t.folder.path(agentJar), agent.Jar(), 0o600); err != nil {
			return err
		}
	}
	return writeJSON(t.folder.levels(), levels)
}

// leveled are the options with which a JVM begins with the levels that are kept, and their time is not over.
func (f folder) leveled(now time.Time) []string {
	var levels []agent.Level
	if readJSON(f.levels(), &levels) != nil {
		return nil
	}
	levels = slices.DeleteFunc(levels, func(l agent.Level) bool { return !now.Before(l.Until) })
	if _, err := os.Stat(f.path(agentJar)); err != nil || len(levels) == 0 {
		return nil
	}
	return []string{"-javaagent:" + agentJar + "=" + agent.Set(levels)}
}
