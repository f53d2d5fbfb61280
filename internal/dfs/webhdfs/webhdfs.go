// Package webhdfs is HDFS as a dfs.FS, through the REST interface of the NameNode or of an HttpFS gateway.
//
// The interface is that of org.apache.hadoop.hdfs.web.resources, Hadoop 2.8 and later.
package webhdfs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
)

// Options say which HDFS it is and who asks.
type Options struct {
	// Addresses are those of the NameNodes of one HDFS or of HttpFS gateways before it: "http://nn1:9870". The active one
	// is found by asking.
	Addresses []string
	Name      string       // how Flink and Hadoop call this file system, "hdfs://nn1:8020" or "hdfs://nameservice"
	User      string       // with simple authentication; "" with any other, which HTTP does
	HTTP      *http.Client // nil for one of its own
}

// FS is one HDFS.
type FS struct {
	o      Options
	active atomic.Int32 // index of the NameNode that answered last
	near   atomic.Bool  // whether it has ever answered so fast that it is close by
}

// unused is how long a connection is kept open that nobody uses: calls follow each other closely, and little is left behind
// when the caller is done.
const unused = 200 * time.Millisecond

// New returns the file system without asking anybody.
func New(o Options) *FS {
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			ResponseHeaderTimeout: time.Minute,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       unused,
		}}
	}
	direct := *o.HTTP
	direct.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	o.HTTP = &direct
	o.Name = strings.TrimRight(o.Name, "/")
	return &FS{o: o}
}

// URI implements dfs.FS.
func (f *FS) URI(name string) string { return f.o.Name + path.Clean(name) }

// each calls do with the address of one NameNode after the other until one is active, the last active one first.
func (f *FS) each(do func(base string) error) (err error) {
	first := int(f.active.Load())
	for i := range f.o.Addresses {
		at := (first + i) % len(f.o.Addresses)
		if err = do(strings.TrimRight(f.o.Addresses[at], "/")); !passive(err) {
			f.active.Store(int32(at))
			return err
		}
	}
	return err
}

// passive says whether another NameNode may know better: this one stands by, or nobody answered.
func passive(err error) bool {
	if r, ok := errors.AsType[*remote](err); ok {
		return r.Exception == "StandbyException" || r.Exception == "RetriableException"
	}
	_, unreachable := errors.AsType[*net.OpError](err)
	return unreachable
}

// query is an operation with its parameters.
func (f *FS) query(op string, parameters ...string) url.Values {
	q := url.Values{"op": {op}}
	if f.o.User != "" {
		q.Set("user.name", f.o.User)
	}
	for i := 0; i+1 < len(parameters); i += 2 {
		q.Set(parameters[i], parameters[i+1])
	}
	return q
}

// address is where an operation on a path is asked for.
func address(base, name string, q url.Values) string {
	// Hadoop decodes parameters as paths are: a plus is a plus.
	query := strings.ReplaceAll(q.Encode(), "+", "%20")
	return base + "/webhdfs/v1" + (&url.URL{Path: path.Clean("/" + name)}).EscapedPath() + "?" + query
}

// call makes one operation whose answer is small, and reads the answer into out unless that is
// nil; an empty answer leaves out as it is.
func (f *FS) call(ctx context.Context, method, name string, q url.Values, out any) error {
	return f.each(func(base string) error {
		asked := time.Now()
		response, err := f.follow(ctx, method, address(base, name, q))
		if err != nil {
			return err
		}
		defer finish(response)
		if time.Since(asked) < closeBy {
			f.near.Store(true)
		}
		if err := judge(response); err != nil {
			return err
		}
		if out == nil {
			return nil
		}
		if err := json.NewDecoder(io.LimitReader(response.Body, 256<<20)).Decode(out); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("reading the answer of %s: %w", base, err)
		}
		return nil
	})
}

// follow sends a request without a body on to the DataNode that the NameNode names.
func (f *FS) follow(ctx context.Context, method, to string) (*http.Response, error) {
	for range 4 {
		response, err := f.send(ctx, method, to, nil)
		if err != nil {
			return nil, err
		}
		next := response.Header.Get("Location")
		if response.StatusCode < 300 || response.StatusCode >= 400 || next == "" {
			return response, nil
		}
		finish(response)
		to = next
	}
	return nil, fault.Errorf(fault.Failed, "HDFS sends from one node to the next without an end")
}

func (f *FS) send(ctx context.Context, method, to string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, to, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/octet-stream") // HttpFS insists
	}
	if whole, ok := body.(interface{ Size() int64 }); ok {
		request.ContentLength = whole.Size()
	}
	response, err := f.o.HTTP.Do(request)
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = fmt.Errorf("calling %s: %w", request.URL.Host, u.Err) // the query is nobody's business
	}
	return response, err
}

// finish reads what is left of an answer, if it is little: then its connection can be used again.
func finish(response *http.Response) {
	_, _ = io.CopyN(io.Discard, response.Body, 4<<10)
	_ = response.Body.Close()
}

// remote is the exception that HDFS answered with (RemoteException).
type remote struct {
	Exception string `json:"exception"`
	Message   string `json:"message"`
}

func (r *remote) Error() string {
	line, _, _ := strings.Cut(r.Message, "\n")
	return line
}

// judge makes an error of an answer that is none.
func judge(response *http.Response) error {
	if response.StatusCode < 300 {
		return nil
	}
	var answer struct {
		Remote remote `json:"RemoteException"`
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if json.Unmarshal(text, &answer) != nil || answer.Remote.Exception == "" {
		kind := fault.Failed
		if response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden {
			kind = fault.Denied
		}
		return fault.Errorf(kind, "HDFS answered %s", response.Status)
	}
	kind := fault.Failed
	switch answer.Remote.Exception {
	case "FileNotFoundException":
		kind = fault.NotFound
	case "FileAlreadyExistsException", "ParentNotDirectoryException", "PathIsNotEmptyDirectoryException":
		kind = fault.Conflict
	case "AccessControlException", "SecurityException", "AuthorizationException":
		kind = fault.Denied
	case "SafeModeException":
		return fault.Errorf(kind, "HDFS is in safe mode: %w", &answer.Remote).
			WithFix("wait until the NameNode has seen its blocks, or look at it:\n  hdfs dfsadmin -safemode get")
	case "NSQuotaExceededException", "DSQuotaExceededException", "QuotaByStorageTypeExceededException":
		return fault.Errorf(kind, "the quota of the folder is used up: %w", &answer.Remote)
	}
	return fault.Errorf(kind, "%w", &answer.Remote)
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

var _ interface {
	dfs.FS
	dfs.Renaming
	dfs.Secured
	dfs.Snapshotting
} = (*FS)(nil)
