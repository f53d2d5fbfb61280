package job

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/local"
)

// cluster is a file system whose root is a folder, under a name that others may have too.
type cluster struct {
	local.FS
	root, name string
}

func (c cluster) URI(path string) string { return c.name + path }

func (c cluster) Stat(ctx context.Context, path string) (dfs.Entry, error) {
	return c.FS.Stat(ctx, c.root+path)
}

// Clusters often have file systems of one name, such as hdfs://nameservice1, which are two.
func TestShared(t *testing.T) {
	t.Parallel()
	one, two := filepath.ToSlash(t.TempDir()), filepath.ToSlash(t.TempDir())
	put := func(root, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, "_metadata"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	same := func(a, b cluster, want bool) {
		t.Helper()
		if got, err := shared(t.Context(), a, b, "/"); err != nil || got != want {
			t.Errorf("%+v and %+v: %t, %v", a, b, got, err)
		}
	}
	put(one, "state")
	here := cluster{root: one, name: "hdfs://ns"}
	same(here, here, true)
	same(here, cluster{root: one, name: "hdfs://other"}, false)
	same(here, cluster{root: two, name: "hdfs://ns"}, false)
	put(two, "other state")
	same(here, cluster{root: two, name: "hdfs://ns"}, false)
}
