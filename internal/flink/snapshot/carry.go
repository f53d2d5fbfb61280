package snapshot

import (
	"context"
	"fmt"
	"io"
	"path"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Carry copies a snapshot with all its files into a folder of another file system, or of the same, and returns how many
// files that were. Files that are named in full go below the new folder and are renamed in _metadata, which is written
// last: the copy is complete when it is there. Calling it again goes on where it was cut off.
func Carry(ctx context.Context, from dfs.FS, dir string, to dfs.FS, target string, progress func(done, all int)) (int, error) {
	s, err := Load(ctx, from, dir)
	if err != nil {
		return 0, err
	}
	files := s.Files()
	names := make(map[string]string, len(files))
	for i, f := range files {
		source, here := f.In(from, dir)
		if !here {
			return 0, fault.Errorf(fault.Failed, "the file %s of %s lies on another file system", f.Path, from.URI(dir))
		}
		name := path.Join(target, f.Path)
		if !f.Relative {
			name = path.Join(target, "shared", fmt.Sprintf("%06d-%s", i, path.Base(f.Path)))
			names[f.Path] = to.URI(name)
		}
		if err := dfs.Copy(ctx, from, source, to, name, dfs.Attributes{Mode: 0o644}); err != nil {
			return i, err
		}
		progress(i+1, len(files))
	}
	metadata, err := from.Open(ctx, path.Join(dir, FileName), dfs.Range{})
	if err != nil {
		return len(files), err
	}
	defer metadata.Close()
	r, w := io.Pipe()
	defer func() { _ = r.Close() }() // ends the goroutine when nobody reads on
	go func() {
		w.CloseWithError(Rewrite(w, metadata, func(name string) string {
			if renamed, ok := names[name]; ok {
				return renamed
			}
			return name
		}))
	}()
	err = to.Create(ctx, path.Join(target, FileName), r, dfs.Attributes{Mode: 0o644})
	if err != nil && fault.KindOf(err) != fault.Conflict { // it is there: the copy was complete before
		return len(files), err
	}
	return len(files), nil
}
