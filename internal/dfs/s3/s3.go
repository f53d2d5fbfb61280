// Package s3 is a bucket of an S3-compatible object store as a dfs.FS.
//
// What it needs of a store: signature version 4, ListObjectsV2, DeleteObjects, multipart uploads, and If-None-Match on
// PutObject and CompleteMultipartUpload, without which nobody can make a file that is sure to be theirs.
//
// A folder is what the keys of objects have before a slash; one that was made empty is an object of no bytes whose key
// ends with a slash, as Hadoop's and Flink's own file systems have it. Objects have no attributes: their mode is 0.
package s3

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Options say which bucket it is and who asks.
type Options struct {
	Endpoint string // "http://minio:9000"; "" is Amazon's in Region
	Region   string // "" is us-east-1, as all stores but Amazon's take it
	Bucket   string
	Scheme   string // how Flink calls this file system: s3, s3a or s3p; "" is s3
	// Credentials are asked for before each request, so that they may change.
	Credentials func(ctx context.Context) (Credentials, error)
	HTTP        *http.Client // nil for one of its own
}

// Credentials are those of one user.
type Credentials struct {
	AccessKey    string
	SecretKey    string
	SessionToken string // of temporary ones
}

// FS is one bucket.
type FS struct{ o Options }

// New returns the file system without asking anybody.
func New(o Options) *FS {
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.Endpoint == "" {
		o.Endpoint = "https://s3." + o.Region + ".amazonaws.com"
	}
	if o.Scheme == "" {
		o.Scheme = "s3"
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			ResponseHeaderTimeout: time.Minute,
			DisableKeepAlives:     true, // nothing is left behind when the caller is done
		}}
	}
	return &FS{o}
}

// URI implements dfs.FS.
func (f *FS) URI(name string) string {
	return dfs.Location{Scheme: f.o.Scheme, Authority: f.o.Bucket, Path: path.Clean("/" + name)}.String()
}

// key is that of the object at a path; "" is the bucket itself.
func key(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// prefix is what the keys of all objects in a folder begin with.
func prefix(dir string) string {
	if k := key(dir); k != "" {
		return k + "/"
	}
	return ""
}

// request is one call, which can be made again: its body is in memory.
type request struct {
	method string
	key    string
	query  url.Values
	header http.Header
	body   []byte
}

// attempts is how often a call is made when the store says that it is busy, and pause what lies between.
const (
	attempts = 4
	pause    = 200 * time.Millisecond
)

// do makes a call. The caller closes the body of an answer below 300; all others are errors.
func (f *FS) do(ctx context.Context, r request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		response, err := f.once(ctx, r)
		if err != nil {
			return nil, err
		}
		if response.StatusCode < 300 {
			return response, nil
		}
		err = f.refusal(response)
		_ = response.Body.Close()
		if response.StatusCode < 500 || response.StatusCode == http.StatusNotImplemented || attempt == attempts {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause << (attempt - 1)):
		}
	}
}

func (f *FS) once(ctx context.Context, r request) (*http.Response, error) {
	to, err := url.Parse(strings.TrimRight(f.o.Endpoint, "/"))
	if err != nil || to.Host == "" {
		return nil, fault.Errorf(fault.Usage, "%q is no address of an object store", f.o.Endpoint).WithFix("write one like http://minio:9000")
	}
	to.Path += "/" + f.o.Bucket
	if r.key != "" {
		to.Path += "/" + r.key
	}
	to.RawPath, to.RawQuery = escape(to.Path, "/"), canonicalQuery(r.query)
	call, err := http.NewRequestWithContext(ctx, r.method, to.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	maps.Copy(call.Header, r.header)
	c, err := f.o.Credentials(ctx)
	if err != nil {
		return nil, err
	}
	sign(call, r.body, c, f.o.Region, time.Now().UTC())
	response, err := f.o.HTTP.Do(call)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = fmt.Errorf("calling %s: %w", call.URL.Host, u.Err)
	}
	return response, err
}

// ask makes a call and reads its answer into out, unless that is nil.
func (f *FS) ask(ctx context.Context, r request, out any) error {
	response, err := f.do(ctx, r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil || out == nil {
		return err
	}
	if err := xml.Unmarshal(text, out); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", f.o.Endpoint, err)
	}
	return nil
}

// remote is the error that a store answered with.
type remote struct {
	Code    string
	Message string
	status  int
}

func (r *remote) Error() string {
	if r.Code == "" { // an answer to HEAD has no body
		return http.StatusText(r.status)
	}
	return r.Code + ": " + r.Message
}

// refusal makes an error of an answer that is none.
func (f *FS) refusal(response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	answer := &remote{status: response.StatusCode}
	_ = xml.Unmarshal(text, answer) // one that cannot be read says nothing but its status
	status := response.StatusCode
	if answer.Code == "InvalidAccessKeyId" || answer.Code == "XAdminUserNotFound" { // which Versity's store calls not found
		status = http.StatusForbidden
	}
	switch status {
	case http.StatusNotFound:
		if answer.Code == "NoSuchBucket" {
			return fault.Errorf(fault.NotFound, "there is no bucket %s at %s", f.o.Bucket, f.o.Endpoint)
		}
		if answer.Code == "" || answer.Code == "NoSuchKey" {
			return fault.Errorf(fault.NotFound, "there is no such object")
		}
		return fault.Errorf(fault.NotFound, "%w", answer)
	case http.StatusPreconditionFailed:
		return fault.Errorf(fault.Conflict, "it exists already")
	case http.StatusUnauthorized, http.StatusForbidden:
		if answer.Code == "RequestTimeTooSkewed" {
			return fault.Errorf(fault.Denied, "the clocks of this machine and of %s differ too much: %w", f.o.Endpoint, answer).WithFix("set the clock of this machine")
		}
		return fault.Errorf(fault.Denied, "%w", answer)
	}
	return fault.Errorf(fault.Failed, "%w", answer)
}

// is says whether a store answered with a status.
func is(err error, status int) bool {
	r, ok := errors.AsType[*remote](err)
	return ok && r.status == status
}

// about says what was being done to which path; the kind stays.
func (f *FS) about(doing, name string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return &fault.Error{Kind: e.Kind, Message: doing + " " + f.URI(name), Fix: e.Fix, Err: err}
	}
	return fmt.Errorf("%s %s: %w", doing, f.URI(name), err)
}

var _ dfs.FS = (*FS)(nil)
