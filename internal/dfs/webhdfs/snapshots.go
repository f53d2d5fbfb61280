package webhdfs

import (
	"context"
	"net/http"
	"path"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// AllowSnapshots lets snapshots be taken of a folder. Only the superuser of HDFS may.
func (f *FS) AllowSnapshots(ctx context.Context, dir string) error {
	return f.about("allowing snapshots of", dir, f.call(ctx, http.MethodPut, dir, f.query("ALLOWSNAPSHOT"), nil))
}

// CreateSnapshot implements dfs.Snapshotting.
func (f *FS) CreateSnapshot(ctx context.Context, dir, name string) error {
	if _, err := f.Stat(ctx, dir+"/.snapshot/"+name); err == nil {
		return f.about("keeping", dir, fault.Errorf(fault.Conflict, "there is a snapshot %s already", name))
	}
	return f.about("keeping", dir, f.call(ctx, http.MethodPut, dir, f.query("CREATESNAPSHOT", "snapshotname", name), nil))
}

// DeleteSnapshot implements dfs.Snapshotting.
func (f *FS) DeleteSnapshot(ctx context.Context, dir, name string) error {
	err := f.call(ctx, http.MethodDelete, dir, f.query("DELETESNAPSHOT", "snapshotname", name), nil)
	if err != nil {
		if _, gone := f.Stat(ctx, dir+"/.snapshot/"+name); fault.KindOf(gone) == fault.NotFound {
			return nil
		}
	}
	return f.about("forgetting snapshot "+name+" of", dir, err)
}

// Diff implements dfs.Snapshotting.
func (f *FS) Diff(ctx context.Context, dir, from, to string) ([]dfs.Change, error) {
	var answer struct {
		SnapshotDiffReport struct {
			DiffList []struct {
				SourcePath string `json:"sourcePath"`
				TargetPath string `json:"targetPath"`
				Type       string `json:"type"`
			} `json:"diffList"`
		}
	}
	q := f.query("GETSNAPSHOTDIFF", "oldsnapshotname", from, "snapshotname", to)
	if err := f.call(ctx, http.MethodGet, dir, q, &answer); err != nil {
		return nil, f.about("comparing snapshots of", dir, err)
	}
	var changes []dfs.Change
	for _, d := range answer.SnapshotDiffReport.DiffList {
		if strings.HasPrefix(path.Base(d.SourcePath), unnamed) {
			continue
		}
		changes = append(changes, dfs.Change{Kind: dfs.ChangeKind(d.Type), Path: d.SourcePath, NewPath: d.TargetPath})
	}
	return changes, nil
}
