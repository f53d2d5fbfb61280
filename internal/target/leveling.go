package target

import (
	"context"
	"time"

	"github.com/autostream/autostream/sdk/java/agent"
)

// Leveling is a Target from which the processes of jobs learn that levels of loggers are others for a time.
type Leveling interface {
	// KeepLevels changes the levels with which processes of a job begin that start from now on, each until its time is over.
	// change gets those that are kept so far, and is called again when somebody else was faster. It returns how processes
	// that run learn of them. NotFound when processes of the job do not.
	KeepLevels(ctx context.Context, id JobID, change func([]agent.Level) []agent.Level) (Delivery, error)
	// KeptLevels returns the levels that are kept, and whose time is not over.
	KeptLevels(ctx context.Context, id JobID) ([]agent.Level, Delivery, error)
}

// Listening is a Target whose jobs start with an agent that listens, so that nobody has to attach to their JVMs to change
// levels.
type Listening interface {
	// Tell has the agent of a JVM do what the options say, if there are any, and returns what it says then (agent.Parse).
	// What has been asked is awaited when ctx ends, a few seconds at most. It is an error that no agent listens.
	Tell(ctx context.Context, v JVM, options string) (string, error)
}

// Delivery is how processes that run learn of levels that are kept for them, without anybody attaching to them.
type Delivery struct {
	By     string        // such as "ConfigMap x"; "" when they do not
	Within time.Duration // at most
}
