package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/atomicfile"
)

func TestWriteAndCreate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"one", "two"} {
		if err := atomicfile.Write(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("%s holds %q", path, got)
		}
	}
	if err := atomicfile.Create(path, []byte("three"), 0o640); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create over a file: %v", err)
	}
	if err := atomicfile.Create(filepath.Join(dir, "b"), []byte("b"), 0o640); err != nil {
		t.Error(err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "none", "a"), nil, 0o640); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write into a missing folder: %v", err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("left behind: %v", entries)
	}
	if stat, _ := os.Stat(path); stat.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", stat.Mode())
	}
}
