package preview_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/preview/previewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMadeUpFlink(t *testing.T) {
	t.Parallel()
	previewtest.Run(t, func(t *testing.T) previewtest.Cluster {
		t.Parallel() // every test has a Flink of its own
		flink := previewtest.NewFlink()
		t.Cleanup(flink.Close)
		return previewtest.Reach(t, flink.URL(), flink.URL())
	})
}
