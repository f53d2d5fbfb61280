package yarn

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/sdk/java/agent"
)

// agentJar is the agent in the working folder of every container. It changes levels of loggers as a file among the records
// of the job says, and changes them back itself: nobody can attach to a process on YARN but on its host.
const agentJar = "autostream-agent.jar"

// seenWithin is how long it takes until all processes have looked at the file: the agent does so every 15 seconds, so that
// the NameNode is not asked for more than that.
const seenWithin = 20 * time.Second

// withAgent makes JVMs start with the agent, beside whatever the user has them start with.
func withAgent(o conf.Options, levels string) {
	for _, key := range []string{"env.java.opts.jobmanager", "env.java.opts.taskmanager"} {
		o[key] = strings.TrimSpace(o[key] + " -javaagent:" + agentJar + "=" + agent.FollowHadoop(levels))
	}
}

// KeepLevels implements target.Leveling.
func (t *Target) KeepLevels(ctx context.Context, id target.JobID, change func([]agent.Level) []agent.Level) (target.Delivery, error) {
	c, file, err := t.levels(ctx, id)
	if err != nil {
		return target.Delivery{}, err
	}
	for attempt := 1; ; attempt++ {
		before, err := c.kept(ctx, file)
		if err != nil {
			return target.Delivery{}, err
		}
		text := agent.Set(change(before))
		if err := c.fs.Delete(ctx, file); err != nil { // files are made whole; without one, processes keep what they have
			return target.Delivery{}, err
		}
		err = c.fs.Create(ctx, file, strings.NewReader(text), dfs.Attributes{Mode: 0o600, Drifting: true})
		if err == nil || fault.KindOf(err) != fault.Conflict || attempt == 5 {
			return c.delivery(file), err
		}
	}
}

// KeptLevels implements target.Leveling.
func (t *Target) KeptLevels(ctx context.Context, id target.JobID) ([]agent.Level, target.Delivery, error) {
	c, file, err := t.levels(ctx, id)
	if err != nil {
		return nil, target.Delivery{}, err
	}
	levels, err := c.kept(ctx, file)
	return levels, c.delivery(file), err
}

// levels is the file with the levels of a job. NotFound when its processes do not look at it.
func (t *Target) levels(ctx context.Context, id target.JobID) (*cluster, string, error) {
	c, r, err := t.find(ctx, id)
	if err == nil && !r.Agent {
		err = fault.Errorf(fault.NotFound, "job %s was started without the agent for log levels", r.Name)
	}
	if err != nil {
		return nil, "", err
	}
	return c, c.records().path(id, recordLevels), nil
}

// kept are the levels in a file whose time is not over; none when there is no file.
func (c *cluster) kept(ctx context.Context, file string) ([]agent.Level, error) {
	text, err := dfs.ReadFile(ctx, c.fs, file, longest)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	return slices.DeleteFunc(agent.ReadSet(string(text)), func(l agent.Level) bool { return !time.Now().Before(l.Until) }), nil
}

func (c *cluster) delivery(file string) target.Delivery {
	return target.Delivery{By: "file " + c.fs.URI(file), Within: seenWithin}
}
