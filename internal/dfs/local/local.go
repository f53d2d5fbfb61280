// Package local is the file system of this machine as a dfs.FS.
package local

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
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// FS is the file system of this machine, from its root on.
type FS struct{}

// URI implements dfs.FS.
func (FS) URI(name string) string {
	return dfs.Location{Scheme: "file", Path: path.Clean(name)}.String()
}

// Stat implements dfs.FS.
func (FS) Stat(_ context.Context, name string) (dfs.Entry, error) {
	stat, err := os.Stat(filepath.FromSlash(name))
	if err != nil {
		return dfs.Entry{}, wrap("looking at", name, err)
	}
	return entry(path.Clean(name), stat), nil
}

func entry(name string, stat fs.FileInfo) dfs.Entry {
	e := dfs.Entry{Path: name, Dir: stat.IsDir(), Modified: stat.ModTime().Truncate(time.Millisecond), Mode: stat.Mode().Perm()}
	if !e.Dir {
		e.Size = stat.Size()
	}
	return e
}

// List implements dfs.FS.
func (f FS) List(ctx context.Context, dir string) ([]dfs.Entry, error) {
	if e, err := f.Stat(ctx, dir); err != nil || !e.Dir {
		return nil, err
	}
	found, err := os.ReadDir(filepath.FromSlash(dir))
	if err != nil {
		return nil, wrap("listing", dir, err)
	}
	var entries []dfs.Entry
	for _, one := range found {
		stat, err := one.Info()
		if errors.Is(err, fs.ErrNotExist) { // gone since
			continue
		}
		if err != nil {
			return nil, wrap("listing", dir, err)
		}
		entries = append(entries, entry(path.Join(dir, one.Name()), stat))
	}
	return entries, nil
}

// Open implements dfs.FS.
func (FS) Open(_ context.Context, name string, r dfs.Range) (io.ReadCloser, error) {
	file, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, wrap("opening", name, err)
	}
	if _, err := file.Seek(r.Offset, io.SeekStart); err != nil {
		_ = file.Close()
		return nil, wrap("opening", name, err)
	}
	if r.Length == 0 {
		return file, nil
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(file, r.Length), file}, nil
}

// Create implements dfs.FS.
func (FS) Create(ctx context.Context, name string, content io.Reader, a dfs.Attributes) (err error) {
	target := filepath.FromSlash(name)
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return wrap("creating", name, err)
	}
	temp, err := os.CreateTemp(filepath.Dir(target), ".write-*")
	if err != nil {
		return wrap("creating", name, err)
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = io.Copy(temp, reader{ctx, content})
	if err = errors.Join(err, temp.Chmod(a.Mode), temp.Sync(), temp.Close()); err != nil {
		return wrap("creating", name, err)
	}
	if !a.Modified.IsZero() {
		if err := os.Chtimes(temp.Name(), time.Time{}, a.Modified); err != nil {
			return wrap("creating", name, err)
		}
	}
	return wrap("creating", name, os.Link(temp.Name(), target))
}

// reader stops when its context ends.
type reader struct {
	ctx context.Context
	io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// Mkdir implements dfs.FS.
func (f FS) Mkdir(ctx context.Context, dir string, mode fs.FileMode) error {
	if e, err := f.Stat(ctx, dir); err == nil && e.Dir {
		return nil
	}
	if err := os.MkdirAll(filepath.FromSlash(path.Dir(dir)), 0o755); err != nil {
		return wrap("creating folder", dir, err)
	}
	if err := os.Mkdir(filepath.FromSlash(dir), mode); err != nil {
		if e, look := f.Stat(ctx, dir); look == nil && e.Dir { // somebody else was first
			return nil
		}
		return wrap("creating folder", dir, err)
	}
	return wrap("creating folder", dir, os.Chmod(filepath.FromSlash(dir), mode)) // past the umask
}

// Rename implements dfs.Renaming.
func (f FS) Rename(ctx context.Context, from, to string) error {
	source, err := f.Stat(ctx, from)
	if err != nil {
		return err
	}
	if source.Dir {
		if _, err := f.Stat(ctx, to); err == nil {
			return wrap("renaming to", to, fs.ErrExist)
		}
		return wrap("renaming to", to, os.Rename(filepath.FromSlash(from), filepath.FromSlash(to)))
	}
	if err := os.Link(filepath.FromSlash(from), filepath.FromSlash(to)); err != nil {
		return wrap("renaming to", to, err)
	}
	return wrap("renaming", from, os.Remove(filepath.FromSlash(from)))
}

// Delete implements dfs.FS.
func (FS) Delete(_ context.Context, name string) error {
	return wrap("deleting", name, os.RemoveAll(filepath.FromSlash(name)))
}

// Checksum implements dfs.FS.
func (f FS) Checksum(ctx context.Context, name string) (dfs.Checksum, error) {
	file, err := f.Open(ctx, name, dfs.Range{})
	if err != nil {
		return dfs.Checksum{}, err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, reader{ctx, file}); err != nil {
		return dfs.Checksum{}, wrap("reading", name, err)
	}
	return dfs.Checksum{Algorithm: "SHA-256", Value: hex.EncodeToString(sum.Sum(nil))}, nil
}

// wrap gives an error of the system its kind.
func wrap(doing, name string, err error) error {
	kind := fault.Failed
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s %s: %w", doing, name, err)
	case errors.Is(err, fs.ErrNotExist):
		kind = fault.NotFound
	case errors.Is(err, fs.ErrExist):
		kind = fault.Conflict
	case errors.Is(err, fs.ErrPermission):
		kind = fault.Denied
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	} else if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	return fault.Errorf(kind, "%s %s: %w", doing, name, err)
}
