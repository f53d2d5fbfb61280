package yarn

import (
	"time"

	"github.com/autostream/autostream/internal/flink/wire"
)

// leave is how long a JobManager may take from the end of its job to that of its application.
const leave = 10 * time.Second

// farewell is the patience with a JobManager that may be taking its leave. Then it answers with errors of its own (500, 503),
// and soon no more.
type farewell struct {
	began time.Time
}

// pass lets an error pass that says no more than that, for a while.
func (f *farewell) pass(err error) error {
	refusal, refused := wire.Refused(err)
	switch {
	case isGone(err):
		return nil
	case !refused || refusal.Status < 500:
		f.began = time.Time{}
		return err
	case f.began.IsZero():
		f.began = time.Now()
	}
	if time.Since(f.began) > leave {
		return err
	}
	return nil
}
