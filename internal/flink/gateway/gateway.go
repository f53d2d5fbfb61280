// Package gateway is a client for Flink's SQL Gateway, 1.17 and later: sessions, statements, and their results page by
// page.
//
// A refusal is a *wire.Error, whose chain holds what Flink said about the statement; any other error means that there
// was no answer.
package gateway

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/autostream/autostream/internal/flink/wire"
)

// versions are the versions of the gateway's REST interface that this client speaks (SqlGatewayRestAPIVersion): v2 of
// 1.17 brought row formats, v3 of 1.20 materialized tables, v4 of 2.0 scripts. v1 has results of another shape.
var versions = []string{"V4", "V3", "V2"}

// Client calls one SQL Gateway. It may be used from several goroutines.
type Client struct {
	wire *wire.Client
	root string // "/v4"
}

// Dial asks the gateway at base, "http://127.0.0.1:8083", which versions it speaks and takes the newest of ours. h is
// nil for a client of its own.
func Dial(ctx context.Context, base string, h *http.Client) (*Client, error) {
	w := wire.New(base, h)
	var answer struct {
		Versions []string `json:"versions"`
	}
	if err := w.Call(ctx, http.MethodGet, "/api_versions", nil, &answer); err != nil {
		return nil, fmt.Errorf("asking the SQL Gateway for its versions: %w", err)
	}
	for _, v := range versions {
		if slices.Contains(answer.Versions, v) {
			return &Client{wire: w, root: "/v" + v[1:]}, nil
		}
	}
	return nil, fmt.Errorf("the SQL Gateway at %s speaks %v, and none of %v", base, answer.Versions, versions)
}

// Version reads which Flink the gateway belongs to, "2.2.1".
func (c *Client) Version(ctx context.Context) (string, error) {
	var answer struct {
		Version string `json:"version"`
	}
	err := c.wire.Call(ctx, http.MethodGet, c.root+"/info", nil, &answer)
	return answer.Version, err
}

// Session is a session of the gateway: its catalogs, settings and jars last until it is closed, or until nobody called
// it for sql-gateway.session.idle-timeout (10 minutes; Heartbeat counts).
type Session struct {
	client *Client
	path   string
}

// Open opens a session. The properties are Flink options by the key names of the gateway's release, as SET would.
func (c *Client) Open(ctx context.Context, name string, properties map[string]string) (*Session, error) {
	request := struct {
		Name       string            `json:"sessionName,omitempty"`
		Properties map[string]string `json:"properties,omitempty"`
	}{name, properties}
	var answer struct {
		Handle string `json:"sessionHandle"`
	}
	if err := c.wire.Call(ctx, http.MethodPost, c.root+"/sessions", request, &answer); err != nil {
		return nil, fmt.Errorf("opening a session of the SQL Gateway: %w", err)
	}
	return &Session{client: c, path: c.root + "/sessions/" + url.PathEscape(answer.Handle)}, nil
}

// Heartbeat keeps the session from being closed as idle.
func (s *Session) Heartbeat(ctx context.Context) error {
	return s.client.wire.Call(ctx, http.MethodPost, s.path+"/heartbeat", struct{}{}, nil)
}

// Close ends the session and its operations, and with them the jobs of open queries. Jobs of INSERTs go on.
func (s *Session) Close(ctx context.Context) error {
	return s.client.wire.Call(ctx, http.MethodDelete, s.path, nil, nil)
}

// Execute starts one statement, given without its semicolon; config holds options for this statement alone. What Flink
// has to say about the statement comes with the first page.
func (s *Session) Execute(ctx context.Context, statement string, config map[string]string) (*Operation, error) {
	request := struct {
		Statement string            `json:"statement"`
		Config    map[string]string `json:"executionConfig,omitempty"`
	}{statement, config}
	var answer struct {
		Handle string `json:"operationHandle"`
	}
	if err := s.client.wire.Call(ctx, http.MethodPost, s.path+"/statements", request, &answer); err != nil {
		return nil, err
	}
	return &Operation{session: s, path: s.path + "/operations/" + url.PathEscape(answer.Handle), format: formatJSON}, nil
}

// The row formats (org.apache.flink.table.gateway.rest.util.RowFormat).
const (
	formatJSON  = "JSON"
	formatPlain = "PLAIN_TEXT"
)

// Operation is a statement that runs or has run. It has one consumer: Next must not be called from two goroutines.
type Operation struct {
	session *Session
	path    string
	token   uint64
	ended   bool
	format  string
}

// Next reads the next page. It does not wait for rows: a page that is NotReady, or Ready without rows, means that the
// caller asks again a little later. After an End page it answers End. When Next fails without an answer it can be called
// again: no row is lost, as the gateway keeps a page until the next one is asked for.
func (o *Operation) Next(ctx context.Context) (Page, error) {
	if o.ended {
		return Page{State: End}, nil
	}
	var answer answer
	path := o.path + "/result/" + strconv.FormatUint(o.token, 10) + "?rowFormat="
	err := o.session.client.wire.Call(ctx, http.MethodGet, path+o.format, nil, &answer)
	if o.format == formatJSON && unmappable(err) {
		o.format = formatPlain
		err = o.session.client.wire.Call(ctx, http.MethodGet, path+o.format, nil, &answer)
	}
	if err != nil {
		return Page{}, err
	}
	page, err := answer.page()
	page.Plain = o.format == formatPlain
	if err != nil {
		return Page{}, err
	}
	o.ended = page.State == End
	if page.State == Ready {
		if o.token, err = nextToken(answer.Next); err != nil {
			return Page{}, err
		}
	}
	return page, nil
}

// unmappable says whether a page has values that Flink cannot write as JSON: maps whose keys are no strings, VARIANT
// (RowDataToJsonConverters, JsonResponseBodySerializer). The page can still be read as text.
func unmappable(err error) bool {
	refusal, ok := wire.Refused(err)
	return ok && refusal.Status == http.StatusInternalServerError && strings.Contains(refusal.Chain.Root(), "Could not map response to JSON")
}

// Cancel stops a statement that is still being planned or submitted. One that gives rows counts as finished and cannot
// be cancelled: Close ends it.
func (o *Operation) Cancel(ctx context.Context) error {
	return o.session.client.wire.Call(ctx, http.MethodPost, o.path+"/cancel", nil, nil)
}

// Close forgets the operation. The job behind a query that still runs is cancelled at once.
func (o *Operation) Close(ctx context.Context) error {
	return o.session.client.wire.Call(ctx, http.MethodDelete, o.path+"/close", nil, nil)
}
