package lockfile_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/autostream/autostream/internal/base/lockfile"
)

func TestTry(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lockfile.Try(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockfile.Try(path); !errors.Is(err, lockfile.ErrLocked) {
		t.Errorf("second Try: %v, want ErrLocked", err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := lockfile.Try(path)
	if err != nil {
		t.Fatalf("Try after Release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := lockfile.Try(filepath.Join(path, "below")); err == nil || errors.Is(err, lockfile.ErrLocked) {
		t.Errorf("Try where no file can be: %v", err)
	}
}
