package yarn

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
)

// resourceManager calls the REST interface of YARN's ResourceManager (org.apache.hadoop.yarn.server.resourcemanager.webapp).
// Of several addresses the active one is found by asking.
type resourceManager struct {
	addresses []string
	user      string // with simple authentication
	http      *http.Client
	active    atomic.Int32
}

// maxAnswer is the most that is read of an answer: a cluster remembers some ten thousand applications.
const maxAnswer = 256 << 20

// app is an application's report (AppInfo).
type app struct {
	ID          string `json:"id"`
	User        string `json:"user"`
	Name        string `json:"name"`
	Queue       string `json:"queue"`
	State       string `json:"state"`
	FinalStatus string `json:"finalStatus"`
	Tags        string `json:"applicationTags"`
	Started     int64  `json:"startedTime"`
	Finished    int64  `json:"finishedTime"`
	Diagnostics string `json:"diagnostics"`
	RPCAddress  string `json:"amRPCAddress"` // Flink registers its REST endpoint here; "" until it runs
	Aggregation string `json:"logAggregationStatus"`
	Master      string `json:"amHostHttpAddress"` // NodeManager of the ApplicationMaster
}

// States of an application (YarnApplicationState).
const (
	appRunning  = "RUNNING"
	appFinished = "FINISHED"
	appFailed   = "FAILED"
	appKilled   = "KILLED"
)

// over says whether the application has ended.
func (a app) over() bool {
	return a.State == appFinished || a.State == appFailed || a.State == appKilled
}

// queued says whether the application has no container yet.
func (a app) queued() bool { return !a.over() && a.State != appRunning && a.Master == "" }

func (a app) started() time.Time { return millis(a.Started) }
func (a app) finished() time.Time {
	return millis(a.Finished)
}

func millis(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// newApplication takes an application id. It costs nothing if it is never used.
func (rm *resourceManager) newApplication(ctx context.Context) (string, error) {
	var answer struct {
		ID string `json:"application-id"`
	}
	if err := rm.call(ctx, http.MethodPost, "/ws/v1/cluster/apps/new-application", nil, &answer); err != nil {
		return "", fmt.Errorf("taking an application id: %w", err)
	}
	if !strings.HasPrefix(answer.ID, "application_") {
		return "", fault.Errorf(fault.Failed, "the ResourceManager gave %q as an application id", answer.ID)
	}
	return answer.ID, nil
}

// submit starts an application. One of that id that is there already stays as it is, and that is no error.
func (rm *resourceManager) submit(ctx context.Context, a application) error {
	return rm.call(ctx, http.MethodPost, "/ws/v1/cluster/apps", a, nil)
}

// app reads the report of an application. NotFound when the ResourceManager does not know it.
func (rm *resourceManager) app(ctx context.Context, id string) (app, error) {
	var answer struct {
		App app `json:"app"`
	}
	err := rm.call(ctx, http.MethodGet, "/ws/v1/cluster/apps/"+url.PathEscape(id), nil, &answer)
	return answer.App, err
}

// apps lists applications, filtered by the query.
func (rm *resourceManager) apps(ctx context.Context, query url.Values) ([]app, error) {
	var answer struct {
		Apps struct {
			App []app `json:"app"`
		} `json:"apps"`
	}
	err := rm.call(ctx, http.MethodGet, "/ws/v1/cluster/apps?"+query.Encode(), nil, &answer)
	return answer.Apps.App, err
}

// kill asks for an application to be ended. The answer tells the state it was in: the caller looks again.
func (rm *resourceManager) kill(ctx context.Context, id string) error {
	body := map[string]string{"state": appKilled}
	return rm.call(ctx, http.MethodPut, "/ws/v1/cluster/apps/"+url.PathEscape(id)+"/state", body, nil)
}

// options reads options of the ResourceManager's own configuration, by name, all at once.
func (rm *resourceManager) options(ctx context.Context, names ...string) (map[string]string, error) {
	values, failures := make([]string, len(names)), make([]error, len(names))
	var calls sync.WaitGroup
	for i, name := range names {
		calls.Go(func() { values[i], failures[i] = rm.option(ctx, name) })
	}
	calls.Wait()
	all := make(map[string]string, len(names))
	for i, name := range names {
		if failures[i] != nil {
			return nil, failures[i]
		}
		all[name] = values[i]
	}
	return all, nil
}

// option reads one option of the ResourceManager's own configuration, its defaults included; "" when it has none.
func (rm *resourceManager) option(ctx context.Context, name string) (string, error) {
	var value string
	err := rm.each(func(base string) error {
		response, err := rm.send(ctx, http.MethodGet, base+"/conf?"+url.Values{"name": {name}}.Encode(), nil)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode == http.StatusNotFound {
			return nil
		}
		text, err := wholeAnswer(ctx, response)
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return rm.refusal(response, text)
		}
		var answer struct { // XML, unless told otherwise
			Property []struct {
				Name  string `xml:"name"`
				Value string `xml:"value"`
			} `xml:"property"`
		}
		if err := xml.Unmarshal(text, &answer); err != nil {
			return fmt.Errorf("reading the configuration of %s: %w", base, err)
		}
		for _, p := range answer.Property {
			if p.Name == name {
				value = p.Value
			}
		}
		return nil
	})
	return value, err
}

