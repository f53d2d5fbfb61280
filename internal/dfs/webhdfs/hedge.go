package webhdfs

import (
	"context"
	"crypto/rand"
	"io"
	"io/fs"
	"net/http"
	"path"
	"sync"
	"time"
)

// A DataNode that has a file's last block asks the NameNode to close the file, and the NameNode refuses until the same
// DataNode has reported that block, which it does in another thread. Who comes too early waits for 400 ms, then for twice
// that (DFSOutputStream.completeFile, Hadoop 3.4). With one replica it happens to every fourth file, and to most of those
// that are closed at the same moment: a file of 100 bytes takes 12 or 412 ms.
//
// So small files are written one shortly after the other, and again under another name when the answer is late; the first
// that is whole is taken. HDFS's own client does so with reads (dfs.client.hedged.read).
const (
	apart = 20 * time.Millisecond // between two small files, unless the first is done before
	late  = 40 * time.Millisecond // after which a file is written again, and then after twice that
	tries = 3
	small = 1 << 20 // bytes; more would be work, not patience
)

// rereadable is content that can be sent more than once: a bytes.Reader.
type rereadable interface {
	io.ReaderAt
	Size() int64
}

// repeatable says whether content may be sent more than once, and is so little that it may well be.
func repeatable(content io.Reader) (rereadable, bool) {
	again, ok := content.(rereadable)
	return again, ok && again.Size() <= small
}

// unnamed leads the names of files that are being written, or are left of a write that was cut off. They are not
// listed, and no change.
const unnamed = ".write-"

// staged is a file that has its content, or an error, but not its name.
type staged struct {
	temp string
	err  error
}

// stage writes content to a file of dir that nobody knows, and returns its path. Where it fails nothing is left.
func (f *FS) stage(ctx context.Context, dir string, content io.Reader, mode fs.FileMode) (string, error) {
	again, ok := repeatable(content)
	if !ok {
		s := f.once(ctx, dir, content, mode, withParents)
		return s.temp, s.err
	}
	if err := f.call(ctx, http.MethodPut, dir, f.query("MKDIRS"), nil); err != nil {
		return "", err
	}
	ends := make(chan staged, tries)
	begin := func() {
		go func() {
			defer f.turn(ctx)()
			ends <- f.once(ctx, dir, io.NewSectionReader(again, 0, again.Size()), mode, withoutParents)
		}()
	}
	begin()
	begun, ended := 1, 0
	waiting := time.NewTimer(late)
	defer waiting.Stop()
	for {
		select {
		case <-waiting.C:
			begin()
			if begun++; begun < tries {
				waiting.Reset(late << (begun - 1))
			}
		case s := <-ends:
			if ended++; s.err == nil || ended == begun {
				go f.forget(ctx, ends, begun-ended)
				return s.temp, s.err
			}
		}
	}
}

// Values of createparent: a copy that comes late must not bring back a folder that has been moved since.
const (
	withParents    = "true"
	withoutParents = "false"
)

// once writes content once.
func (f *FS) once(ctx context.Context, dir string, content io.Reader, mode fs.FileMode, parents string) staged {
	temp := path.Join(dir, unnamed+rand.Text())
	err := f.write(ctx, temp, content, mode, parents)
	if err != nil {
		f.discard(ctx, temp)
	}
	return staged{temp, err}
}

// turn waits until a small file may be written. What it returns is called when that is done.
func (f *FS) turn(ctx context.Context) (done func()) {
	select {
	case f.turns <- struct{}{}:
	case <-ctx.Done():
		return func() {}
	}
	free := sync.OnceFunc(func() { <-f.turns })
	time.AfterFunc(apart, free)
	return free
}

// forget removes what came second.
func (f *FS) forget(ctx context.Context, ends <-chan staged, open int) {
	for range open {
		if s := <-ends; s.err == nil {
			f.discard(ctx, s.temp)
		}
	}
}

// discard removes a file that never got its name, also when the caller has given up.
func (f *FS) discard(ctx context.Context, temp string) {
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	_ = f.Delete(cleaning, temp)
}
