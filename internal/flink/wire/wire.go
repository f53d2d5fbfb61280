// Package wire makes single calls to a REST server of Flink: the JobManager's and the SQL Gateway's are the same server
// with the same conventions (org.apache.flink.runtime.rest.RestServerEndpoint).
package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/throwable"
)

// maxAnswer is the most that is read of an answer; a page of a result set is 2 MB at most (collect-sink batches).
const maxAnswer = 64 << 20

// Client calls one server. It may be used from several goroutines.
type Client struct {
	base string
	http *http.Client
}

// New returns a client for a server at base, "http://127.0.0.1:8081"; h is nil for a client of its own, which keeps no
// connections open, so that nothing is left behind when the caller is done.
func New(base string, h *http.Client) *Client {
	if h == nil {
		h = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}
	}
	return &Client{base: strings.TrimRight(base, "/"), http: h}
}

// Base returns the address of the server, without a password that it may have.
func (c *Client) Base() string {
	if u, err := url.Parse(c.base); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return c.base
}

// Error is a refusal: the server answered, and it answered no. An error that is no *Error means that there was no
// answer, so that the call may or may not have taken effect.
type Error struct {
	Method, Path string
	Status       int             // HTTP status
	Chain        throwable.Chain // what the server said
}

// Error returns the root cause in one line, without Java classes and stack.
func (e *Error) Error() string {
	if root := e.Chain.Root(); root != "" {
		return root
	}
	return fmt.Sprintf("%s %s answered %d %s", e.Method, e.Path, e.Status, http.StatusText(e.Status))
}

// Refused returns the refusal in an error's chain.
func Refused(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// Is says whether err is a refusal with this HTTP status.
func Is(err error, status int) bool {
	e, ok := Refused(err)
	return ok && e.Status == status
}

// Call sends in as JSON, unless it is nil, and reads the answer into out, unless that is nil. Unknown fields are
// ignored: every release adds some.
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encoding %s %s: %w", method, path, err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	return c.send(request, out)
}

// Upload sends a file as the form field "jarfile", as POST /jars/upload takes it, and reads the answer into out.
func (c *Client) Upload(ctx context.Context, path, file string, out any) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	// The length is announced: the whole form but the file is built beforehand.
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", fmt.Sprintf(`form-data; name="jarfile"; filename=%q`, filepath.Base(file)))
	header.Set("Content-Type", "application/x-java-archive")
	if _, err := parts.CreatePart(header); err != nil {
		return err
	}
	before := form.Len()
	if err := parts.Close(); err != nil {
		return err
	}
	body := io.MultiReader(bytes.NewReader(form.Bytes()[:before]), f, bytes.NewReader(form.Bytes()[before:]))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, body)
	if err != nil {
		return err
	}
	request.ContentLength = int64(form.Len()) + stat.Size()
	request.Header.Set("Content-Type", parts.FormDataContentType())
	return c.send(request, out)
}

// Fetch copies the bytes of an answer to w, however many they are, such as a log.
func (c *Client) Fetch(ctx context.Context, path string, w io.Writer) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return c.unanswered(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20)) // what is there of it
		return c.refusal(request, response.StatusCode, text)
	}
	if _, err := io.Copy(w, response.Body); err != nil {
		return fmt.Errorf("reading %s of %s: %w", path, c.Base(), err)
	}
	return nil
}

// unanswered is the error of a call that nobody answered. The address is ours to print, once.
func (c *Client) unanswered(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("calling %s: %w", c.Base(), err)
}

func (c *Client) send(request *http.Request, out any) error {
	response, err := c.http.Do(request)
	if err != nil {
		return c.unanswered(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("reading the answer of %s: %w", c.Base(), err)
	}
	if response.StatusCode >= 300 {
		return c.refusal(request, response.StatusCode, text)
	}
	if len(text) > maxAnswer {
		return fmt.Errorf("reading the answer of %s: longer than %d MB", c.Base(), maxAnswer>>20)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("reading the answer of %s to %s %s: %w", c.base, request.Method, request.URL.Path, err)
	}
	return nil
}

// refusal is the error of an answer that is a no. Flink itself knows no users: what asks for one stands before it.
func (c *Client) refusal(request *http.Request, status int, text []byte) error {
	e := &Error{Method: request.Method, Path: request.URL.Path, Status: status}
	var body struct {
		Errors []string `json:"errors"`
	}
	if json.Unmarshal(text, &body) == nil {
		e.Chain = throwable.Parse(strings.Join(body.Errors, "\n"))
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return fault.Errorf(fault.Denied, "%s lets nobody in without permission: %w", c.Base(), e).
			WithFix("have the proxy before it let you in, name its user in the address (http://user:password@host), or reach the JobManager past it")
	}
	return e
}
