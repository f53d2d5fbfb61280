package dist

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// Step is a stage of provisioning. The steps come in the order of the constants; a source may leave some out, and
// download, gateway and unpack may overlap.
type Step string

// The steps. A process may die in any of them; the next Install cleans up and starts again.
const (
	StepWait     Step = "wait"     // another process adds or removes a distribution; Detail says which
	StepDownload Step = "download" // Done and Total are bytes
	StepUnpack   Step = "unpack"   // Done and Total are bytes
	StepGateway  Step = "gateway"  // the SQL Gateway's jar, which the Python packages leave out
	StepRecord   Step = "record"   // hashing every file for the manifest; Done and Total are bytes
	StepPublish  Step = "publish"  // the rename that makes it visible
)

// Event is a sign of progress. Events of one Install come one at a time.
type Event struct {
	Step   Step
	Detail string // what is downloaded or waited for
	Done   int64
	Total  int64 // 0: not known
}

// Source is where a distribution can come from: Directory, Archive, Registries, or InPlace.
type Source interface {
	// build fills site.tree with a distribution, or names one elsewhere. It may use site.work for its own files.
	build(ctx context.Context, site *site) (home string, err error)
	// need is how many bytes the cache must have free, as far as that can be known before; 0 for unknown.
	need(version string) int64
	// String names the source for people and for the manifest.
	String() string
}

// site is where a distribution is being built: folders inside the cache that disappear when it is done or given up.
type site struct {
	version string // the version asked for; "" to take what comes
	tree    string // becomes the distribution
	work    string // downloads and the like
	event   func(Event)
	require func(bytes int64) error // gives the error of a full disk when there is less
}

// Request says what to provision.
type Request struct {
	Version string // exact version; "" takes whatever version the source has
	Source  Source
	Events  func(Event) // may be nil
}

