package collect

import (
	"context"
	"time"

	"github.com/autostream/autostream/internal/flink/rest"
)

// How long metrics are waited for.
const (
	freshWithin = 2 * time.Second // metrics are collected anew, where that is due
	freshEvery  = 200 * time.Millisecond
)

// grows is a metric that is another one whenever metrics were collected.
const grows = "Status.JVM.CPU.Time"

// fresh waits until Flink's metrics are of now. Its REST interface collects them when somebody asks, at most every ten
// seconds, and answers with those it has: after a quiet night these are of the evening, or there are none
// (MetricFetcherImpl.update; metrics.fetcher.update-interval). The processor time of TaskManagers always grows, so that a
// new number tells of new metrics. Where none comes, they are younger than the interval.
func (t *taking) fresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, freshWithin)
	defer cancel()
	had, err := t.REST.TaskManagerMetrics(ctx, grows)
	for changed := false; err == nil; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(freshEvery):
		}
		if changed { // a moment ago, as not all TaskManagers answer at once
			return
		}
		var has map[string]rest.Aggregate
		has, err = t.REST.TaskManagerMetrics(ctx, grows)
		changed = len(has) > 0 && has[grows] != had[grows]
	}
}
