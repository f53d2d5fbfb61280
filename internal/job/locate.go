package job

import (
	"context"

	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/target"
)

// Place is where the newest run of a job is, or was.
type Place struct {
	Target target.Target
	Run    store.Run
}

// Locate finds the target that holds the newest run of a job, running or ended.
func (s *Service) Locate(ctx context.Context, job Ref) (Place, error) {
	f, err := s.recall(ctx, job)
	if err != nil {
		return Place{}, err
	}
	if f.run.ID == "" {
		return Place{}, neverRan(job)
	}
	t, err := s.home(ctx, target.JobID(f.run.ID))
	return Place{Target: t, Run: f.run}, err
}
