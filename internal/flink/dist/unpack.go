package dist

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// Limits of an archive. A distribution has a few hundred files in about 350 MB; what is far beyond that is not one.
const (
	maxEntries  = 50_000
	maxUnpacked = 4 << 30
)

// placement says where a file of an archive goes, as a path with slashes below the target, or "" to leave it out. It gets
// only names that checkName let through.
type placement func(name string) string

// below takes the files under prefix/FOLDER for each of the folders, without the prefix. A "*" in the prefix stands for one
// folder of any name.
func below(prefix string, folders ...string) placement {
	depth := strings.Count(prefix, "/") + 1
	return func(name string) string {
		parts := strings.SplitN(name, "/", depth+1)
		if len(parts) <= depth {
			return ""
		}
		if ok, err := path.Match(prefix, strings.Join(parts[:depth], "/")); err != nil || !ok {
			return ""
		}
		rest := parts[depth]
		for _, folder := range folders {
			if strings.HasPrefix(rest, folder+"/") {
				return rest
			}
		}
		return ""
	}
}

// stripTop takes every file, without the one folder that archives of distributions have around everything.
func stripTop(name string) string {
	_, rest, _ := strings.Cut(name, "/")
	return rest
}

// checkName returns the name of an archive's entry without "./" in front, or an error for a name that does not stay below
// the target: absolute, with "..", with a drive letter, with a backslash or a NUL.
func checkName(name string) (string, error) {
	clean := path.Clean(name)
	if strings.ContainsAny(name, "\\\x00:") || !fs.ValidPath(clean) || !filepath.IsLocal(filepath.FromSlash(clean)) {
		return "", fmt.Errorf("the archive has an entry outside of itself: %q", name)
	}
	return clean, nil
}

// unpacker writes the entries of archives below one folder.
type unpacker struct {
	ctx      context.Context
	root     *os.Root // keeps even a wrong name inside
	place    placement
	progress func(read int64) // compressed bytes read so far
	entries  int
	written  int64
}

// unpack unpacks a zip file (wheels are zip files) or a gzipped tar file below target, which must exist. progress gets the
// number of compressed bytes read. Files in bin/ that look like scripts become executable; times and owners are not kept.
func unpack(ctx context.Context, archive, target string, place placement, progress func(read int64)) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("unpacking %s: %w", filepath.Base(archive), err)
		}
	}()
	root, err := os.OpenRoot(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()

	u := &unpacker{ctx: ctx, root: root, place: place, progress: progress}
	magic := make([]byte, 4)
	if _, err := io.ReadFull(f, magic); err != nil {
		return fmt.Errorf("reading its first bytes: %w", err)
	}
	switch {
	case bytes.Equal(magic, []byte("PK\x03\x04")):
		return u.zip(f)
	case bytes.Equal(magic[:2], []byte{0x1f, 0x8b}):
		return u.tarGzip(f)
	}
	return fault.Errorf(fault.Usage, "it is neither a .tar.gz nor a .zip file")
}

func (u *unpacker) zip(f *os.File) error {
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := zip.NewReader(f, stat.Size())
	if err != nil {
		return err
	}
	var read int64
	for _, entry := range r.File {
		if err := u.entry(entry.Name, entry.Mode(), func() (io.ReadCloser, error) { return entry.Open() }); err != nil {
			return err
		}
		read += int64(entry.CompressedSize64)
		u.progress(read)
	}
	return nil
}

func (u *unpacker) tarGzip(f *os.File) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	counter := &countingReader{r: f, progress: u.progress}
	gz, err := gzip.NewReader(bufio.NewReaderSize(counter, 1<<20))
	if err != nil {
		return err
	}
	tr := tar.NewReader(gz)
	for {
		header, err := tr.Next()
		if errors.Is(err, io.EOF) {
			// The checksum of gzip stands behind the end of the tar file.
			_, err := io.Copy(io.Discard, gz)
			return err
		}
		if err != nil {
			return err
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		mode := header.FileInfo().Mode()
		if header.Typeflag == tar.TypeLink { // its mode is that of a file
			mode |= fs.ModeIrregular
		}
		if err := u.entry(header.Name, mode, func() (io.ReadCloser, error) { return io.NopCloser(tr), nil }); err != nil {
			return err
		}
	}
}

// entry writes one entry, if it has a place.
func (u *unpacker) entry(name string, mode fs.FileMode, open func() (io.ReadCloser, error)) error {
	if u.entries++; u.entries > maxEntries {
		return fmt.Errorf("it has more than %d entries", maxEntries)
	}
	clean, err := checkName(name)
	if err != nil {
		return err
	}
	if mode.IsDir() {
		return nil // made when a file needs it
	}
	to := u.place(clean)
	if to == "" {
		return nil
	}
	if !mode.IsRegular() {
		return fmt.Errorf("%q is neither a file nor a folder", name)
	}
	r, err := open()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return errors.Join(u.write(filepath.FromSlash(to), fileMode(to, mode), r), r.Close())
}

func (u *unpacker) write(name string, mode fs.FileMode, from io.Reader) error {
	if err := u.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(&contextReader{u.ctx, from}, maxUnpacked-u.written+1))
	if u.written += n; err == nil && u.written > maxUnpacked {
		err = fmt.Errorf("it unpacks to more than %d bytes", int64(maxUnpacked))
	}
	return errors.Join(err, f.Close())
}

// fileMode is 0644, or 0755 for programs: what the archive calls executable, and the scripts in bin/, which wheels do not
// mark.
func fileMode(name string, mode fs.FileMode) fs.FileMode {
	if mode&0o111 != 0 || name == "bin/flink" || strings.HasPrefix(name, "bin/") && strings.HasSuffix(name, ".sh") {
		return 0o755
	}
	return 0o644
}

// countingReader tells how many bytes went through it.
type countingReader struct {
	r        io.Reader
	n        int64
	progress func(n int64)
}

// Read reads and reports.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.progress(c.n)
	return n, err
}
