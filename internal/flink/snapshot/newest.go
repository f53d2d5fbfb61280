package snapshot

import (
	"context"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Prefixes of the names of folders of snapshots (CheckpointDirs, AbstractFsCheckpointStorageAccess).
const (
	CheckpointPrefix = "chk-"       // and the number of the checkpoint
	SavepointPrefix  = "savepoint-" // and digits that say nothing
)

// Found is a complete snapshot in a file system.
type Found struct {
	Dir   string // "" when there is none
	Taken time.Time
}

// Newest finds the snapshot completed last among those folders of dir whose names begin with prefix. A folder that is not
// there has none.
func Newest(ctx context.Context, f dfs.FS, dir, prefix string) (newest Found, err error) {
	entries, err := f.List(ctx, dir)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return newest, err
	}
	var number int64
	for _, e := range entries {
		if !e.Dir || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		metadata, err := f.Stat(ctx, path.Join(e.Path, FileName))
		if err != nil {
			if fault.KindOf(err) == fault.NotFound { // not complete yet, or removed just now
				continue
			}
			return newest, err
		}
		// Object stores tell whole seconds. Where the name has no number, n is 0.
		n, _ := strconv.ParseInt(strings.TrimPrefix(e.Name(), prefix), 10, 64)
		if age := metadata.Modified.Compare(newest.Taken); age > 0 || age == 0 && n > number {
			newest, number = Found{Dir: e.Path, Taken: metadata.Modified}, n
		}
	}
	return newest, nil
}
