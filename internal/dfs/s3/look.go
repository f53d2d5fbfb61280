package s3

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// page is one answer of ListObjectsV2.
type page struct {
	Contents []struct {
		Key          string
		Size         int64
		LastModified time.Time
	}
	CommonPrefixes        []struct{ Prefix string }
	IsTruncated           bool
	NextContinuationToken string
}

// list reads the keys with a prefix, page after page, until visit has enough. With a delimiter those that have it behind
// the prefix are one.
func (f *FS) list(ctx context.Context, prefix, delimiter string, most int, visit func(page) (more bool)) error {
	q := url.Values{"list-type": {"2"}, "prefix": {prefix}, "encoding-type": {"url"}, "max-keys": {strconv.Itoa(most)}}
	if delimiter != "" {
		q.Set("delimiter", delimiter)
	}
	for {
		var p page
		if err := f.ask(ctx, request{method: http.MethodGet, query: q}, &p); err != nil {
			return err
		}
		for i := range p.Contents {
			p.Contents[i].Key = unescape(p.Contents[i].Key)
		}
		for i := range p.CommonPrefixes {
			p.CommonPrefixes[i].Prefix = unescape(p.CommonPrefixes[i].Prefix)
		}
		if !visit(p) || !p.IsTruncated || p.NextContinuationToken == "" {
			return nil
		}
		q.Set("continuation-token", p.NextContinuationToken)
	}
}

// unescape reads a key of a list, which is escaped because XML cannot hold every byte.
func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// most is how many keys a store puts into one answer.
const most = 1000

// Stat implements dfs.FS.
func (f *FS) Stat(ctx context.Context, name string) (dfs.Entry, error) {
	e, err := f.object(ctx, name)
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return e, f.about("looking at", name, err)
	}
	folder := key(name) == ""
	listed := f.list(ctx, prefix(name), "", 1, func(p page) bool {
		folder = folder || len(p.Contents) > 0
		return false
	})
	if listed != nil || !folder {
		return dfs.Entry{}, f.about("looking at", name, cmp.Or(listed, err))
	}
	return dfs.Entry{Path: path.Clean("/" + name), Dir: true}, nil
}

// object looks at one object.
func (f *FS) object(ctx context.Context, name string) (dfs.Entry, error) {
	if key(name) == "" {
		return dfs.Entry{}, fault.Errorf(fault.NotFound, "the bucket itself is no object")
	}
	response, err := f.do(ctx, request{method: http.MethodHead, key: key(name)})
	if err != nil {
		return dfs.Entry{}, err
	}
	_ = response.Body.Close()
	modified, err := http.ParseTime(response.Header.Get("Last-Modified"))
	if err != nil {
		return dfs.Entry{}, fmt.Errorf("reading the time of change: %w", err)
	}
	return dfs.Entry{Path: path.Clean("/" + name), Size: response.ContentLength, Modified: modified}, nil
}

// List implements dfs.FS.
func (f *FS) List(ctx context.Context, dir string) (entries []dfs.Entry, err error) {
	found, within := false, prefix(dir)
	err = f.list(ctx, within, "/", most, func(p page) bool {
		for _, o := range p.Contents {
			found = true
			if o.Key != within { // the folder itself
				// HEAD tells no more than the second.
				entries = append(entries, dfs.Entry{Path: "/" + o.Key, Size: o.Size, Modified: o.LastModified.Truncate(time.Second).UTC()})
			}
		}
		for _, folder := range p.CommonPrefixes {
			found = true
			entries = append(entries, dfs.Entry{Path: "/" + strings.TrimSuffix(folder.Prefix, "/"), Dir: true})
		}
		return true
	})
	if err == nil && !found && within != "" {
		_, err = f.object(ctx, dir)
	}
	slices.SortFunc(entries, func(a, b dfs.Entry) int { return cmp.Compare(a.Path, b.Path) })
	return entries, f.about("listing", dir, err)
}

// Open implements dfs.FS.
func (f *FS) Open(ctx context.Context, name string, r dfs.Range) (io.ReadCloser, error) {
	header := http.Header{}
	switch {
	case r.Length > 0:
		header.Set("Range", fmt.Sprintf("bytes=%d-%d", r.Offset, r.Offset+r.Length-1))
	case r.Offset > 0:
		header.Set("Range", fmt.Sprintf("bytes=%d-", r.Offset))
	}
	response, err := f.do(ctx, request{method: http.MethodGet, key: key(name), header: header})
	if is(err, http.StatusRequestedRangeNotSatisfiable) { // the part begins at the end, or behind it
		return io.NopCloser(strings.NewReader("")), nil
	}
	if err != nil {
		return nil, f.about("opening", name, err)
	}
	return response.Body, nil
}

// Checksum implements dfs.FS. It reads the object: what a store says of one that came in parts is no sum of its content.
func (f *FS) Checksum(ctx context.Context, name string) (dfs.Checksum, error) {
	in, err := f.Open(ctx, name, dfs.Range{})
	if err != nil {
		return dfs.Checksum{}, err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return dfs.Checksum{}, f.about("reading", name, err)
	}
	return dfs.Checksum{Algorithm: "SHA-256", Value: hex.EncodeToString(sum.Sum(nil))}, nil
}
