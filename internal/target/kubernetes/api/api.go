// Package api is a lean client of the Kubernetes API: the few calls that the driver makes, as JSON over HTTP.
//
// It stands in for client-go, which would add more to the binary than all of AutoStream's own code and whose packages do
// work at start-up even for `autostream --help`; what it is needed for here is small: kubeconfig files, four ways to
// sign in, and plain requests on a dozen resources.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// fieldManager is the name under which the API server notes which fields of an object are ours.
const fieldManager = "autostream"

// maxAnswer is the most that is read of an answer. Lists are read in pages.
const maxAnswer = 64 << 20

// Resource is a kind of object by its API path: "v1/pods", "apps/v1/deployments".
type Resource string

// The resources that the driver works with.
const (
	Pods             Resource = "v1/pods"
	ConfigMaps       Resource = "v1/configmaps"
	Secrets          Resource = "v1/secrets"
	Services         Resource = "v1/services"
	ServiceAccounts  Resource = "v1/serviceaccounts"
	Events           Resource = "v1/events"
	Namespaces       Resource = "v1/namespaces"
	ResourceQuotas   Resource = "v1/resourcequotas"
	Deployments      Resource = "apps/v1/deployments"
	Roles            Resource = "rbac.authorization.k8s.io/v1/roles"
	RoleBindings     Resource = "rbac.authorization.k8s.io/v1/rolebindings"
	SelfReviews      Resource = "authorization.k8s.io/v1/selfsubjectaccessreviews"
	FlinkDeployments Resource = "flink.apache.org/v1beta1/flinkdeployments"
	LocalReviews     Resource = "authorization.k8s.io/v1/localsubjectaccessreviews"
)

// Client calls one API server. It may be used from several goroutines.
type Client struct {
	server    string // "https://10.0.0.1:6443", without a slash at its end
	namespace string
	user      string // as the kubeconfig calls it, for messages
	http      *http.Client
	upgrade   *signing // for requests that become connections, which HTTP/2 has none of
}

// Namespace is the one that the context names; "" when it names none.
func (c *Client) Namespace() string { return c.namespace }

// Server is the address of the API server.
func (c *Client) Server() string { return c.server }

// Close ends idle connections. The client can be used afterwards.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	c.upgrade.CloseIdleConnections()
}

// path is the path of a resource, of one object when name is set. namespace is "" for resources of the whole cluster.
func (r Resource) path(namespace, name string) string {
	group, plural := string(r)[:strings.LastIndexByte(string(r), '/')], string(r)[strings.LastIndexByte(string(r), '/')+1:]
	prefix := "/apis/"
	if !strings.Contains(group, "/") {
		prefix = "/api/"
	}
	path := prefix + group
	if namespace != "" {
		path += "/namespaces/" + url.PathEscape(namespace)
	}
	path += "/" + plural
	if name != "" {
		path += "/" + url.PathEscape(name)
	}
	return path
}

// Get reads one object into out.
func (c *Client) Get(ctx context.Context, r Resource, namespace, name string, out any) error {
	return c.call(ctx, http.MethodGet, r.path(namespace, name), "", nil, out)
}

// pageSize is how many objects a page of a list has.
const pageSize = 500

