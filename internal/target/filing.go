package target

import (
	"context"

	"github.com/autostream/autostream/internal/dfs"
)

// Filing is a Target whose jobs keep their state in a file system that can be read and written from here.
type Filing interface {
	// Files returns the file system, nil when none is named, and a folder in it where things of the target's user may be put.
	Files(ctx context.Context) (dfs.FS, string, error)
}
