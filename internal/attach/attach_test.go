package attach_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
)

func TestWhatIsNoJVM(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return // there it is refused before anything is looked at
	}
	for pid, want := range map[int]fault.Kind{os.Getpid(): fault.Usage, 1 << 30: fault.NotFound} {
		if _, err := attach.Run(t.Context(), pid, "threaddump"); fault.KindOf(err) != want {
			t.Errorf("process %d: %v, want %s", pid, err, want)
		}
	}
	if _, err := attach.Run(t.Context(), os.Getpid(), "jcmd", "1", "2", "3", "4"); fault.KindOf(err) != fault.Usage {
		t.Errorf("four arguments: %v", err)
	}
}

// TestTakeInterrupted ends in the middle of a large file, which is removed all the same.
func TestTakeInterrupted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "heap.hprof")
	if err := os.WriteFile(path, make([]byte, 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := attach.Take(ctx, path, writer(func(text []byte) (int, error) {
		cancel()
		return len(text), nil
	}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(text []byte) (int, error) { return w(text) }
