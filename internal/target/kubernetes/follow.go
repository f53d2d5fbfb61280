package kubernetes

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/target"
	"github.com/autostream/autostream/internal/target/kubernetes/api"
)

// lookAgain is how often follow looks for pods that have come.
const lookAgain = time.Second

// following are the logs of a cluster that are copied as they grow.
type following struct {
	target *Target
	taken  map[container]time.Time // until when the lines of a container were printed at the beginning
	on     map[container]bool      // it is being copied

	mu sync.Mutex
	w  io.Writer
}

// follow prints what there is, merged by time, then lines as they come, of every pod that is there or comes, until ctx ends.
func (t *Target) follow(ctx context.Context, r record, o target.LogOptions, w io.Writer) error {
	f := &following{target: t, taken: map[container]time.Time{}, on: map[container]bool{}, w: w}
	lines, err := t.gather(ctx, r, o.Tail)
	if err != nil {
		return err
	}
	for _, l := range lines {
		f.taken[l.start] = l.at
	}
	if err := printLines(w, lines); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var streams sync.WaitGroup
	defer streams.Wait()
	for {
		pods, _ := t.pods(ctx, r.Cluster) // the next look may tell
		for _, p := range pods {
			for _, c := range p.Status.Containers {
				start := container{p.Metadata.UID, c.Restarts}
				if c.Name != mainContainer || c.State.Running == nil || f.on[start] {
					continue
				}
				f.on[start] = true
				streams.Go(func() {
					if err := f.copy(ctx, p, start); err != nil && !api.Answered(err) && ctx.Err() == nil {
						cancel(err)
					}
				})
			}
		}
		select {
		case <-ctx.Done():
			if cause := context.Cause(ctx); cause != ctx.Err() { //nolint:errorlint // the very same: nobody gave a cause
				return cause
			}
			return nil
		case <-time.After(lookAgain):
		}
	}
}

// copy prints the lines of a container that were not printed yet, as they come.
func (f *following) copy(ctx context.Context, p pod, start container) error {
	query, until := logQuery(0), f.taken[start]
	query.Set("follow", "true")
	if !until.IsZero() {
		query.Set("sinceTime", until.Truncate(time.Second).UTC().Format(time.RFC3339)) // it takes whole seconds
	}
	return f.target.stream(ctx, p, start.restarts, query, func(l logLine) error {
		if !l.at.After(until) {
			return nil
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		return printLines(f.w, []logLine{l})
	})
}
