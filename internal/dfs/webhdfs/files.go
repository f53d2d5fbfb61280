package webhdfs

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// status is a FileStatus.
type status struct {
	PathSuffix       string `json:"pathSuffix"`
	Type             string `json:"type"`
	Length           int64  `json:"length"`
	ModificationTime int64  `json:"modificationTime"`
	Permission       string `json:"permission"`
	Owner            string `json:"owner"`
}

func (s status) entry(name string) dfs.Entry {
	mode, _ := strconv.ParseUint(s.Permission, 8, 32)
	return dfs.Entry{
		Path: name, Dir: s.Type == "DIRECTORY", Size: s.Length, Modified: time.UnixMilli(s.ModificationTime),
		Mode: fs.FileMode(mode).Perm(), Owner: s.Owner,
	}
}

// Stat implements dfs.FS.
func (f *FS) Stat(ctx context.Context, name string) (dfs.Entry, error) {
	var answer struct{ FileStatus status }
	if err := f.call(ctx, http.MethodGet, name, f.query("GETFILESTATUS"), &answer); err != nil {
		return dfs.Entry{}, f.about("looking at", name, err)
	}
	return answer.FileStatus.entry(path.Clean(name)), nil
}

// List implements dfs.FS. A folder is read in the batches that the NameNode sets (dfs.ls.limit).
func (f *FS) List(ctx context.Context, dir string) (entries []dfs.Entry, err error) {
	for from := ""; ; {
		var answer struct {
			DirectoryListing struct {
				PartialListing struct {
					FileStatuses struct{ FileStatus []status }
				} `json:"partialListing"`
				RemainingEntries int `json:"remainingEntries"`
			}
		}
		if err := f.call(ctx, http.MethodGet, dir, f.query("LISTSTATUS_BATCH", "startAfter", from), &answer); err != nil {
			return nil, f.about("listing", dir, err)
		}
		batch := answer.DirectoryListing.PartialListing.FileStatuses.FileStatus
		for _, s := range batch {
			if s.PathSuffix != "" && !strings.HasPrefix(s.PathSuffix, unnamed) { // "" is the file that was taken for a folder
				entries = append(entries, s.entry(path.Join(dir, s.PathSuffix)))
			}
		}
		if answer.DirectoryListing.RemainingEntries == 0 || len(batch) == 0 {
			break
		}
		from = batch[len(batch)-1].PathSuffix
	}
	slices.SortFunc(entries, func(a, b dfs.Entry) int { return cmp.Compare(a.Path, b.Path) })
	return entries, nil
}

// Open implements dfs.FS.
func (f *FS) Open(ctx context.Context, name string, r dfs.Range) (body io.ReadCloser, err error) {
	parameters := []string{"offset", strconv.FormatInt(r.Offset, 10)}
	if r.Length > 0 {
		parameters = append(parameters, "length", strconv.FormatInt(r.Length, 10))
	}
	err = f.each(func(base string) error {
		response, err := f.follow(ctx, http.MethodGet, address(base, name, f.query("OPEN", parameters...)))
		if err != nil {
			return err
		}
		if err := judge(response); err != nil {
			_ = response.Body.Close()
			return err
		}
		body = response.Body
		return nil
	})
	return body, f.about("opening", name, err)
}

// Create implements dfs.FS. HDFS shows a file while it is written, so it gets its name when it is closed.
func (f *FS) Create(ctx context.Context, name string, content io.Reader, a dfs.Attributes) (err error) {
	if _, ok := little(content); !ok { // the NameNode refuses in any case to rename over a file that exists
		if _, err := f.Stat(ctx, name); fault.KindOf(err) != fault.NotFound {
			return f.about("creating", name, cmp.Or(err, exists(name)))
		}
	}
	temp := path.Join(path.Dir(name), unnamed+rand.Text())
	defer func() {
		if err != nil {
			f.discard(ctx, temp)
		}
	}()
	if err := f.put(ctx, temp, content, a); err != nil {
		return f.about("creating", name, err)
	}
	if !a.Modified.IsZero() {
		q := f.query("SETTIMES", "modificationtime", strconv.FormatInt(a.Modified.UnixMilli(), 10))
		if err := f.call(ctx, http.MethodPut, temp, q, nil); err != nil {
			return f.about("creating", name, err)
		}
	}
	return f.Rename(ctx, temp, name)
}

func exists(name string) error { return fault.Errorf(fault.Conflict, "%s exists already", name) }

// discard removes a file that never got its name, also when the caller has given up.
func (f *FS) discard(ctx context.Context, temp string) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_ = f.Delete(cleaning, temp)
}

