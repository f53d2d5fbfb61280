package dist

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/autostream/autostream/internal/base/atomicfile"
	"github.com/autostream/autostream/internal/base/fault"
)

// manifestName is the file that marks a distribution as complete.
const manifestName = ".autostream.json"

// manifest says what a distribution in the cache consists of. It is written last, so a folder without one was never
// finished.
type manifest struct {
	Version int       `json:"version"` // of this format
	Flink   string    `json:"flink"`
	Origin  string    `json:"origin"`         // where it came from, for people
	Created time.Time `json:"created"`        // UTC
	Home    string    `json:"home,omitempty"` // a distribution elsewhere that is used in place; then there are no files
	Files   []file    `json:"files,omitempty"`
}

// file is one file of a distribution.
type file struct {
	Path   string `json:"path"` // below the distribution, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// size is the number of bytes of all files.
func (m *manifest) size() (sum int64) {
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

// readManifest reads the manifest of a folder. A folder without one gives an error that wraps fs.ErrNotExist.
func readManifest(dir string) (*manifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("reading %s: %w", manifestName, err)
	}
	if m.Version != 1 {
		return nil, fmt.Errorf("%s has format %d, this program knows 1", manifestName, m.Version)
	}
	for _, f := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, fmt.Errorf("%s names a file outside the distribution: %q", manifestName, f.Path)
		}
	}
	return &m, nil
}

// write puts the manifest into a folder, durably.
func (m *manifest) write(dir string) error {
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("encoding %s: %w", manifestName, err)
	}
	return atomicfile.Write(filepath.Join(dir, manifestName), append(text, '\n'), 0o644)
}

// scan lists the files of a tree with their hashes, in name order, and tells progress the bytes done.
func scan(ctx context.Context, dir string, progress func(done int64)) ([]file, error) {
	var files []file
	var done int64
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s is neither a file nor a folder", path)
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		sum, size, err := hashFile(ctx, path)
		if err != nil {
			return err
		}
		files = append(files, file{Path: filepath.ToSlash(rel), Size: size, SHA256: sum})
		done += size
		progress(done)
		return nil
	})
	return files, err
}

func hashFile(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, &contextReader{ctx, f})
	return hex.EncodeToString(hash.Sum(nil)), size, err
}

// contextReader ends a long copy when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads from the reader unless the context is done.
func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// checkSizes compares the files with the manifest by their sizes: quick enough for every start.
func (m *manifest) checkSizes(dir string) error {
	for _, f := range m.Files {
		stat, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return broken(m.Flink, "%s is missing", f.Path)
		case err != nil:
			return err
		case !stat.Mode().IsRegular() || stat.Size() != f.Size:
			return broken(m.Flink, "%s has %d bytes instead of %d", f.Path, stat.Size(), f.Size)
		}
	}
	return nil
}

// checkHashes compares every byte with the manifest.
func (m *manifest) checkHashes(ctx context.Context, dir string) error {
	if err := m.checkSizes(dir); err != nil {
		return err
	}
	for _, f := range m.Files {
		sum, _, err := hashFile(ctx, filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		if sum != f.SHA256 {
			return broken(m.Flink, "%s is not the file that was installed", f.Path)
		}
	}
	return nil
}

func broken(version, format string, args ...any) error {
	return fault.Errorf(fault.Failed, format, args...).WithFix("autostream flink install %s   rebuilds it", version)
}
