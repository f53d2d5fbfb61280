package target

import "context"

// Retaining is a Target that can look for what a job left behind without asking Flink, and so also when the job's
// cluster is gone.
type Retaining interface {
	// LatestCheckpoint returns the newest complete checkpoint that is left of a job. NotFound when the place where it
	// would be was looked at and there is none.
	LatestCheckpoint(ctx context.Context, id JobID) (Savepoint, error)
}
