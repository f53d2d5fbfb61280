package local_test

import (
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/dfs/dfstest"
	"github.com/autostream/autostream/internal/dfs/local"
)

func TestFS(t *testing.T) {
	t.Parallel()
	dfstest.Run(t, dfstest.Config{FS: local.FS{}, Dir: filepath.ToSlash(t.TempDir())})
}
