package dist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/base/proc"
)

// User is a running process that uses a distribution of the cache.
type User struct {
	proc.ID
	Project string `json:"project"` // folder of the project that it runs for
}

// Use records that a process uses the distribution of a version in a folder, for as long as it lives or until the function
// that Use returns is called; Remove refuses meanwhile. The process may be another one than this, such as one that outlives
// it. A distribution outside of the cache needs no record.
func (c *Cache) Use(home, version string, pid int, project string) (release func() error, err error) {
	dir := c.home(version)
	if home != dir {
		return func() error { return nil }, nil
	}
	text, err := json.Marshal(User{ID: proc.Of(pid), Project: project})
	if err != nil {
		return nil, fmt.Errorf("encoding the record of a user: %w", err)
	}
	path := filepath.Join(dir+".users", strconv.Itoa(pid))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("recording the use of Flink %s: %w", version, err)
	}
	if err := atomicfile.Write(path, text, 0o644); err != nil {
		return nil, fmt.Errorf("recording the use of Flink %s: %w", version, err)
	}
	release = func() error {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	// Remove renames first and looks for records after: one of the two sees the other.
	if _, err := os.Stat(filepath.Join(dir, manifestName)); err != nil {
		return nil, errors.Join(fault.Errorf(fault.Conflict, "Flink %s was removed just now", version).
			WithFix("autostream flink install %s", version), release())
	}
	return release, nil
}

// users returns the living processes that use a version and drops the records of dead ones.
func (c *Cache) users(version string) ([]User, error) {
	dir := c.home(version) + ".users"
	records, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading who uses Flink %s: %w", version, err)
	}
	var users []User
	for _, record := range records {
		path := filepath.Join(dir, record.Name())
		text, err := os.ReadFile(path)
		if err != nil || strings.HasPrefix(record.Name(), ".") {
			continue // just released, or just being written
		}
		var u User
		if json.Unmarshal(text, &u) == nil && u.Alive() {
			users = append(users, u)
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("removing the record of a dead process: %w", err)
		}
	}
	return users, nil
}

// Remove deletes a version from the cache, complete or broken. It waits for an installation in progress, telling waiting
// what it waits for. A version in use is a fault of kind Conflict, one that is not there of kind NotFound.
func (c *Cache) Remove(ctx context.Context, version string, waiting func(holder string)) (err error) {
	if _, err := os.Stat(c.home(version)); err != nil {
		return fault.Errorf(fault.NotFound, "Flink %s is not in the cache", version).WithFix("autostream flink list")
	}
	release, err := c.acquire(ctx, "which removes Flink "+version, waiting)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := c.unused(version); err != nil {
		return err
	}
	aside, err := c.setAside(version)
	if err != nil {
		return err
	}
	if err := c.unused(version); err != nil { // somebody came between the first look and the rename
		return errors.Join(err, os.Rename(aside, c.home(version)))
	}
	if err := errors.Join(os.RemoveAll(aside), os.RemoveAll(c.home(version)+".users")); err != nil {
		return fmt.Errorf("removing Flink %s: %w", version, err)
	}
	return c.sweep()
}

// unused gives a fault of kind Conflict when a running process uses the version.
func (c *Cache) unused(version string) error {
	users, err := c.users(version)
	if err != nil || len(users) == 0 {
		return err
	}
	var who []string
	for _, u := range users {
		who = append(who, fmt.Sprintf("process %d of %s", u.PID, u.Project))
	}
	return fault.Errorf(fault.Conflict, "Flink %s is in use by %s", version, strings.Join(who, ", ")).
		WithFix("stop it first:\n  autostream target down local -C %s", users[0].Project)
}

// Verify compares every byte of a version in the cache with its manifest. progress gets the version once it starts.
func (c *Cache) Verify(ctx context.Context, version string) error {
	if _, err := c.check(version); err != nil {
		return err
	}
	m, err := readManifest(c.home(version))
	if err != nil {
		return err
	}
	return m.checkHashes(ctx, c.home(version))
}
