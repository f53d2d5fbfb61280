package wire_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/flink/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, status int, answer string) *wire.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return wire.New(server.URL+"/", nil)
}

func TestCall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		status  int
		answer  string
		err     string
		refused bool
	}{
		{"an answer with fields we do not know", 200, `{"n": 7, "new-in-3.0": {}}`, "", false},
		{"an accepted request", 202, `{"n": 7}`, "", false},
		{"an answer that is no JSON", 200, `<html>`, "to GET /x: invalid character '<'", false},
		{"an answer of the wrong shape", 200, `{"n": "seven"}`, "to GET /x: json: cannot unmarshal", false},
		{"an answer that was cut off", 200, `{"n": `, "to GET /x: unexpected end of JSON", false},
		{"a refusal", 404, `{"errors": ["a.b.NotFoundException: Job 12 not found\n\tat a.b.C.d(C.java:1)\n"]}`, "Job 12 not found", true},
		{"a refusal without a reason", 500, `{"errors": []}`, "GET /x answered 500 Internal Server Error", true},
		{"a refusal of a proxy", 502, `<html>bad gateway</html>`, "GET /x answered 502 Bad Gateway", true},
		{"a redirection to a login page", 303, `<html>`, "GET /x answered 303 See Other", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out struct{ N int }
			err := serve(t, test.status, test.answer).Call(t.Context(), http.MethodGet, "/x", nil, &out)
			if test.err == "" {
				if err != nil || out.N != 7 {
					t.Errorf("Call = %+v, %v", out, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want one with %q", err, test.err)
			}
			if _, ok := wire.Refused(err); ok != test.refused {
				t.Errorf("refused = %v, want %v", ok, test.refused)
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	c := serve(t, 200, "{}")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	err := wire.New(gone.URL, nil).Call(t.Context(), http.MethodGet, "/x", nil, nil)
	if err == nil || strings.Count(err.Error(), gone.URL) != 1 {
		t.Errorf("error %v, want one that names %s once", err, gone.URL)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Call(ctx, http.MethodGet, "/x", nil, nil); err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	var got, name string
	var length int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		length = r.ContentLength
		f, header, err := r.FormFile("jarfile")
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		content, _ := io.ReadAll(f)
		got, name = string(content), header.Filename
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "job.jar")
	if err := os.WriteFile(file, []byte("PK\x03\x04"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out struct{}
	if err := wire.New(server.URL, nil).Upload(t.Context(), "/v1/jars/upload", file, &out); err != nil {
		t.Fatal(err)
	}
	if got != "PK\x03\x04" || name != "job.jar" || length <= 0 {
		t.Errorf("the server got %q as %q, length %d", got, name, length)
	}
	if err := wire.New(server.URL, nil).Upload(t.Context(), "/", file+"x", &out); !os.IsNotExist(err) {
		t.Errorf("uploading a missing file: %v", err)
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"errors":["Internal server error.","<Exception on server side:\na.b.C: d"]}`))
	f.Add([]byte(`{"errors":[null]}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		server := httptest.NewRecorder()
		server.Code = http.StatusInternalServerError
		_, _ = server.Write(answer)
		h := &http.Client{Transport: fixed{server.Result()}}
		err := wire.New("http://flink", h).Call(t.Context(), http.MethodGet, "/x", nil, nil)
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q, want one line", err)
		}
	})
}

type fixed struct{ response *http.Response }

func (f fixed) RoundTrip(*http.Request) (*http.Response, error) {
	f.response.StatusCode = http.StatusInternalServerError
	return f.response, nil
}