// again is content that can be sent more than once: a bytes.Reader.
type again interface {
	io.ReaderAt
	Size() int64
}

// body is what is sent, from its beginning each time.
type body func() io.Reader

// sending returns the body with a content. What can be read once is an error when it is sent again: half of it would be
// a file too.
func sending(content io.Reader) body {
	if c, ok := content.(again); ok {
		return func() io.Reader { return io.NewSectionReader(c, 0, c.Size()) }
	}
	return func() (r io.Reader) {
		r, content = content, failing{}
		return r
	}
}

// failing cannot be read.
type failing struct{}

func (failing) Read([]byte) (int, error) {
	return 0, errors.New("the content was sent before, and is gone")
}

// write sends a file's content to the DataNode that the NameNode chooses; q may say more of the file.
func (f *FS) write(ctx context.Context, name string, q url.Values, content body, mode fs.FileMode) error {
	for _, key := range []string{"permission", "unmaskedpermission"} {
		q.Set(key, octal(mode))
	}
	q.Set("overwrite", "false")
	q.Set("createparent", "true")
	return f.each(func(base string) error {
		first, err := f.send(ctx, http.MethodPut, address(base, name, q), nil)
		if err != nil {
			return err
		}
		defer finish(first)
		to := first.Header.Get("Location")
		if to == "" {
			if err := judge(first); err != nil {
				return err
			}
			return fault.Errorf(fault.Failed, "the NameNode names no DataNode to write to")
		}
		second, err := f.send(ctx, http.MethodPut, to, content())
		if err != nil {
			return fmt.Errorf("writing to the DataNode: %w", err)
		}
		defer finish(second)
		return judge(second)
	})
}

func octal(mode fs.FileMode) string { return strconv.FormatUint(uint64(mode.Perm()), 8) }

// Mkdir implements dfs.FS. HDFS leaves a folder as it is that is there.
func (f *FS) Mkdir(ctx context.Context, dir string, mode fs.FileMode) error {
	masked := mode&0o022 != 0 // by the NameNode, where HttpFS or an old Hadoop passes no more than its umask
	if masked {
		if e, err := f.Stat(ctx, dir); err == nil && e.Dir {
			return nil
		}
	}
	var answer struct {
		Boolean bool `json:"boolean"`
	}
	if err := f.call(ctx, http.MethodPut, dir, f.query("MKDIRS", "permission", octal(mode), "unmaskedpermission", octal(mode)), &answer); err != nil {
		return f.about("creating folder", dir, err)
	}
	if !answer.Boolean {
		return f.about("creating folder", dir, fault.Errorf(fault.Failed, "HDFS did not do it"))
	}
	if len(path.Clean(dir)) > 1 && masked {
		return f.about("creating folder", dir, f.call(ctx, http.MethodPut, dir, f.query("SETPERMISSION", "permission", octal(mode)), nil))
	}
	return nil
}

// Rename implements dfs.Renaming.
func (f *FS) Rename(ctx context.Context, from, to string) error {
	// With renameoptions the NameNode says why not (rename2) and answers nothing else; HttpFS knows no options and answers
	// with a boolean.
	var answer *struct {
		Boolean bool `json:"boolean"`
	}
	q := f.query("RENAME", "destination", path.Clean(to), "renameoptions", "NONE")
	err := f.call(ctx, http.MethodPut, from, q, &answer)
	if err != nil || answer == nil || answer.Boolean {
		return f.about("renaming", from, err)
	}
	if _, err := f.Stat(ctx, from); err != nil {
		return err
	}
	if _, err := f.Stat(ctx, path.Dir(to)); err != nil {
		return err
	}
	return f.about("renaming", from, exists(to))
}

// Delete implements dfs.FS.
func (f *FS) Delete(ctx context.Context, name string) error {
	err := f.call(ctx, http.MethodDelete, name, f.query("DELETE", "recursive", "true"), nil)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return f.about("deleting", name, err)
}

// Checksum implements dfs.FS. The sums of HDFS depend on its block size: two clusters with the same settings agree.
func (f *FS) Checksum(ctx context.Context, name string) (dfs.Checksum, error) {
	var answer struct {
		FileChecksum struct {
			Algorithm string `json:"algorithm"`
			Bytes     string `json:"bytes"`
		}
	}
	if err := f.call(ctx, http.MethodGet, name, f.query("GETFILECHECKSUM"), &answer); err != nil {
		return dfs.Checksum{}, f.about("reading the checksum of", name, err)
	}
	return dfs.Checksum{Algorithm: answer.FileChecksum.Algorithm, Value: answer.FileChecksum.Bytes}, nil
}
