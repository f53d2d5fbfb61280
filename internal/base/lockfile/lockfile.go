// Package lockfile is mutual exclusion between processes: a lock on a file that the system drops when its holder dies,
// however it dies. The file itself stays.
package lockfile

import (
	"errors"
	"fmt"
	"os"
)

// ErrLocked is in the chain of what Try returns while somebody else holds the lock.
var ErrLocked = errors.New("locked by another process")

// Lock is a lock held by this process.
type Lock struct{ file *os.File }

// Try takes the lock, or returns ErrLocked at once.
func Try(path string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening lock: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
	}
	return &Lock{f}, nil
}

// Release lets go of the lock.
func (l *Lock) Release() error { return l.file.Close() }
