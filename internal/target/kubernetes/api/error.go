package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/autostream/autostream/internal/base/fault"
)

// Error is a refusal by the API server (meta/v1 Status). Errors of Client have one in their chain when the server
// answered; without one it is not known whether the call took effect.
type Error struct {
	Code    int
	Reason  string // "NotFound", "AlreadyExists", "Forbidden", …
	Message string
}

// Error is the server's own sentence.
func (e *Error) Error() string { return e.Message }

// Reason returns the reason of the refusal in an error's chain, or "".
func Reason(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// Answered says whether the API server itself answered with an error.
func Answered(err error) bool {
	_, ok := errors.AsType[*Error](err)
	return ok
}

func (c *Client) refusal(method, path string, response *http.Response) error {
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<20)) // whatever arrived is what can be said
	e, ok := statusOf(text)
	if !ok {
		line, _, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
		path, _, _ = strings.Cut(path, "?")
		e = &Error{Code: response.StatusCode, Message: strings.TrimSuffix(fmt.Sprintf("%s %s answered %s: %s", method, path, response.Status, line), ": ")}
	}
	return c.classify(e)
}

// statusOf reads a Status of the API server.
func statusOf(text []byte) (*Error, bool) {
	var status struct {
		Kind    string `json:"kind"`
		Message string `json:"message"`
		Reason  string `json:"reason"`
		Code    int    `json:"code"`
	}
	if json.Unmarshal(text, &status) != nil || status.Kind != "Status" {
		return nil, false
	}
	return &Error{Code: status.Code, Reason: status.Reason, Message: status.Message}, true
}

// classify gives a refusal its kind, and a way out where there is one.
func (c *Client) classify(e *Error) error {
	switch e.Code {
	case http.StatusUnauthorized:
		return fault.Errorf(fault.Denied, "the cluster at %s does not know %s: %w", c.server, c.user, e).
			WithFix("the credentials have run out or are wrong; sign in again and check with: kubectl auth whoami")
	case http.StatusForbidden:
		if namespace, ok := removed(e.Message); ok {
			return &fault.Error{Kind: fault.Conflict, Message: fmt.Sprintf("namespace %s is being removed", namespace), Err: e}
		}
		if rule, ok := missingRule(e.Message); ok {
			return fault.Errorf(fault.Denied, "%w", e).WithFix("let an administrator add this rule:\n  %s", rule)
		}
		return &fault.Error{Kind: fault.Denied, Err: e}
	case http.StatusNotFound:
		return &fault.Error{Kind: fault.NotFound, Err: e}
	case http.StatusConflict:
		return &fault.Error{Kind: fault.Conflict, Err: e}
	}
	return &fault.Error{Kind: fault.Failed, Err: e}
}

// removed reads the namespace out of
//
//	configmaps "x" is forbidden: unable to create new content in namespace n because it is being terminated
func removed(message string) (namespace string, ok bool) {
	_, rest, _ := strings.Cut(message, "unable to create new content in namespace ")
	return strings.CutSuffix(rest, " because it is being terminated")
}

// missingRule reads the RBAC rule that is missing out of
//
//	deployments.apps "x" is forbidden: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "n"
func missingRule(message string) (string, bool) {
	_, rest, ok := strings.Cut(message, " cannot ")
	if !ok {
		return "", false
	}
	verb, rest, ok := strings.Cut(rest, " resource ")
	if !ok {
		return "", false
	}
	quoted := strings.Split(rest, `"`)
	if len(quoted) < 4 {
		return "", false
	}
	return fmt.Sprintf("{apiGroups: [%q], resources: [%q], verbs: [%q]}", quoted[3], quoted[1], verb), true
}
