package yarn

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/target/yarn/tfile"
)

// aggregatedLogs finds the folder with the logs of an application that has ended, "" when there is none. Hadoop 3.3 and
// later put it into buckets: DIR/USER/bucket-SUFFIX-tfile/LAST4/APP; earlier ones into DIR/USER/SUFFIX/APP
// (LogAggregationUtils).
func (t *Target) aggregatedLogs(ctx context.Context, c *cluster, a app) (string, error) {
	root, err := t.rm.option(ctx, "yarn.nodemanager.remote-app-log-dir")
	if err != nil || root == "" {
		return "", err
	}
	dir, ok := c.local(root)
	if !ok {
		return "", nil
	}
	kinds, err := c.fs.List(ctx, path.Join(dir, a.User))
	if err != nil {
		return "", ignoreMissing(err)
	}
	bucket := a.ID[max(0, len(a.ID)-4):]
	for _, kind := range kinds {
		for _, name := range []string{path.Join(kind.Path, bucket, a.ID), path.Join(kind.Path, a.ID)} {
			if e, err := c.fs.Stat(ctx, name); err == nil && e.Dir {
				return name, nil
			} else if err := ignoreMissing(err); err != nil {
				return "", err
			}
		}
	}
	return "", nil
}

func ignoreMissing(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// walkAggregated calls visit with each log of each container of an application. There is one file for each node.
func (c *cluster) walkAggregated(ctx context.Context, dir string, visit func(container, log string, size int64, text io.Reader) error) error {
	nodes, err := c.fs.List(ctx, dir)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		if node.Dir || strings.HasSuffix(node.Path, ".tmp") { // still written
			continue
		}
		source := func(offset, length int64) (io.ReadCloser, error) {
			return c.fs.Open(ctx, node.Path, dfs.Range{Offset: offset, Length: length})
		}
		f, err := tfile.Open(source, node.Size)
		if err == nil {
			err = f.Walk(func(key string, value io.Reader) error {
				container, err := javaText(strings.NewReader(key))
				if err != nil || !strings.HasPrefix(container, "container_") { // VERSION, APPLICATION_ACL, …
					return err
				}
				return containerLogs(value, func(log string, size int64, text io.Reader) error { return visit(container, log, size, text) })
			})
		}
		if err != nil {
			return fmt.Errorf("reading the logs in %s: %w", c.fs.URI(node.Path), err)
		}
	}
	return nil
}

// containerLogs reads the logs of one container: name, length and text, one after the other (AggregatedLogFormat.LogValue).
func containerLogs(value io.Reader, visit func(log string, size int64, text io.Reader) error) error {
	in := bufio.NewReader(value)
	for {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) {
			return nil
		}
		name, err := javaText(in)
		if err != nil {
			return err
		}
		length, err := javaText(in)
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(length, 10, 64)
		if err != nil || size < 0 {
			return fmt.Errorf("log %s has a length of %q", name, length)
		}
		text := io.LimitReader(in, size)
		if err := visit(name, size, text); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, text); err != nil {
			return err
		}
	}
}

// javaText reads what DataOutput.writeUTF wrote; names of logs and digits are plain in it.
func javaText(in io.Reader) (string, error) {
	var n [2]byte
	if _, err := io.ReadFull(in, n[:]); err != nil {
		return "", err
	}
	text := make([]byte, binary.BigEndian.Uint16(n[:]))
	_, err := io.ReadFull(in, text)
	return string(text), err
}
