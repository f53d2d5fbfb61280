package dist

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/autostream/autostream/internal/base/fault"
)

// Directory copies a distribution from a folder. Its logs, and what Flink does not need, stay behind.
type Directory struct{ Path string }

// String names the folder.
func (d Directory) String() string { return d.Path }

// distributionParts are the folders of a distribution that are copied.
var distributionParts = []string{"bin", "conf", "lib", "opt", "plugins"}

func (d Directory) need(string) int64 {
	var sum int64
	for _, part := range distributionParts {
		_ = filepath.WalkDir(filepath.Join(d.Path, part), func(_ string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				if stat, err := entry.Info(); err == nil {
					sum += stat.Size()
				}
			}
			return nil // build says what cannot be read
		})
	}
	return sum
}

func (d Directory) build(ctx context.Context, s *site) (string, error) {
	if _, err := Open(d.Path); err != nil {
		return "", err
	}
	total, done := d.need(s.version), int64(0)
	s.event(Event{Step: StepUnpack, Detail: d.Path, Total: total})
	for _, part := range distributionParts {
		from := filepath.Join(d.Path, part)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		err := copyTree(ctx, from, filepath.Join(s.tree, part), func(n int64) {
			done += n
			s.event(Event{Step: StepUnpack, Detail: d.Path, Done: done, Total: total})
		})
		if err != nil {
			return "", fmt.Errorf("copying %s: %w", from, err)
		}
	}
	return "", os.MkdirAll(filepath.Join(s.tree, "log"), 0o755)
}

// copyTree copies files and folders; a link to a file becomes the file, a link to a folder is refused. copied gets the
// size of each file.
func copyTree(ctx context.Context, from, to string, copied func(int64)) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		stat, err := os.Stat(path)
		if err != nil {
			return err
		}
		if !stat.Mode().IsRegular() {
			return fmt.Errorf("%s is neither a file nor a folder", path)
		}
		name, err := filepath.Rel(filepath.Dir(from), path)
		if err != nil {
			return err
		}
		copied(stat.Size())
		return copyFile(ctx, path, target, fileMode(filepath.ToSlash(name), stat.Mode()))
	})
}

func copyFile(ctx context.Context, from, to string, mode fs.FileMode) error {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, &contextReader{ctx, r})
	return errors.Join(err, w.Close())
}

// InPlace uses a distribution where it is: nothing is copied, the cache only remembers the place.
type InPlace struct{ Path string }

// String names the folder.
func (p InPlace) String() string { return p.Path }

func (p InPlace) need(string) int64 { return 0 }

func (p InPlace) build(context.Context, *site) (string, error) {
	home, err := Open(p.Path)
	if err != nil {
		return "", err
	}
	if home.Dir, err = filepath.EvalSymlinks(home.Dir); err != nil {
		return "", fault.Errorf(fault.NotFound, "resolving %s: %w", p.Path, err)
	}
	return home.Dir, nil
}
