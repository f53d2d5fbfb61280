package storetest_test

import (
	"testing"

	"github.com/autostream/autostream/internal/store"
	"github.com/autostream/autostream/internal/store/storetest"
)

func TestMemoryKeepsThePromises(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return &storetest.Memory{} })
}