// List reads all objects with a label selector, page by page; each is called with the JSON of a page's items.
func List[T any](ctx context.Context, c *Client, r Resource, namespace, selector string) ([]T, error) {
	var all []T
	next := ""
	for {
		query := url.Values{"limit": {fmt.Sprint(pageSize)}}
		if selector != "" {
			query.Set("labelSelector", selector)
		}
		if next != "" {
			query.Set("continue", next)
		}
		var page struct {
			Metadata struct {
				Continue string `json:"continue"`
			} `json:"metadata"`
			Items []T `json:"items"`
		}
		if err := c.call(ctx, http.MethodGet, r.path(namespace, "")+"?"+query.Encode(), "", nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if next = page.Metadata.Continue; next == "" {
			return all, nil
		}
	}
}

// Create makes an object. One of its name that is there already is an error of reason AlreadyExists.
func (c *Client) Create(ctx context.Context, r Resource, namespace string, object, out any) error {
	return c.call(ctx, http.MethodPost, r.path(namespace, "")+"?fieldManager="+fieldManager, "application/json", object, out)
}

// Update replaces an object, which must be as it was read: its resourceVersion decides.
func (c *Client) Update(ctx context.Context, r Resource, namespace, name string, object, out any) error {
	return c.call(ctx, http.MethodPut, r.path(namespace, name)+"?fieldManager="+fieldManager, "application/json", object, out)
}

// Apply makes an object have the given fields, whether it is there or not (server-side apply).
func (c *Client) Apply(ctx context.Context, r Resource, namespace, name string, object, out any) error {
	return c.call(ctx, http.MethodPatch, r.path(namespace, name)+"?force=true&fieldManager="+fieldManager,
		"application/apply-patch+yaml", object, out) // JSON is YAML
}

// Merge lays fields over an object (JSON merge patch).
func (c *Client) Merge(ctx context.Context, r Resource, namespace, name string, fields, out any) error {
	return c.call(ctx, http.MethodPatch, r.path(namespace, name)+"?fieldManager="+fieldManager, "application/merge-patch+json", fields, out)
}

// Delete removes an object and, in the background, what it owns. One that is gone is not an error.
func (c *Client) Delete(ctx context.Context, r Resource, namespace, name string) error {
	err := c.call(ctx, http.MethodDelete, r.path(namespace, name)+"?propagationPolicy=Background", "", nil, nil)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// DeleteAll removes the objects with a label selector.
func (c *Client) DeleteAll(ctx context.Context, r Resource, namespace, selector string) error {
	return c.call(ctx, http.MethodDelete, r.path(namespace, "")+"?propagationPolicy=Background&labelSelector="+url.QueryEscape(selector), "", nil, nil)
}

// PodLog reads the log of a container of a pod. The caller closes it; with follow=true in the query it ends with ctx.
func (c *Client) PodLog(ctx context.Context, namespace, pod string, query url.Values) (io.ReadCloser, error) {
	response, err := c.send(ctx, http.MethodGet, Pods.path(namespace, pod)+"/log?"+query.Encode(), "", nil)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

// Version is the version of the API server, "v1.33.13".
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		GitVersion string `json:"gitVersion"`
	}
	err := c.call(ctx, http.MethodGet, "/version", "", nil, &answer)
	return answer.GitVersion, err
}

// Serves says whether the API server has a resource.
func (c *Client) Serves(ctx context.Context, r Resource) (bool, error) {
	at := strings.LastIndexByte(string(r), '/')
	var answer struct {
		Resources []struct {
			Name string `json:"name"`
		} `json:"resources"`
	}
	err := c.call(ctx, http.MethodGet, "/apis/"+string(r)[:at], "", nil, &answer)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	for _, have := range answer.Resources {
		if have.Name == string(r)[at+1:] {
			return true, err
		}
	}
	return false, err
}

// Schemas reads the OpenAPI description of the group of a resource. NotFound when the server has none of it.
func (c *Client) Schemas(ctx context.Context, r Resource, out any) error {
	return c.call(ctx, http.MethodGet, "/openapi/v3/apis/"+string(r)[:strings.LastIndexByte(string(r), '/')], "", nil, out)
}

func (c *Client) call(ctx context.Context, method, path, contentType string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return fmt.Errorf("encoding %s %s: %w", method, path, err)
		}
	}
	response, err := c.send(ctx, method, path, contentType, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", c.server, err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("reading the answer of %s to %s %s: %w", c.server, method, path, err)
	}
	return nil
}

// send makes a request and turns refusals into errors. A server that asks for a pause is asked again.
func (c *Client) send(ctx context.Context, method, path, contentType string, body []byte) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		request, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Accept", "application/json")
		if contentType != "" {
			request.Header.Set("Content-Type", contentType)
		}
		response, err := c.http.Do(request)
		if err != nil {
			return nil, c.unreachable(err)
		}
		if response.StatusCode < 300 {
			return response, nil
		}
		refusal := c.refusal(method, path, response)
		if response.StatusCode != http.StatusTooManyRequests || attempt == 5 {
			return nil, refusal
		}
		select { // priority and fairness: the server is busy
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (c *Client) unreachable(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err // from signing in
	}
	return fmt.Errorf("calling the API server at %s: %w", c.server, err)
}
