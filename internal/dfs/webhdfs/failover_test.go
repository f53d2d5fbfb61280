package webhdfs_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
)

// Of several NameNodes the active one is found and remembered; one that stands by refuses (StandbyException), one may be
// dead.
func TestFailover(t *testing.T) {
	t.Parallel()
	asked := 0
	standby := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"RemoteException":{"exception":"StandbyException","javaClassName":"org.apache.hadoop.ipc.StandbyException","message":"Operation category READ is not supported in state standby"}}`))
	}))
	defer standby.Close()
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	active := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"FileStatus":{"type":"FILE","length":7,"permission":"644"}}`))
	}))
	defer active.Close()
	f := webhdfs.New(webhdfs.Options{Addresses: []string{dead.URL, standby.URL, active.URL}, Name: "hdfs://cluster"})
	for range 3 {
		if e, err := f.Stat(t.Context(), "/x"); err != nil || e.Size != 7 {
			t.Errorf("Stat: %+v, %v", e, err)
		}
	}
	if asked != 1 {
		t.Errorf("the one that stands by was asked %d times", asked)
	}
	f = webhdfs.New(webhdfs.Options{Addresses: []string{dead.URL, standby.URL}, Name: "hdfs://cluster"})
	if _, err := f.Stat(t.Context(), "/x"); err == nil || fault.KindOf(err) == fault.NotFound {
		t.Errorf("without an active one: %v", err)
	}
}

// Content of which a part was sent when the connection broke is sent again from its beginning, or not at all.
func TestConnectionBreaksInContent(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("text", 1<<18)
	for name, content := range map[string]io.Reader{"a text": strings.NewReader(text), "a stream": io.LimitReader(strings.NewReader(text), 1<<20)} {
		got := ""
		nameNode := func(take http.HandlerFunc) string {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch q := r.URL.Query(); {
				case q.Get("op") == "GETFILESTATUS":
					w.WriteHeader(http.StatusNotFound)
					_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileNotFoundException","message":"none"}}`)
				case q.Get("op") == "CREATE" && q.Get("datanode") == "":
					http.Redirect(w, r, "http://"+r.Host+r.URL.Path+"?datanode=x&op=CREATE", http.StatusTemporaryRedirect)
				case q.Get("op") == "CREATE":
					take(w, r)
				}
			}))
			t.Cleanup(s.Close)
			return s.URL
		}
		breaks := nameNode(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.CopyN(io.Discard, r.Body, 1000)
			if c, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_ = c.(*net.TCPConn).SetLinger(0)
				_ = c.Close()
			}
		})
		takes := nameNode(func(w http.ResponseWriter, r *http.Request) {
			all, err := io.ReadAll(r.Body)
			if err == nil {
				got = string(all)
				w.WriteHeader(http.StatusCreated)
			}
		})
		f := webhdfs.New(webhdfs.Options{Addresses: []string{breaks, takes}, Name: "hdfs://cluster"})
		if err := f.Create(t.Context(), "/x", content, dfs.Attributes{Mode: 0o600}); err == nil && got != text || err != nil && got != "" {
			t.Errorf("%s: %v, and %d bytes are there", name, err, len(got))
		}
	}
}
