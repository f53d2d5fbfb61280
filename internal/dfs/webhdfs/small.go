package webhdfs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// A DataNode that has a file's last block asks the NameNode to close the file, and the NameNode refuses until the same
// DataNode has reported that block, which another thread of it does. Who asks too early waits for 400 ms, then for twice
// that (DFSOutputStream.completeFile, Hadoop 3.4), and the thread that waits serves nobody: a DataNode has twice as many
// as processors. With one replica it is the throw of a coin: a file of 100 bytes takes 12 or 412 ms. Writing a second copy
// is to throw again, until all threads wait.
//
// Two ways lead around that, and what may be done with a file says which one it is. Both are for small files: large ones
// take longer anyway.
const (
	small = 1 << 20 // bytes

	// A block that is full is reported at once, not when its file ends. So a file that may be padded fills one block, and
	// ends when that had the time to be reported. The least that a NameNode takes is 1 MiB
	// (dfs.namenode.fs-limits.min-block-size); what makes no whole buffer of 9 sums would be kept back (FSOutputSummer).
	fullBlock = 228 * 9 * 512
	reporting = 30 * time.Millisecond
	beginning = time.Second // the longest that a DataNode is waited for, to begin

	// That much goes only to who is close by: elsewhere it could take longer than what it saves.
	closeBy = 10 * time.Millisecond

	// Where the time of change may drift, nobody needs to wait for the end of a file: once it was asked for, the NameNode
	// knows its length, and that all replicas have it. If the DataNode dies before the end, the NameNode closes the file.
	looking = 15 * time.Millisecond // between two looks at that
)

// unnamed leads the names of files that are being written, or are left of a write that was cut off. They are not
// listed, and no change.
const unnamed = ".write-"

// little returns the size of content that is small and can be sent again.
func little(content io.Reader) (size int64, ok bool) {
	c, ok := content.(again)
	if !ok || c.Size() > small {
		return 0, false
	}
	return c.Size(), true
}

// put writes content to a file that nobody knows.
func (f *FS) put(ctx context.Context, temp string, content io.Reader, a dfs.Attributes) error {
	size, ok := little(content)
	sent := sending(content)
	switch {
	case !ok || size == 0: // an empty file has no block
	case a.Padded && f.near.Load():
		err := f.putPadded(ctx, temp, sent, size, a.Mode)
		if _, refused := errors.AsType[*remote](err); !refused {
			return err
		}
		f.discard(ctx, temp) // the NameNode may want larger blocks
	case a.Drifting && a.Modified.IsZero():
		return f.putDrifting(ctx, temp, sent, size, a.Mode)
	}
	return f.write(ctx, temp, f.query("CREATE"), sent, a.Mode)
}

// putPadded writes content with so much blank space behind it that a block is full.
func (f *FS) putPadded(ctx context.Context, temp string, content body, size int64, mode fs.FileMode) error {
	end := func() {
		f.awaitBegun(ctx, temp)
		pause(ctx)
	}
	padded := func() io.Reader { return &filling{content: content(), left: fullBlock - size, end: end} }
	return f.write(ctx, temp, f.query("CREATE", "blocksize", strconv.Itoa(fullBlock)), padded, mode)
}

// awaitBegun waits until the DataNode has begun with a file: what was sent before lies in buffers.
func (f *FS) awaitBegun(ctx context.Context, temp string) {
	for range beginning / reporting {
		if _, err := f.Stat(ctx, temp); fault.KindOf(err) != fault.NotFound {
			return
		}
		pause(ctx)
	}
}

// pause gives a DataNode time.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(reporting):
	}
}

// putDrifting writes content and returns when the NameNode has it, which is before the DataNode says so or as soon.
func (f *FS) putDrifting(ctx context.Context, temp string, content body, size int64, mode fs.FileMode) error {
	ctx, leave := context.WithCancel(ctx) // the DataNode goes on alone
	defer leave()
	ended := make(chan error, 1)
	go func() { ended <- f.write(ctx, temp, f.query("CREATE"), content, mode) }()
	look := time.NewTicker(looking)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-look.C:
			if e, err := f.Stat(ctx, temp); err == nil && e.Size == size {
				return nil
			}
		}
	}
}

// filling is content with lines of blank space behind it. Before its end it calls a function.
type filling struct {
	content io.Reader
	left    int64 // of the blank space
	end     func()
}

func (r *filling) Read(p []byte) (int, error) {
	if r.content != nil {
		if n, err := r.content.Read(p); !errors.Is(err, io.EOF) {
			return n, err
		}
		r.content = nil
	}
	if r.left == 0 {
		r.end()
		r.end = func() {}
		return 0, io.EOF
	}
	line := p[:min(r.left, int64(len(p)))]
	for i := range line {
		line[i] = ' '
	}
	copy(line, "\n") // what is before it may have none
	r.left -= int64(len(line))
	return len(line), nil
}
