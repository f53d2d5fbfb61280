package target

import "context"

// Glancing is a Target that tells with one cheap question whether a job has come up. Whoever waits for that asks many
// times, and each question takes time from a cluster that is busy starting the job.
type Glancing interface {
	// Glance is Status without Restarts, Reason, LastCheckpoint and Hindrance.
	Glance(ctx context.Context, id JobID) (Status, error)
}
