package dist

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/autostream/autostream/internal/flink/dist/disttest"
)

// TestRealDiskFull installs onto a file system of 256 kB, which ends in the middle of a file. Mounting one takes root;
// TestDiskFull holds the same with a source that fails.
func TestRealDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	tree := disttest.Tree(t, version)
	if err := os.WriteFile(filepath.Join(tree, "lib", "large.jar"), []byte(strings.Repeat("x", 300_000)), 0o644); err != nil {
		t.Fatal(err)
	}
	cache := &Cache{Dir: dir}
	_, err := cache.Install(t.Context(), Request{Version: version, Source: Directory{tree}})
	checkDiskFull(t, cache, err, "0.3 MB there, 0.3 MB are free") // known before

	cache.free = func(string) (int64, error) { return 1 << 40, nil }
	_, err = cache.Install(t.Context(), Request{Version: version, Source: Directory{tree}})
	checkDiskFull(t, cache, err, "no space left on device") // found out while writing
	if free, err := freeSpace(dir); err != nil || free < 200_000 {
		t.Errorf("%d bytes are free after giving up, %v", free, err)
	}
}
