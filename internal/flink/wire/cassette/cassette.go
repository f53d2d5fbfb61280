// Package cassette plays recorded conversations with Flink's REST servers to the tests of their clients, and records
// them.
//
// A cassette is a text file with the calls in order, each led by a line "-- METHOD /path --". Below it come the body of
// the request behind "> ", the status, and the answer.
package cassette

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Open returns the address of a server for a test. With record "" it plays the cassette: a call that is not the next one
// recorded fails the test, and so does a recorded call that was never made. Otherwise record is the address of a real
// server, to which calls are passed on while the cassette is written anew.
func Open(t *testing.T, file, record string) string {
	t.Helper()
	var handler http.Handler
	if record == "" {
		handler = play(t, file)
	} else {
		handler = newRecorder(t, file, record)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

type call struct {
	request string // "POST /v1/jobs/…/stop" and below it the body
	status  int
	answer  []byte
}

type player struct {
	t     *testing.T
	mu    sync.Mutex
	calls []call
}

func play(t *testing.T, file string) *player {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	calls, err := parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	p := &player{t: t, calls: calls}
	t.Cleanup(func() {
		for _, c := range p.calls {
			t.Errorf("%s: never called: %s", file, c.request)
		}
	})
	return p
}

func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	got := describe(r)
	if len(p.calls) == 0 || p.calls[0].request != got {
		p.t.Errorf("unexpected call: %s", got)
		http.Error(w, "unexpected call", http.StatusTeapot)
		return
	}
	next := p.calls[0]
	p.calls = p.calls[1:]
	w.WriteHeader(next.status)
	_, _ = w.Write(next.answer)
}

type recorder struct {
	t    *testing.T
	base string
	mu   sync.Mutex
	text []byte
}

func newRecorder(t *testing.T, file, base string) *recorder {
	r := &recorder{t: t, base: base}
	t.Cleanup(func() {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, r.text, 0o644); err != nil {
			t.Fatal(err)
		}
	})
	return r
}

// frames matches all frames of a stack trace but the first, in JSON.
var frames = regexp.MustCompile(`(\\n\\tat [^\\"]*)(?:\\n\\tat [^\\"]*)+`)

func (r *recorder) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(in.Body)
	in.Body = io.NopCloser(bytes.NewReader(body))
	name := describe(in)
	out, err := http.NewRequestWithContext(in.Context(), in.Method, r.base+in.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		r.t.Error(err)
		return
	}
	out.Header.Set("Content-Type", in.Header.Get("Content-Type"))
	response, err := http.DefaultClient.Do(out)
	if err != nil {
		r.t.Error(err)
		return
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Error(err)
	}
	w.WriteHeader(response.StatusCode)
	_, _ = w.Write(answer)
	request, sent, _ := strings.Cut(name, "\n")
	if sent != "" {
		sent = "> " + sent + "\n"
	}
	kept := frames.ReplaceAll(bytes.TrimSpace(answer), []byte("$1"))
	r.text = fmt.Appendf(r.text, "-- %s --\n%s%d\n%s\n", request, sent, response.StatusCode, kept)
}

// describe is how a request is told from others. An uploaded file counts by its presence.
func describe(r *http.Request) string {
	text := r.Method + " " + r.URL.RequestURI()
	body, _ := io.ReadAll(r.Body)
	switch {
	case strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/"):
		return text + "\n(a file)"
	case len(body) > 0:
		return text + "\n" + string(bytes.TrimSpace(body))
	}
	return text
}

// lead matches the first line of a call.
var lead = regexp.MustCompile(`(?m)^-- (.*) --\n`)

func parse(text string) ([]call, error) {
	var calls []call
	starts := lead.FindAllStringSubmatchIndex(text, -1)
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		c := call{request: text[at[2]:at[3]]}
		rest := text[at[1]:end]
		if sent, ok := strings.CutPrefix(rest, "> "); ok {
			sent, rest, _ = strings.Cut(sent, "\n")
			c.request += "\n" + sent
		}
		status, answer, _ := strings.Cut(rest, "\n")
		code, err := strconv.Atoi(status)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.request, err)
		}
		c.status, c.answer = code, []byte(strings.TrimSuffix(answer, "\n"))
		calls = append(calls, c)
	}
	return calls, nil
}
