package local

import (
	"context"

	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/jobmanager"
)

// REST implements target.Observable.
func (t *Target) REST(ctx context.Context, id target.JobID) (*rest.Client, error) {
	c, err := t.clientFor(ctx, id)
	if err != nil {
		return nil, err
	}
	_, err = jobmanager.Find(ctx, c, id)
	return c, err
}
