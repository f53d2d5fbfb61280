package s3

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // what S3 compares the body of DeleteObjects with
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// partSize is what is held in memory of a file that is written. A store takes 10,000 parts, each at least 5 MB: every
// thousand parts they double, which is enough for all that a store takes (5 TB).
const (
	partSize   = 8 << 20
	partsAlike = 1000
)

// unlessExists is the header that makes sure that nothing is overwritten.
func unlessExists() http.Header { return http.Header{"If-None-Match": {"*"}} }

// Create implements dfs.FS. An object appears when its last byte is there; its attributes are nobody's.
func (f *FS) Create(ctx context.Context, name string, content io.Reader, _ dfs.Attributes) error {
	if key(name) == "" {
		return f.about("creating", name, fault.Errorf(fault.Conflict, "it is the bucket"))
	}
	if _, err := f.Stat(ctx, name); err == nil { // the whole content need not be sent to learn that
		return f.about("creating", name, fault.Errorf(fault.Conflict, "it exists already"))
	} else if fault.KindOf(err) != fault.NotFound {
		return err
	}
	first, last, err := part(ctx, content, partSize)
	switch {
	case err != nil:
	case last:
		err = f.claim(ctx, func() error {
			return f.ask(ctx, request{method: http.MethodPut, key: key(name), header: unlessExists(), body: first}, nil)
		})
	default:
		err = f.inParts(ctx, key(name), first, content)
	}
	return f.about("creating", name, err)
}

// claim makes the call that gives an object its name. A store may refuse all of several at once and ask for another try.
func (f *FS) claim(ctx context.Context, call func() error) error {
	for attempt := 1; ; attempt++ {
		err := call()
		if !is(err, http.StatusConflict) || attempt == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause << (attempt - 1)):
		}
	}
}

// part reads the next part of a file, and says whether it is the last.
func part(ctx context.Context, content io.Reader, size int) (text []byte, last bool, err error) {
	var b bytes.Buffer
	_, err = io.CopyN(&b, content, int64(size))
	if errors.Is(err, io.EOF) {
		last, err = true, nil
	}
	return b.Bytes(), last, errors.Join(err, ctx.Err())
}

// uploaded is a part that the store has.
type uploaded struct {
	PartNumber int
	ETag       string
}

// inParts writes an object that does not fit into memory. One that is not completed is aborted, so that nothing of it is
// paid for.
func (f *FS) inParts(ctx context.Context, key string, next []byte, content io.Reader) (err error) {
	var upload struct{ UploadId string } // S3's spelling
	if err := f.ask(ctx, request{method: http.MethodPost, key: key, query: url.Values{"uploads": {""}}}, &upload); err != nil {
		return err
	}
	id := url.Values{"uploadId": {upload.UploadId}}
	defer func() {
		if err != nil {
			cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_ = f.ask(cleaning, request{method: http.MethodDelete, key: key, query: id}, nil)
		}
	}()
	var parts []uploaded
	for last, n := false, 1; ; n++ {
		q := url.Values{"uploadId": {upload.UploadId}, "partNumber": {strconv.Itoa(n)}}
		response, err := f.do(ctx, request{method: http.MethodPut, key: key, query: q, body: next})
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		parts = append(parts, uploaded{n, response.Header.Get("ETag")})
		if last {
			break
		}
		if next, last, err = part(ctx, content, partSize<<(n/partsAlike)); err != nil {
			return err
		}
		if last && len(next) == 0 {
			break
		}
	}
	body, err := xml.Marshal(struct {
		XMLName xml.Name   `xml:"CompleteMultipartUpload"`
		Part    []uploaded `xml:"Part"`
	}{Part: parts})
	if err != nil {
		return err
	}
	return f.claim(ctx, func() error {
		// The store may answer 200 at once and tell in the body how it went.
		var answer struct {
			XMLName xml.Name
			Code    string
			Message string
		}
		err := f.ask(ctx, request{method: http.MethodPost, key: key, query: id, header: unlessExists(), body: body}, &answer)
		if err == nil && answer.XMLName.Local == "Error" {
			err = fault.Errorf(fault.Failed, "%w", &remote{Code: answer.Code, Message: answer.Message})
		}
		return err
	})
}

// Mkdir implements dfs.FS.
func (f *FS) Mkdir(ctx context.Context, dir string, _ fs.FileMode) error {
	e, err := f.Stat(ctx, dir)
	switch {
	case err == nil && e.Dir:
		return nil
	case err == nil:
		return f.about("creating folder", dir, fault.Errorf(fault.Conflict, "it is a file"))
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	return f.about("creating folder", dir, f.ask(ctx, request{method: http.MethodPut, key: prefix(dir)}, nil))
}

// Delete implements dfs.FS.
func (f *FS) Delete(ctx context.Context, name string) error {
	if key(name) == "" {
		return f.about("deleting", name, fault.Errorf(fault.Denied, "it is the bucket"))
	}
	err := f.ask(ctx, request{method: http.MethodDelete, key: key(name)}, nil)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return f.about("deleting", name, err)
	}
	var failure error
	err = f.list(ctx, prefix(name), "", most, func(p page) bool {
		var keys []string
		for _, o := range p.Contents {
			keys = append(keys, o.Key)
		}
		failure = f.deleteAll(ctx, keys)
		return failure == nil
	})
	if err == nil {
		err = failure
	}
	return f.about("deleting", path.Clean(name), err)
}

// deleteAll deletes up to a thousand objects with one call.
func (f *FS) deleteAll(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	type object struct{ Key string }
	all := struct {
		XMLName xml.Name `xml:"Delete"`
		Object  []object `xml:"Object"`
		Quiet   bool
	}{Quiet: true}
	for _, k := range keys {
		all.Object = append(all.Object, object{k})
	}
	body, err := xml.Marshal(all)
	if err != nil {
		return err
	}
	sum := md5.Sum(body) //nolint:gosec // see above
	var answer struct{ Error []remote }
	err = f.ask(ctx, request{
		method: http.MethodPost, query: url.Values{"delete": {""}}, body: body,
		header: http.Header{"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}},
	}, &answer)
	if err == nil && len(answer.Error) > 0 {
		err = fault.Errorf(fault.Failed, "%w", &answer.Error[0])
	}
	return err
}
