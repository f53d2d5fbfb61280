package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/target"
)

// store keeps a world and changes it under mutual exclusion. A change that returns an error is kept all the same:
// what a refused call did, it did.
type store interface {
	update(func(*world) error) error
}

type memory struct{ w *world }

func (m *memory) update(f func(*world) error) error {
	if m.w == nil {
		m.w = newWorld()
	}
	return f(m.w)
}

// folder keeps the world in world.json; the existence of the folder's entry "lock" is the lock between processes.
type folder struct{ dir string }

func (s *folder) update(f func(*world) error) error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	w := newWorld()
	path := filepath.Join(s.dir, "world.json")
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		if err := json.Unmarshal(text, w); err != nil {
			return fmt.Errorf("reading %s: %w", path, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	result := f(w)
	text, err = json.MarshalIndent(w, "", " ")
	if err != nil {
		return err
	}
	next := path + ".next"
	if err := os.WriteFile(next, text, 0o644); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return result
}

// lock waits for the lock. One older than any change takes belongs to a killed process and is broken.
func (s *folder) lock() (unlock func(), err error) {
	path := filepath.Join(s.dir, "lock")
	for {
		err := os.Mkdir(path, 0o755)
		if err == nil {
			return func() { _ = os.Remove(path) }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if entry, err := os.Stat(path); err == nil && time.Since(entry.ModTime()) > 2*time.Second {
			_ = os.Remove(path)
		}
		time.Sleep(time.Millisecond)
	}
}

func newWorld() *world {
	return &world{
		Jobs:       map[target.JobID]*job{},
		Operations: map[string]target.Savepoint{},
		Savepoints: map[string]savepoint{},
	}
}
