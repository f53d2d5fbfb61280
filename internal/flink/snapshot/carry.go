package snapshot

import (
	"context"
	"fmt"
	"io"
	"path"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Carry copies a snapshot with all its files into a folder of another file system, or of the same, and returns how many
// files that were. Files that are named in full go below the new folder and are renamed in _metadata, which is written
// last: the copy is complete when it is there. Calling it again goes on where it was cut off. progress is called by one
// goroutine at a time.
func Carry(ctx context.Context, from dfs.FS, dir string, to dfs.FS, target string, progress func(done, all int)) (int, error) {
	s, err := Load(ctx, from, dir)
	if err != nil {
		return 0, err
	}
	files := s.Files()
	names := make(map[string]string, len(files))
	ways := make([]way, len(files))
	for i, f := range files {
		source, here := f.In(from, dir)
		if !here {
			return 0, fault.Errorf(fault.Failed, "the file %s of %s lies on another file system", f.Path, from.URI(dir))
		}
		ways[i] = way{source, path.Join(target, f.Path)}
		if !f.Relative {
			ways[i].target = path.Join(target, "shared", fmt.Sprintf("%06d-%s", i, path.Base(f.Path)))
			names[f.Path] = to.URI(ways[i].target)
		}
	}
	if done, err := carryAll(ctx, from, to, ways, progress); err != nil {
		return done, err
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

// way is one file's, from its path in one file system to that in the other.
type way struct{ source, target string }

// parallel is how many files are copied at once.
const parallel = 8

// carryAll copies files, and returns how many it did. After the first failure it begins with no other.
func carryAll(ctx context.Context, from, to dfs.FS, ways []way, progress func(done, all int)) (done int, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var copies sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, parallel)
	for _, w := range ways {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		copies.Go(func() {
			defer func() { <-slots }()
			err := dfs.Copy(ctx, from, w.source, to, w.target, dfs.Attributes{Mode: 0o644})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				stop(err)
				return
			}
			done++
			progress(done, len(ways))
		})
	}
	copies.Wait()
	return done, context.Cause(ctx)
}
