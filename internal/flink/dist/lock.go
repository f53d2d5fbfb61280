package dist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/lockfile"
)

// lockPoll is how often a waiting process tries again. The lock calls of the systems can wait themselves, but not be
// cancelled.
const lockPoll = 100 * time.Millisecond

// acquire takes the lock of the cache's distributions, waiting for another process if need be, and returns how to let go of
// it. waiting is called once, with what the other process says it does; purpose is what this one says to others.
func (c *Cache) acquire(ctx context.Context, purpose string, waiting func(holder string)) (release func() error, err error) {
	dir := filepath.Join(c.Dir, "flink")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Errorf(fault.Failed, "creating the cache: %w", err).WithFix("put it where you may write:\n  AUTOSTREAM_CACHE=/path/to/folder")
	}
	holder := filepath.Join(dir, ".holder")
	for told := false; ; told = true {
		lock, err := lockfile.Try(filepath.Join(dir, ".lock"))
		if err == nil {
			// For people only; the lock itself does not depend on it.
			_ = os.WriteFile(holder, fmt.Appendf(nil, "process %d, %s", os.Getpid(), purpose), 0o644)
			return func() error { return errors.Join(os.Remove(holder), lock.Release()) }, nil
		}
		if !errors.Is(err, lockfile.ErrLocked) {
			return nil, err
		}
		if !told {
			waiting(readHolder(holder))
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

func readHolder(path string) string {
	text, err := os.ReadFile(path)
	holder := strings.TrimSpace(string(text))
	if err != nil || holder == "" {
		return "another process"
	}
	return holder
}
