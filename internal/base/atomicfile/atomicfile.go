// Package atomicfile writes files that are there whole or not at all, whatever dies in between.
package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Write makes or replaces a file. Readers see the old text or the new one.
func Write(path string, text []byte, mode os.FileMode) error {
	return publish(path, text, mode, os.Rename)
}

// Create makes a file that must not exist yet; the error is fs.ErrExist when it does, also when somebody else made it
// at the same moment.
func Create(path string, text []byte, mode os.FileMode) error {
	return publish(path, text, mode, os.Link)
}

// publish writes a temporary file beside the path and gives it its name when its bytes are on the disk.
func publish(path string, text []byte, mode os.FileMode, name func(from, to string) error) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".write-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if gone := os.Remove(temp.Name()); err == nil && !errors.Is(gone, os.ErrNotExist) {
			err = gone
		}
	}()
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close())
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return name(temp.Name(), path)
}
