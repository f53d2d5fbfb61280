// Package dfs is the port to the file systems where jobs are staged and where their state lies: local, HDFS, object stores.
//
// Paths are absolute and have slashes ("/apps/autostream/x"); they name no file system. What Flink calls a path has one,
// "hdfs://nn:8020/apps/autostream/x": FS.URI writes it. Every promise made in a comment here is a test in package dfstest,
// which each driver passes.
package dfs

import (
	"context"
	"io"
	"io/fs"
	"path"
	"time"
)

// FS is one file system. Its methods may be called from several goroutines.
//
// Errors are of package fault: NotFound where there is no such path, Denied where the user may not, Conflict where
// something is in the way, Failed otherwise. An error of a method that changes something does not say that nothing
// happened; repeating the call is safe.
type FS interface {
	// URI writes a path as Flink and Hadoop name it.
	URI(path string) string

	// Stat looks at one path. The length and the time of change are exactly those that the file system compares with.
	Stat(ctx context.Context, path string) (Entry, error)

	// List returns what is in a folder, by name. A file is a folder without entries.
	List(ctx context.Context, dir string) ([]Entry, error)

	// Open reads a file, or the part of it that r says. The caller closes it.
	Open(ctx context.Context, path string, r Range) (io.ReadCloser, error)

	// Create makes a file and the folders above it. It appears whole, with its attributes, or not at all; one that exists
	// stays as it is and is a Conflict, also when somebody else made it at the same moment.
	Create(ctx context.Context, path string, content io.Reader, a Attributes) error

	// Mkdir makes a folder and those above it, which get the file system's own mode. One that exists stays as it is and
	// is no error.
	Mkdir(ctx context.Context, dir string, mode fs.FileMode) error

	// Delete removes a file, or a folder with all that is in it. What is gone already is no error.
	Delete(ctx context.Context, path string) error

	// Checksum fingerprints the content of a file. Sums of one algorithm are equal exactly when the contents are; sums of
	// two algorithms say nothing.
	Checksum(ctx context.Context, path string) (Checksum, error)
}

// Renaming is a FS that moves files without copying them: all but object stores.
type Renaming interface {
	// Rename moves a file or folder without copying it; the folder of the new name must exist. What stands there already
	// stays and is a Conflict. The time of change stays.
	Rename(ctx context.Context, from, to string) error
}

// Secured is a FS that knows who its user is, because users sign in (HDFS with Kerberos).
type Secured interface {
	// Home is the folder of the user.
	Home(ctx context.Context) (string, error)
	// Token returns a token with which others sign in for the user, as Hadoop writes one for the web. renewer may renew it.
	Token(ctx context.Context, renewer string) (string, error)
}

// Snapshotting is a FS that keeps folders as they were at a moment (HDFS). A snapshot is read as the folder
// DIR/.snapshot/NAME.
type Snapshotting interface {
	// CreateSnapshot keeps a folder under a name. One of that name is a Conflict.
	CreateSnapshot(ctx context.Context, dir, name string) error
	// DeleteSnapshot forgets a snapshot. One that is gone already is no error.
	DeleteSnapshot(ctx context.Context, dir, name string) error
	// Diff lists what changed in a folder between two snapshots of it; "" stands for now.
	Diff(ctx context.Context, dir, from, to string) ([]Change, error)
}

// Entry is what a file system says about one path.
type Entry struct {
	Path     string
	Dir      bool
	Size     int64 // bytes; 0 for a folder
	Modified time.Time
	Mode     fs.FileMode // permission bits only
	Owner    string
}

// Name is the last part of the path.
func (e Entry) Name() string { return path.Base(e.Path) }

// Attributes are what a new file is given. Object stores have none.
type Attributes struct {
	Mode     fs.FileMode // permission bits
	Modified time.Time   // to the millisecond; zero for now

	// Padded allows blank space behind the content, up to about a mebibyte, where a file is whole sooner that way.
	Padded bool
	// Drifting allows the time of change to be set again up to a few seconds after the file has appeared, for the same
	// reason. It means nothing beside Modified.
	Drifting bool
}

// Range is a part of a file. The zero Range is the whole.
type Range struct {
	Offset int64
	Length int64 // 0 goes to the end
}

// Checksum is a fingerprint of a file's content.
type Checksum struct {
	Algorithm string
	Value     string // hexadecimal
}

// Change is one difference between two snapshots. Paths are relative to the folder; "" is the folder itself.
type Change struct {
	Kind    ChangeKind
	Path    string
	NewPath string // of a rename
}

// ChangeKind says what happened.
type ChangeKind string

// The kinds of change, as HDFS spells them.
const (
	Created  ChangeKind = "CREATE"
	Deleted  ChangeKind = "DELETE"
	Modified ChangeKind = "MODIFY"
	Renamed  ChangeKind = "RENAME"
)

// ReadFile reads a whole file that is known to be small, and fails beyond limit bytes.
func ReadFile(ctx context.Context, f FS, path string, limit int64) ([]byte, error) {
	r, err := f.Open(ctx, path, Range{Length: limit + 1})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err == nil && int64(len(text)) > limit {
		err = errTooLong(path, limit)
	}
	return text, err
}
