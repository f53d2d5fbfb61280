package yarn

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
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
func library(home dist.Home, h *hashes) ([]shared, error) {
	locals := map[string]string{} // by place in the containers
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
			locals[key] = name
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading the Flink in %s: %w", home.Dir, err)
		}
	}
	keys := slices.Sorted(maps.Keys(locals))
	files, failures := make([]shared, len(keys)), make([]error, len(keys))
	var calls sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, key := range keys {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			files[i], failures[i] = fromDisk(h, key, locals[key], 0o644)
		})
	}
	calls.Wait()
	log, err := logging(filepath.Join(home.Dir, "conf", logConfig))
	return slices.Concat(files, []shared{log, fromMemory(agentJar, agent.Jar(), 0o644)}), cmp.Or(cmp.Or(failures...), err)
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
	dir := c.library()
	if !s.public() {
		dir = path.Join(c.dir, "jars")
	}
	return path.Join(dir, s.sum+"-"+path.Base(s.key))
}

// library is the folder of the files that everybody may read.
func (c cache) library() string { return path.Join(c.dir, "library") }

// public says whether everybody may read a file.
func (s shared) public() bool { return s.mode&0o004 != 0 }

// ensure makes sure that all files are in the cache, whole and unaltered, and returns them with what YARN must know.
func (c cache) ensure(ctx context.Context, files []shared) ([]shipped, error) {
	there, readable, err := c.look(ctx, files)
	if err != nil {
		return nil, err
	}
	missing := slices.DeleteFunc(slices.Clone(files), func(f shared) bool { return f.is(there[c.path(f)]) })
	// The largest take longest; the others are done beside them.
	slices.SortFunc(missing, func(a, b shared) int { return cmp.Compare(b.size, a.size) })
	failures := make([]error, len(missing))
	var calls sync.WaitGroup
	slots := make(chan struct{}, uploads)
	for i, f := range missing {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			failures[i] = c.one(ctx, f)
		})
	}
	calls.Wait()
	out := make([]shipped, len(files))
	for i, f := range files {
		seen := private
		if readable && f.public() {
			seen = public
		}
		out[i] = ship(f.key, c.fs.URI(c.path(f)), dfs.Entry{Size: f.size, Modified: f.published()}, seen)
	}
	return out, errors.Join(slices.Compact(failures)...)
}

// uploads is how many files are uploaded at once. Most are small, and HDFS takes its time to close each.
const uploads = 16

// look says what is there, and whether everybody may read what they should. The library is listed with one call, and made
// if there is none.
func (c cache) look(ctx context.Context, files []shared) (there map[string]dfs.Entry, readable bool, err error) {
	var library []dfs.Entry
	var missing, closed error
	jars, failures := make([]dfs.Entry, len(files)), make([]error, len(files))
	var calls sync.WaitGroup
	calls.Go(func() { library, missing = c.fs.List(ctx, c.library()) })
	calls.Go(func() { readable, closed = c.worldReadable(ctx) })
	for i, f := range files {
		if !f.public() {
			calls.Go(func() { jars[i], failures[i] = c.fs.Stat(ctx, c.path(f)) })
		}
	}
	calls.Wait()
	if fault.KindOf(missing) == fault.NotFound {
		if missing = c.fs.Mkdir(ctx, c.library(), 0o755); missing == nil {
			readable, closed = c.worldReadable(ctx)
		}
	}
	there = make(map[string]dfs.Entry, len(library)+len(jars))
	for _, e := range slices.Concat(library, jars) {
		there[e.Path] = e
	}
	failures = slices.DeleteFunc(failures, func(err error) bool { return fault.KindOf(err) == fault.NotFound })
	return there, readable, cmp.Or(cmp.Or(failures...), missing, closed)
}

// is says whether a file of the cache is the one that it should be.
func (s shared) is(e dfs.Entry) bool {
	return e.Size == s.size && e.Modified.Equal(s.published())
}

func ship(key, uri string, e dfs.Entry, seen visibility) shipped {
	return shipped{key, localResource{Resource: uri, Type: "FILE", Visibility: seen, Size: e.Size, Timestamp: e.Modified.UnixMilli()}}
}

// one makes sure of one file that is missing or altered.
func (c cache) one(ctx context.Context, s shared) error {
	name := c.path(s)
	for range 3 {
		err := c.upload(ctx, name, s)
		if err == nil || fault.KindOf(err) != fault.Conflict {
			return err
		}
		e, err := c.fs.Stat(ctx, name)
		switch {
		case err == nil && s.is(e): // somebody else was first
			return nil
		case err == nil: // altered: whoever runs on it has copies of its own
			err = c.fs.Delete(ctx, name)
		case fault.KindOf(err) == fault.NotFound:
			err = nil
		}
		if err != nil {
			return err
		}
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
	var dirs []string
	for dir := c.dir; dir != "/"; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	open, failures := make([]bool, len(dirs)), make([]error, len(dirs))
	var calls sync.WaitGroup
	for i, dir := range dirs {
		calls.Go(func() {
			e, err := c.fs.Stat(ctx, dir)
			open[i], failures[i] = e.Mode&0o001 != 0, err
		})
	}
	calls.Wait()
	return !slices.Contains(open, false), cmp.Or(failures...)
}
