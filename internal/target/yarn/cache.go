package yarn

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// cache is the folder of shared files in the file system.
type cache struct {
	fs  dfs.FS
	dir string
}

// library is the folder of the files that everybody may read.
func (c cache) library() string { return path.Join(c.dir, "library") }

// path is where a file is kept. Users' jars lie apart: only their owner can read them.
func (c cache) path(s shared) string {
	if s.public() {
		return path.Join(c.library(), s.name())
	}
	return path.Join(c.dir, "jars", s.name())
}

// uploads is how many files are uploaded at once. More gain nothing: a DataNode takes them with twice as many threads as it
// has processors, each of which serves one file until that is closed.
const uploads = 8

// ensure makes sure that all files are in the cache, whole and unaltered, and returns them with what YARN must know.
func (c cache) ensure(ctx context.Context, files []shared, h *hashes) ([]shipped, error) {
	there, readable, err := c.look(ctx)
	if err != nil {
		return nil, err
	}
	// The largest take longest; the others are done beside them.
	files = slices.SortedStableFunc(slices.Values(files), func(a, b shared) int { return cmp.Compare(b.size, a.size) })
	out, failures := make([]shipped, len(files)), make([]error, len(files))
	var calls sync.WaitGroup
	slots := make(chan struct{}, uploads)
	for i, f := range files {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			seen := private
			if readable && f.public() {
				seen = public
			}
			f, err := f.identified(h)
			if err == nil {
				out[i], err = f.ship(c.fs.URI(c.path(f)), seen), c.one(ctx, f, there)
			}
			failures[i] = err
		})
	}
	calls.Wait()
	return out, errors.Join(slices.Compact(failures)...)
}

// look lists the library, which is made if there is none, and says whether everybody may read it.
func (c cache) look(ctx context.Context) (there map[string]dfs.Entry, readable bool, err error) {
	var library []dfs.Entry
	var missing, closed error
	var calls sync.WaitGroup
	calls.Go(func() { library, missing = c.fs.List(ctx, c.library()) })
	calls.Go(func() { readable, closed = c.worldReadable(ctx) })
	calls.Wait()
	if fault.KindOf(missing) == fault.NotFound {
		if missing = c.fs.Mkdir(ctx, c.library(), 0o755); missing == nil {
			readable, closed = c.worldReadable(ctx)
		}
	}
	there = make(map[string]dfs.Entry, len(library))
	for _, e := range library {
		there[e.Path] = e
	}
	return there, readable, cmp.Or(missing, closed)
}

// is says whether a file of the cache is the one that it should be.
func (s shared) is(e dfs.Entry) bool {
	return e.Size == s.size && e.Modified.Equal(s.published())
}

// one makes sure of one file. there is what the library holds; users' jars are looked at one by one.
func (c cache) one(ctx context.Context, s shared, there map[string]dfs.Entry) (err error) {
	name := c.path(s)
	e, found := there[name]
	if !s.public() {
		e, found, err = c.stat(ctx, name)
	}
	for try := 1; ; try++ {
		switch {
		case err != nil || found && s.is(e):
			return err
		case try > 3:
			return fault.Errorf(fault.Failed, "%s is altered again as soon as it is uploaded", name)
		case found: // altered: whoever runs on it has copies of its own
			if err := c.fs.Delete(ctx, name); err != nil {
				return err
			}
		}
		if err = c.upload(ctx, name, s); err == nil || fault.KindOf(err) != fault.Conflict {
			return err
		}
		e, found, err = c.stat(ctx, name) // somebody else was first
	}
}

func (c cache) stat(ctx context.Context, name string) (e dfs.Entry, found bool, err error) {
	e, err = c.fs.Stat(ctx, name)
	if fault.KindOf(err) == fault.NotFound {
		return e, false, nil
	}
	return e, err == nil, err
}

// upload gives a file its name once all of it is there and has the hash that it should have.
func (c cache) upload(ctx context.Context, name string, s shared) error {
	content, open, err := s.content()
	defer func() {
		for _, f := range open {
			_ = f.Close()
		}
	}()
	if err != nil {
		return err
	}
	return c.fs.Create(ctx, name, content, dfs.Attributes{Mode: s.mode, Modified: s.published()})
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
