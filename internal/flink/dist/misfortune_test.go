package dist

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/dist/disttest"
)

// TestInterrupted cancels an installation while a program runs: it ends at once, and nothing stays.
func TestInterrupted(t *testing.T) {
	for _, program := range []string{"pip-hang", "mvn-hang"} {
		t.Run(program, func(t *testing.T) {
			t.Setenv("PATH", fakePath(t, "python3", "mvn"))
			t.Setenv(disttest.FaultVariable, program)
			cache := &Cache{Dir: t.TempDir()}
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := cache.Install(ctx, Request{Version: version, Source: Registries{}})
			if fault.KindOf(err) != fault.Running {
				t.Errorf("got %v (%v)", err, fault.KindOf(err))
			}
			if left := leftovers(t, cache.Dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestDiskFull(t *testing.T) {
	t.Run("known before", func(t *testing.T) {
		cache := &Cache{Dir: t.TempDir(), free: func(string) (int64, error) { return 12_000_000, nil }}
		_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
		checkDiskFull(t, cache, err, "about 700 MB there, 12 MB are free")
	})
	for _, program := range []string{"pip-full", "mvn-full"} {
		t.Run(program, func(t *testing.T) {
			t.Setenv("PATH", fakePath(t, "python3", "mvn"))
			t.Setenv(disttest.FaultVariable, program)
			cache := &Cache{Dir: t.TempDir()}
			_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
			checkDiskFull(t, cache, err, "about 700 MB there")
		})
	}
	t.Run("while writing", func(t *testing.T) {
		cache := &Cache{Dir: t.TempDir(), free: func(string) (int64, error) { return 5_000_000, nil }}
		_, err := cache.Install(t.Context(), Request{Version: version, Source: full{}})
		checkDiskFull(t, cache, err, "5.0 MB are free")
	})
}

// full is a source that finds the disk full when it writes.
type full struct{}

func (full) String() string    { return "a full disk" }
func (full) need(string) int64 { return 1_000_000 }
func (full) build(_ context.Context, s *site) (string, error) {
	path := filepath.Join(s.tree, "half")
	return "", errors.Join(os.WriteFile(path, []byte("x"), 0o644), &os.PathError{Op: "write", Path: path, Err: syscall.ENOSPC})
}

func checkDiskFull(t *testing.T, cache *Cache, err error, figures string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "is too full: installing Flink 2.2.1 takes about") || !strings.Contains(err.Error(), figures) {
		t.Errorf("got %v, want the figures %q", err, figures)
	}
	if !strings.Contains(fault.FixOf(err), "AUTOSTREAM_CACHE=") {
		t.Errorf("the fix is %q", fault.FixOf(err))
	}
	if left := leftovers(t, cache.Dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestProgramsFail shows the end of what the program said, without the password in its address.
func TestProgramsFail(t *testing.T) {
	for program, want := range map[string]string{"pip-fail": "downloading apache-flink-libraries 2.2.1", "mvn-fail": "fetching the SQL Gateway of Flink 2.2.1"} {
		t.Run(program, func(t *testing.T) {
			t.Setenv("PATH", fakePath(t, "python3", "mvn"))
			t.Setenv(disttest.FaultVariable, program)
			cache := &Cache{Dir: t.TempDir()}
			_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Fatalf("got %v, want %q", err, want)
			}
			if fix := fault.FixOf(err); !strings.Contains(fix, "mirror.example") || strings.Contains(fix, "hunter2") {
				t.Errorf("the output shown is %q", fix)
			}
		})
	}
}

func TestProgramsMissing(t *testing.T) {
	for missing, rest := range map[string]string{"python3": "mvn", "mvn": "python3"} {
		t.Run(missing, func(t *testing.T) {
			t.Setenv("PATH", fakePath(t, rest))
			cache := &Cache{Dir: t.TempDir()}
			_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
			if err == nil || !strings.Contains(err.Error(), missing+" is not on the PATH") || !strings.Contains(fault.FixOf(err), "--from") {
				t.Errorf("got %v, fix %q", err, fault.FixOf(err))
			}
		})
	}
}

func TestPythonWithoutPip(t *testing.T) {
	t.Setenv("PATH", fakePath(t, "python3", "mvn"))
	t.Setenv(disttest.FaultVariable, "pip-missing")
	cache := &Cache{Dir: t.TempDir()}
	_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
	if err == nil || !strings.Contains(err.Error(), "python3 has no pip") || !strings.Contains(fault.FixOf(err), "pip") {
		t.Errorf("got %v, fix %q", err, fault.FixOf(err))
	}
}

func TestCacheCannotBeMade(t *testing.T) {
	t.Parallel()
	inFile := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(inFile, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cache := &Cache{Dir: filepath.Join(inFile, "cache")}
	_, err := cache.Install(t.Context(), Request{Version: version, Source: Registries{}})
	if err == nil || !strings.Contains(err.Error(), "creating the cache") || !strings.Contains(fault.FixOf(err), "AUTOSTREAM_CACHE") {
		t.Errorf("got %v, fix %q", err, fault.FixOf(err))
	}
}
