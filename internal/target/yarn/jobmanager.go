package yarn

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// proxy is the address of the ResourceManager's proxy for an application's web interface.
func (t *Target) proxy(application string) string {
	return strings.TrimRight(t.ResourceManagers[t.rm.active.Load()], "/") + "/proxy/" + application
}

// errNoJobManager says that an application has no JobManager that could be asked: it is not up yet, or no more.
var errNoJobManager = errors.New("no JobManager runs")

// jobManager returns a client for the JobManager of an application that runs.
func (t *Target) jobManager(a app) (*rest.Client, error) {
	if a.State != appRunning || a.RPCAddress == "" {
		return nil, errNoJobManager
	}
	host, port, err := net.SplitHostPort(a.RPCAddress)
	if err != nil || port == "0" {
		return nil, errNoJobManager
	}
	way := &route{direct: t.HTTP, proxy: t.proxy(a.ID), user: t.User}
	return rest.New("http://"+net.JoinHostPort(host, port), &http.Client{
		Transport: way,
		// The proxy of an application that has ended sends people to its page.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errNoJobManager },
	}), nil
}

// REST implements target.Observable.
func (t *Target) REST(ctx context.Context, id target.JobID) (*rest.Client, error) {
	_, r, err := t.find(ctx, id)
	if err != nil {
		return nil, err
	}
	a, err := t.rm.app(ctx, r.Application)
	if err != nil {
		return nil, err
	}
	c, err := t.jobManager(a)
	if err != nil {
		return nil, fault.Errorf(fault.NotFound, "job %s: %s is %s, so no JobManager runs", id, a.ID, a.State)
	}
	return c, nil
}

// route takes calls to a JobManager: directly, or where that cannot be reached, through the ResourceManager's proxy, which
// passes on GET and PUT (WebAppProxyServlet). For cancelling, Flink has a GET for that reason (yarn-cancel).
type route struct {
	direct *http.Client
	proxy  string
	user   string

	mu     sync.Mutex
	around bool // the direct way was tried and there is none
}

// RoundTrip implements http.RoundTripper.
func (r *route) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.Close = true // a JobManager ends when its job does: the next call is to find out by dialing
	r.mu.Lock()
	around := r.around
	r.mu.Unlock()
	if !around {
		response, err := r.direct.Transport.RoundTrip(request)
		if !noWay(err) {
			return response, err
		}
	}
	detour, err := r.detour(request)
	if err != nil {
		return nil, err
	}
	response, err := r.direct.Transport.RoundTrip(detour)
	if err == nil && response.StatusCode < 300 {
		r.mu.Lock()
		r.around = true
		r.mu.Unlock()
	}
	return response, err
}

// noWay says whether an error is that of not getting through, so that nothing was sent.
func noWay(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// isGone says whether an error is that of a JobManager that ended while it was asked.
func isGone(err error) bool {
	_, broken := errors.AsType[*net.OpError](err)
	return broken || errors.Is(err, errNoJobManager) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// detour is the same call through the proxy.
func (r *route) detour(request *http.Request) (*http.Request, error) {
	at := strings.TrimPrefix(request.URL.Path, "/v1")
	method := request.Method
	if method == http.MethodPatch && request.URL.Query().Get("mode") == "cancel" {
		method, at = http.MethodGet, at+"/yarn-cancel"
	}
	if method != http.MethodGet && method != http.MethodPut {
		return nil, fault.Errorf(fault.Failed, "the JobManager at %s cannot be reached from here, and YARN's proxy only lets it be read", request.URL.Host).
			WithFix("run this where the cluster's nodes can be reached")
	}
	q := request.URL.Query()
	if r.user != "" {
		q.Set("user.name", r.user)
	}
	to, err := url.Parse(r.proxy + at + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	detour := request.Clone(request.Context())
	detour.Method, detour.URL, detour.Host = method, to, to.Host
	return detour, nil
}
