package yarn

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/flink/dist"
	"github.com/autostream/autostream/sdk/java/agent"
)

// shared is a file that is kept in the file system under the hash of its content, for all jobs that need it.
type shared struct {
	key    string // place in the containers
	sum    string // SHA-256
	size   int64
	mode   fs.FileMode
	source func() (io.ReadCloser, error)
}

// library lists the files of a distribution that its containers need: lib/, plugins/, flink-dist and the logging
// configuration, as Flink's own client ships them, and the agent for log levels.
func library(home dist.Home, h *hashes) (files []shared, err error) {
	add := func(key, local string) error {
		f, err := fromDisk(h, key, local, 0o644)
		files = append(files, f)
		return err
	}
	for _, dir := range []string{"lib", "plugins"} {
		err := filepath.WalkDir(filepath.Join(home.Dir, dir), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				if errors.Is(err, fs.ErrNotExist) && dir == "plugins" {
					return nil
				}
				return err
			}
			rel, err := filepath.Rel(home.Dir, name)
			if err != nil {
				return err
			}
			key := filepath.ToSlash(rel)
			if path.Base(key) == distName(home) {
				key = distName(home)
			}
			return add(key, name)
		})
		if err != nil {
			return nil, fmt.Errorf("reading the Flink in %s: %w", home.Dir, err)
		}
	}
	files = append(files, fromMemory(agentJar, agent.Jar(), 0o644))
	return files, add(logConfig, filepath.Join(home.Dir, "conf", logConfig))
}

func distName(home dist.Home) string { return "flink-dist-" + home.Release.Version + ".jar" }

// fromDisk is a local file; its hash is remembered.
func fromDisk(h *hashes, key, local string, mode fs.FileMode) (shared, error) {
	sum, size, err := h.of(local)
	return shared{
		key: key, sum: sum, size: size, mode: mode,
		source: func() (io.ReadCloser, error) { return os.Open(local) },
	}, err
}

// fromMemory is a file that is made on the spot.
func fromMemory(key string, text []byte, mode fs.FileMode) shared {
	sum := sha256.Sum256(text)
	return shared{
		key: key, sum: hex.EncodeToString(sum[:]), size: int64(len(text)), mode: mode,
		source: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(text))), nil },
	}
}

// published is the time of change that a file of the cache is given: made from its content. A file that was written again,
// by whomever and to whatever, has another, and so is told from one that is as it was without being read.
func (s shared) published() time.Time {
	const span = 10 * 365 * 24 * 60 * 60 * 1000 // ten years, in milliseconds
	n, _ := strconv.ParseUint(s.sum[:12], 16, 64)
	return time.UnixMilli(int64(946684800000 + n%span)) // from the year 2000 on
}

// cache is the folder of shared files in the file system.
type cache struct {
	fs  dfs.FS
	dir string
}

// path is where a file is kept. Users' jars lie apart: only their owner can read them.
func (c cache) path(s shared) string {
	kind := "library"
	if s.mode&0o004 == 0 {
		kind = "jars"
	}
	return path.Join(c.dir, kind, s.sum, path.Base(s.key))
}

// parallel is how many files are looked at or uploaded at once.
const parallel = 8

// ensure makes sure that all files are in the cache, whole and unaltered, and returns them with what YARN must know.
func (c cache) ensure(ctx context.Context, files []shared) ([]shipped, error) {
	if err := c.fs.Mkdir(ctx, path.Join(c.dir, "library"), 0o755); err != nil {
		return nil, err
	}
	readable := false
	there := make([]dfs.Entry, len(files))
	failures := make([]error, len(files)+1)
	var calls sync.WaitGroup
	calls.Go(func() { readable, failures[len(files)] = c.worldReadable(ctx) })
	slots := make(chan struct{}, parallel)
	for i, f := range files {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			there[i], failures[i] = c.one(ctx, f)
		})
	}
	calls.Wait()
	out := make([]shipped, len(files))
	for i, f := range files {
		seen := private
		if readable && f.mode&0o004 != 0 {
			seen = public
		}
		out[i] = ship(f.key, c.fs.URI(there[i].Path), there[i], seen)
	}
	return out, errors.Join(slices.Compact(failures)...)
}

func ship(key, uri string, e dfs.Entry, seen visibility) shipped {
	return shipped{key, localResource{Resource: uri, Type: "FILE", Visibility: seen, Size: e.Size, Timestamp: e.Modified.UnixMilli()}}
}

// one makes sure of one file.
func (c cache) one(ctx context.Context, s shared) (dfs.Entry, error) {
	name := c.path(s)
	for attempt := 1; ; attempt++ {
		e, err := c.fs.Stat(ctx, name)
		if err == nil && e.Size == s.size && e.Modified.Equal(s.published()) {
			return e, nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound || attempt == 3 {
			return e, errors.Join(err, errUnstable(name, err))
		}
		if err == nil { // altered: whoever runs on it has copies of its own
			if err := c.fs.Delete(ctx, name); err != nil {
				return e, err
			}
		}
		if err := c.upload(ctx, name, s); err != nil && fault.KindOf(err) != fault.Conflict {
			return e, err
		}
	}
}

func errUnstable(name string, err error) error {
	if err != nil {
		return nil
	}
	return fault.Errorf(fault.Failed, "%s is altered again as soon as it is uploaded", name)
}

func (c cache) upload(ctx context.Context, name string, s shared) error {
	in, err := s.source()
	if err != nil {
		return err
	}
	defer in.Close()
	digest := sha256.New()
	checked := &verifying{in: io.TeeReader(in, digest), done: func() error {
		if got := hex.EncodeToString(digest.Sum(nil)); got != s.sum {
			return fault.Errorf(fault.Failed, "%s changed while it was uploaded", s.key)
		}
		return nil
	}}
	return c.fs.Create(ctx, name, checked, dfs.Attributes{Mode: s.mode, Modified: s.published()})
}

// verifying fails at the end of what it reads when that is not what it should be; the file then never gets its name.
type verifying struct {
	in   io.Reader
	done func() error
}

func (v *verifying) Read(p []byte) (int, error) {
	n, err := v.in.Read(p)
	if errors.Is(err, io.EOF) {
		if wrong := v.done(); wrong != nil {
			return n, wrong
		}
	}
	return n, err
}

// worldReadable says whether everybody may enter the cache, as YARN demands of public files
// (FSDownload.ancestorsHaveExecutePermissions). Else each user's node keeps copies for that user alone.
func (c cache) worldReadable(ctx context.Context) (bool, error) {
	for dir := c.dir; dir != "/"; dir = path.Dir(dir) {
		e, err := c.fs.Stat(ctx, dir)
		if err != nil || e.Mode&0o001 == 0 {
			return false, err
		}
	}
	return true, nil
}
