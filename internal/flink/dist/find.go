package dist

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/release"
)

// Find returns a distribution of the wanted release that is already on this machine: explicitHome when it is not "", else
// FLINK_HOME when it is of the same line, else the cache. When the release is the one that AutoStream provisions, another
// patch level of its line in the cache will do. Nothing found is a fault of kind NotFound whose fix installs it.
func (c *Cache) Find(want release.Release, explicitHome string, getenv func(string) string) (Home, error) {
	if explicitHome != "" {
		home, err := Open(explicitHome)
		if err == nil && home.Release.Line != want.Line {
			return Home{}, fault.Errorf(fault.Usage, "%s is Flink %s, but %s is wanted", home.Dir, home.Release.Version, want.Line).
				WithFix("name a Flink %s, or change the release of the project", want.Line)
		}
		return home, err
	}
	if dir := getenv("FLINK_HOME"); dir != "" {
		if home, err := Open(dir); err == nil && home.Release.Line == want.Line {
			return home, nil
		}
	}
	home, err := c.check(want.Version)
	if err == nil {
		return home, nil
	}
	if standard, ok := release.Of(want.Line); ok && standard.Version == want.Version {
		for _, entry := range c.entries() {
			if entry.Broken == nil && entry.Home.Release.Line == want.Line {
				return entry.Home, nil
			}
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Home{}, fault.Errorf(fault.NotFound, "Flink %s is not installed", want.Version).WithFix("autostream flink install %s", want.Version)
	}
	return Home{}, err
}

// Entry is one distribution of the cache, complete or not.
type Entry struct {
	Version string
	Home    Home   // Release is known even when it is broken
	InPlace bool   // it lies elsewhere and is not the cache's to delete
	Origin  string // where it came from
	Size    int64  // bytes; 0 when in place
	Broken  error  // what is wrong with it; nil when it is complete
	Users   []User // running processes that use it
}

// List returns the distributions of the cache, oldest release first. Broken ones are told by their sizes; with hashes, see
// Verify.
func (c *Cache) List() ([]Entry, error) {
	entries := c.entries()
	for i := range entries {
		users, err := c.users(entries[i].Version)
		if err != nil {
			return nil, err
		}
		entries[i].Users = users
	}
	return entries, nil
}

// entries reads the folder of distributions. What is not called like a version is not ours to judge.
func (c *Cache) entries() []Entry {
	folders, err := os.ReadDir(filepath.Join(c.Dir, "flink"))
	if err != nil {
		return nil
	}
	var entries []Entry
	for _, folder := range folders {
		r, err := release.Parse(folder.Name())
		if err != nil || r.Version != folder.Name() || !folder.IsDir() {
			continue
		}
		entries = append(entries, c.entry(r))
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return int(a.Home.Release.Line) - int(b.Home.Release.Line) })
	return entries
}

func (c *Cache) entry(r release.Release) Entry {
	e := Entry{Version: r.Version, Home: Home{Dir: c.home(r.Version), Release: r}}
	if m, err := readManifest(c.home(r.Version)); err == nil {
		e.Origin, e.Size, e.InPlace = m.Origin, m.size(), m.Home != ""
		if e.InPlace {
			e.Home.Dir = m.Home
		}
	}
	_, e.Broken = c.check(r.Version)
	return e
}
