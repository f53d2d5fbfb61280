//go:build flink

package preview_test

import (
	"testing"

	"github.com/autostream/autostream/internal/flink/conf"
	"github.com/autostream/autostream/internal/flink/flinktest"
	"github.com/autostream/autostream/internal/flink/release"
	"github.com/autostream/autostream/internal/preview/previewtest"
)

// cluster is a real session cluster, and what the suite asks of one.
type cluster struct {
	previewtest.Reached
	*flinktest.Session
}

// launch starts a cluster of a release for a test and ends it with the test.
func launch(t *testing.T, line release.Line) *cluster {
	t.Helper()
	s := flinktest.Start(t, line, conf.Options{
		"cluster.registration.error-delay": "500", "heartbeat.interval": "2000", "heartbeat.timeout": "20000",
		// Checkpoints of the cluster must not hold rows back.
		"execution.checkpointing.interval": "3600000", "execution.checkpointing.dir": "file://" + t.TempDir(),
		"$internal.dispatcher.client-aliveness-check.interval": "2 s",
	})
	return &cluster{previewtest.Reach(t, s.Gateway, s.JobManager), s}
}
