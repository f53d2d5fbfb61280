package target

import (
	"context"
	"time"
)

// Owned is a Target whose cluster AutoStream itself starts and ends, rather than finds.
type Owned interface {
	// Up starts the cluster unless it runs, and returns when jobs can be submitted.
	Up(ctx context.Context) error
	// Down ends the cluster and the jobs on it, without savepoints, and returns when no process of it is left. One that
	// does not run is not an error.
	Down(ctx context.Context) error
	// Cluster looks at the cluster without starting it.
	Cluster(ctx context.Context) (Cluster, error)
}

// Cluster is what can be seen of an Owned target's cluster.
type Cluster struct {
	Up        bool
	Starting  bool   // it will be up, or say why not
	Release   string // "2.2.1"; the line alone before the first start
	URL       string // of Flink's web interface and REST interface; "" unless Up, like the following
	Gateway   string // of the SQL Gateway
	Slots     int
	FreeSlots int
	Jobs      int           // that run
	Since     time.Time     // of being up, or down; zero before the first start
	Idle      time.Duration // without a job and a command, after which it ends
	Reason    string        // why it is down; "" while it is up and before the first start
	Logs      string        // folder
	Processes []ClusterProcess
}

// ClusterProcess is one process of a cluster that is alive.
type ClusterProcess struct {
	Role string // jobmanager, taskmanager, gateway, keeper
	PID  int
}
