package dist

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// errLocked is what tryLock gives when another process holds the lock.
var errLocked = errors.New("locked by another process")

// lockPoll is how often a waiting process tries again. The lock calls of the systems can wait themselves, but not be
// cancelled.
const lockPoll = 100 * time.Millisecond

// lock is a lock file held by this process. The system drops it when the process dies, however it dies; the file stays.
type lock struct{ file *os.File }

// acquire takes the lock of the cache's distributions, waiting for another process if need be; waiting is called once, with
// what that process said it does. purpose is what this process says to others.
func (c *Cache) acquire(ctx context.Context, purpose string, waiting func(holder string)) (*lock, error) {
	path := filepath.Join(c.Dir, "flink", ".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("creating the cache: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening lock: %w", err)
	}
	for told := false; ; {
		err := tryLock(f)
		if err == nil {
			break
		}
		if !errors.Is(err, errLocked) {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
		}
		if !told {
			waiting(readHolder(path))
			told = true
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), f.Close())
		case <-time.After(lockPoll):
		}
	}
	l := &lock{f}
	if err := l.say(fmt.Sprintf("process %d, %s", os.Getpid(), purpose)); err != nil {
		return nil, errors.Join(fmt.Errorf("writing %s: %w", path, err), l.release())
	}
	return l, nil
}

// say replaces the text of the lock file.
func (l *lock) say(text string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}

// release lets go of the lock.
func (l *lock) release() error {
	return errors.Join(l.file.Truncate(0), unlock(l.file), l.file.Close())
}

func readHolder(path string) string {
	text, err := os.ReadFile(path)
	holder := strings.TrimSpace(string(text))
	if err != nil || holder == "" || len(holder) > 200 {
		return "another process"
	}
	return holder
}
