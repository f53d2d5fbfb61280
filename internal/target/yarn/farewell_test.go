package yarn

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/autostream/autostream/internal/flink/wire"
)

// leaving is a ResourceManager whose application, in its first looks, still runs without a JobManager that answers.
type leaving struct {
	looks  int // how many of them; below zero: for ever
	killed bool
}

// RoundTrip implements http.RoundTripper. Every other machine is away.
func (l *leaving) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "rm" || strings.HasPrefix(r.URL.Path, "/proxy/") {
		return nil, errNoJobManager
	}
	if r.Method == http.MethodPut {
		l.killed = true
	}
	state, final := "RUNNING", "UNDEFINED"
	switch {
	case l.killed:
		state, final = "KILLED", "KILLED"
	case l.looks == 0:
		state, final = "FINISHED", "SUCCEEDED"
	}
	l.looks--
	text := fmt.Sprintf(`{"app":{"id":"application_1_0001","state":%q,"finalStatus":%q,"amRPCAddress":"node:1"}}`, state, final)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

// A job that has finished stays finished when it is cancelled while its JobManager takes its leave; one whose JobManager
// does not answer any more is killed.
func TestCancelWhileLeaving(t *testing.T) {
	t.Parallel()
	for looks, killed := range map[int]bool{3: false, -1: true} {
		synctest.Test(t, func(t *testing.T) {
			l := &leaving{looks: looks}
			client := &http.Client{Transport: l}
			y := &Target{Options: Options{ResourceManagers: []string{"http://rm"}, HTTP: client}}
			y.rm = &resourceManager{addresses: y.ResourceManagers, http: client}
			if err := y.askToEnd(t.Context(), "application_1_0001", "0123456789abcdef0123456789abcdef"); err != nil || l.killed != killed {
				t.Errorf("gone for %d looks: killed %v, %v; want %v", looks, l.killed, err, killed)
			}
		})
	}
}

// Errors of a JobManager's own are waited out as long as it may take its leave, and are told then; what it refuses is told
// at once.
func TestFarewell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f farewell
		ill, refused := &wire.Error{Status: http.StatusInternalServerError}, &wire.Error{Status: http.StatusBadRequest}
		if f.pass(ill) != nil || f.pass(refused) == nil || f.pass(nil) != nil || f.pass(errNoJobManager) != nil {
			t.Error("before it takes long")
		}
		if f.pass(ill) != nil {
			t.Error("what went before counts")
		}
		time.Sleep(leave + time.Second)
		if f.pass(ill) == nil {
			t.Error("an error of its own is never told")
		}
	})
}
