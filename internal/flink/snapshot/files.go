package snapshot

import (
	"context"
	"path"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Load reads the snapshot in a folder of a file system. A folder without _metadata, or none at all, is a fault of kind
// NotFound.
func Load(ctx context.Context, f dfs.FS, dir string) (Snapshot, error) {
	in, err := f.Open(ctx, path.Join(dir, FileName), dfs.Range{})
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return Snapshot{}, fault.Errorf(fault.NotFound, "no savepoint or checkpoint in %s", f.URI(dir))
	}
	if err != nil {
		return Snapshot{}, err
	}
	defer in.Close()
	s, err := Read(in)
	if err != nil {
		return Snapshot{}, fault.Errorf(fault.Failed, "reading %s: %w", f.URI(path.Join(dir, FileName)), err)
	}
	return s, nil
}

// Missing lists the files of a snapshot that are not where it says, or shorter than it says. dir is its folder; files on
// other file systems than f are not looked at.
func (s Snapshot) Missing(ctx context.Context, f dfs.FS, dir string) (missing []File, err error) {
	for _, file := range s.Files() {
		name, here := file.In(f, dir)
		if !here {
			continue
		}
		e, err := f.Stat(ctx, name)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if err != nil || e.Size < file.Size {
			missing = append(missing, file)
		}
	}
	return missing, nil
}

// In is the path of a file in a file system, given the folder of the snapshot, and false when the file lies on another.
func (f File) In(system dfs.FS, dir string) (string, bool) {
	if f.Relative {
		return path.Join(dir, f.Path), true
	}
	return dfs.Within(system, f.Path)
}