// call sends in as JSON, unless it is nil, and reads the answer into out, unless that is nil.
func (rm *resourceManager) call(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	return rm.each(func(base string) error {
		response, err := rm.send(ctx, method, base+path, body)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		text, err := wholeAnswer(ctx, response)
		switch {
		case err != nil:
			return err
		case response.StatusCode >= 300:
			return rm.refusal(response, text)
		case out == nil:
			return nil
		}
		if err := json.Unmarshal(text, out); err != nil {
			if bytes.Contains(text, []byte("This is standby RM")) {
				return errStandby
			}
			return fmt.Errorf("reading the answer of %s to %s: %w", base, path, err)
		}
		return nil
	})
}

var errStandby = errors.New("this ResourceManager stands by")

// unreachable is the error when no ResourceManager answers: it may be back soon.
type unreachable struct{ err error }

func (u *unreachable) Error() string { return "the ResourceManager does not answer: " + u.err.Error() }
func (u *unreachable) Unwrap() error { return u.err }

// isAway says whether an error is that of no ResourceManager answering.
func isAway(err error) bool {
	_, away := errors.AsType[*unreachable](err)
	return away || errors.Is(err, errStandby)
}

// each calls do with one address after the other, the one that answered last first.
func (rm *resourceManager) each(do func(base string) error) (err error) {
	first := int(rm.active.Load())
	for i := range rm.addresses {
		at := (first + i) % len(rm.addresses)
		err = do(strings.TrimRight(rm.addresses[at], "/"))
		if !isAway(err) {
			rm.active.Store(int32(at))
			return err
		}
	}
	return err
}

func (rm *resourceManager) send(ctx context.Context, method, to string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if rm.user != "" {
		q := request.URL.Query()
		q.Set("user.name", rm.user)
		request.URL.RawQuery = q.Encode()
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if strings.Contains(to, "/ws/v1/") { // /conf answers in XML in every release
		request.Header.Set("Accept", "application/json")
	}
	response, err := rm.http.Do(request)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if refused, ok := errors.AsType[*fault.Error](err); ok { // there is nothing to sign in with
			return nil, fmt.Errorf("calling the ResourceManager at %s: %w", request.URL.Host, refused)
		}
		return nil, &unreachable{fmt.Errorf("calling %s: %w", request.URL.Host, err)}
	}
	if refresh := response.Header.Get("Refresh"); refresh != "" && strings.Contains(refresh, "url=") { // a standby points at the other
		_ = response.Body.Close()
		return nil, errStandby
	}
	return response, nil
}

// wholeAnswer reads an answer. A ResourceManager that ends in the middle of one is away.
func wholeAnswer(ctx context.Context, response *http.Response) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &unreachable{fmt.Errorf("reading the answer of %s: %w", response.Request.URL.Host, err)}
	}
	return text, nil
}

// refusal makes an error of an answer that is none (RemoteExceptionData).
func (rm *resourceManager) refusal(response *http.Response, text []byte) error {
	var answer struct {
		Remote struct {
			Exception string `json:"exception"`
			Message   string `json:"message"`
		} `json:"RemoteException"`
	}
	message := response.Status
	if json.Unmarshal(text, &answer) == nil && answer.Remote.Message != "" {
		message = sentence(answer.Remote.Message)
	}
	kind := fault.Failed
	switch response.StatusCode {
	case http.StatusNotFound:
		kind = fault.NotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		kind = fault.Denied
	case http.StatusBadRequest:
		kind = fault.Usage
	case http.StatusServiceUnavailable, http.StatusBadGateway, http.StatusGatewayTimeout:
		return &unreachable{errors.New(message)}
	}
	return fault.Errorf(kind, "the ResourceManager says: %s", message)
}

// sentence takes the classes off a Java message and keeps its first line.
func sentence(message string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	for {
		class, rest, ok := strings.Cut(line, ": ")
		if !ok || strings.ContainsAny(class, " ,") || !strings.Contains(class, ".") {
			return line
		}
		line = rest
	}
}