// Install provisions a distribution and returns it. A complete one of that version is returned at once, a broken one is
// replaced. Two processes that ask at once get the same one: the second waits. Nothing is left behind when it fails or is
// cancelled; what a killed process left is removed here.
func (c *Cache) Install(ctx context.Context, req Request) (home Home, err error) {
	events := req.Events
	if events == nil {
		events = func(Event) {}
	}
	if home, ok := c.Installed(req.Version); ok {
		return home, nil
	}
	release, err := c.acquire(ctx, "which installs Flink "+req.Version, func(holder string) {
		events(Event{Step: StepWait, Detail: holder})
	})
	if err != nil {
		return Home{}, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if home, ok := c.Installed(req.Version); ok { // the process we waited for may have installed it
		return home, nil
	}
	if err := c.sweep(); err != nil {
		return Home{}, err
	}
	root, err := os.MkdirTemp(filepath.Join(c.Dir, "flink"), ".new-*")
	if err != nil {
		return Home{}, fmt.Errorf("creating a folder in the cache: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	return c.install(ctx, root, req.Version, req.Source, events)
}

// install builds, records and publishes below root, with the lock held.
func (c *Cache) install(ctx context.Context, root, version string, source Source, events func(Event)) (home Home, err error) {
	s := &site{
		version: version, tree: filepath.Join(root, "tree"), work: filepath.Join(root, "work"), event: events,
		require: func(bytes int64) error { return c.requireSpace(root, version, bytes) },
	}
	defer func() { err = c.explain(err, root, version, source) }()
	if err := errors.Join(os.Mkdir(s.tree, 0o755), os.Mkdir(s.work, 0o755)); err != nil {
		return Home{}, err
	}
	if err := s.require(source.need(version)); err != nil {
		return Home{}, err
	}
	c.log().Info("building a Flink distribution", "version", version, "source", source.String(), "folder", root)
	elsewhere, err := source.build(ctx, s)
	if err != nil {
		return Home{}, err
	}
	m := &manifest{Version: 1, Origin: source.String(), Created: time.Now().UTC().Truncate(time.Second), Home: elsewhere}
	built, err := s.open(elsewhere)
	if err != nil {
		return Home{}, err
	}
	m.Flink = built.Release.Version
	if there, ok := c.Installed(m.Flink); ok { // the source had to be opened to know its version
		return there, nil
	}
	if elsewhere == "" {
		if m.Files, err = record(ctx, s, m.Flink); err != nil {
			return Home{}, err
		}
	}
	if err := m.write(s.tree); err != nil {
		return Home{}, fmt.Errorf("writing the manifest: %w", err)
	}
	events(Event{Step: StepPublish, Detail: "Flink " + m.Flink})
	if err := c.publish(s.tree, m.Flink); err != nil {
		return Home{}, err
	}
	if elsewhere == "" {
		built.Dir = c.home(m.Flink)
	}
	return built, nil
}

// open checks what was built against what was asked for.
func (s *site) open(elsewhere string) (Home, error) {
	dir := s.tree
	if elsewhere != "" {
		dir = elsewhere
	}
	home, err := Open(dir)
	if err != nil {
		return Home{}, err
	}
	if s.version != "" && home.Release.Version != s.version {
		return Home{}, fault.Errorf(fault.Usage, "this is Flink %s, not %s", home.Release.Version, s.version).
			WithFix("autostream flink install %s --from …", home.Release.Version)
	}
	return home, nil
}

// record lists the files of the finished tree, telling progress.
func record(ctx context.Context, s *site, version string) ([]file, error) {
	var total int64
	err := filepath.WalkDir(s.tree, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		stat, err := entry.Info()
		if err == nil {
			total += stat.Size()
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("measuring the distribution: %w", err)
	}
	tell := func(done int64) {
		s.event(Event{Step: StepRecord, Detail: "Flink " + version, Done: done, Total: total})
	}
	tell(0)
	files, err := scan(ctx, s.tree, tell)
	if err != nil {
		return nil, fmt.Errorf("hashing the distribution: %w", err)
	}
	return files, nil
}

// publish gives a finished tree its name. A broken distribution under that name is moved away first and removed after.
func (c *Cache) publish(tree, version string) error {
	to := c.home(version)
	old, err := c.setAside(version)
	if err != nil {
		return err
	}
	if err := os.Rename(tree, to); err != nil {
		return fmt.Errorf("moving the distribution to its place: %w", err)
	}
	return os.RemoveAll(old)
}

// setAside moves what stands under the name of a version to a name that sweep removes, and returns that. Nothing there is
// no error.
func (c *Cache) setAside(version string) (string, error) {
	aside := filepath.Join(c.Dir, "flink", fmt.Sprintf(".old-%s-%d", version, os.Getpid()))
	err := os.Rename(c.home(version), aside)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("moving the old distribution away: %w", err)
	}
	return aside, nil
}

// sweep removes what killed processes left. The caller holds the lock, so nothing of it is in use.
func (c *Cache) sweep() error {
	for _, pattern := range []string{".new-*", ".old-*"} {
		left, err := filepath.Glob(filepath.Join(escapeGlob(c.Dir), "flink", pattern))
		if err != nil {
			return err
		}
		for _, dir := range left {
			c.log().Info("removing what an interrupted installation left", "folder", dir)
			if err := os.RemoveAll(dir); err != nil {
				return fmt.Errorf("removing what an interrupted installation left: %w", err)
			}
		}
	}
	return nil
}

// Installed returns the distribution of an exact version when the cache has it and its files have their sizes.
func (c *Cache) Installed(version string) (Home, bool) {
	if version == "" {
		return Home{}, false
	}
	home, err := c.check(version)
	return home, err == nil
}

// check opens the distribution of an exact version in the cache. It gives an error that wraps fs.ErrNotExist when there is
// none and one that says what is wrong when it is broken.
func (c *Cache) check(version string) (Home, error) {
	dir := c.home(version)
	m, err := readManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if _, statErr := os.Stat(dir); statErr == nil {
			return Home{}, broken(version, "it was never finished: %s is missing", manifestName)
		}
		return Home{}, err
	}
	if err != nil {
		return Home{}, broken(version, "%w", err)
	}
	if m.Home != "" {
		dir = m.Home
	} else if err := m.checkSizes(dir); err != nil {
		return Home{}, err
	}
	home, err := Open(dir)
	if err == nil && home.Release.Version != version {
		return Home{}, broken(version, "%s is Flink %s, not %s", dir, home.Release.Version, version)
	}
	return home, err
}
