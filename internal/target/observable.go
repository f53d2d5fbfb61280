package target

import (
	"context"

	"github.com/autostream/autostream/internal/flink/rest"
)

// Observable is a Target that lets callers look into a job through its JobManager's REST interface.
type Observable interface {
	// REST returns a client for the JobManager that runs the job, or ran it last and still answers; all that lies between
	// (port forwarding, a proxy, tokens) is inside it. It starts nothing. NotFound when no JobManager knows the job.
	REST(ctx context.Context, id JobID) (*rest.Client, error)
}
