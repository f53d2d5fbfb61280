// Reading many scripts at once.

package sqlfiles

import (
	"context"
	"runtime"
	"runtime/debug"
	"sync"
)

// ahead is how many scripts a worker may be ahead of the one that is waited for: their trees are in memory.
const ahead = 4

// garbage is how much may gather, in percent of what lives, while many scripts are read. Most of what lives is the shared
// tables, which stay to the end: at the usual 100 % a third of the time goes into looking at them again and again.
const garbage = 400

// Each reads scripts and hands them over in their order. Texts are read one after the other, as variables are settled
// once for all; scripts are judged beside each other, one for each processor.
func (r *Reader) Each(ctx context.Context, sources []Source, yield func(*Script)) error {
	defer debug.SetGCPercent(debug.SetGCPercent(garbage))
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	queue := make(chan *pending, workers*ahead)
	work := make(chan *pending)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for p := range work {
				p.script = p.task.judge()
				close(p.judged)
			}
		})
	}
	group.Go(func() {
		defer close(queue)
		defer close(work)
		for _, s := range sources {
			p := &pending{judged: make(chan struct{})}
			if p.task, p.err = r.open(s); p.err != nil {
				close(p.judged)
			} else {
				select {
				case work <- p:
				case <-ctx.Done():
					return
				}
			}
			select {
			case queue <- p:
			case <-ctx.Done():
				return
			}
		}
	})
	defer group.Wait()
	defer cancel()
	for p := range queue {
		<-p.judged
		if p.err != nil {
			return p.err
		}
		yield(p.script)
		p.script, p.task = nil, nil
	}
	return context.Cause(ctx)
}

// pending is a script on its way.
type pending struct {
	task   *task
	script *Script
	err    error
	judged chan struct{}
}
