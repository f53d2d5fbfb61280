package webhdfs_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
)

// slowToClose is an HDFS whose DataNode closes as many files as it says only when it is released.
type slowToClose struct {
	mu      sync.Mutex
	files   map[string]string
	slow    int
	written int
	release chan struct{}
	refuse  bool // to rename
}

func (s *slowToClose) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, q := strings.TrimPrefix(r.URL.Path, "/webhdfs/v1"), r.URL.Query()
	switch {
	case q.Get("op") == "CREATE" && q.Get("datanode") == "":
		q.Set("datanode", "true")
		w.Header().Set("Location", "http://"+r.Host+r.URL.Path+"?"+q.Encode())
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	case q.Get("op") == "CREATE":
		text, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.files[name] = string(text)
		s.written++
		wait := s.written <= s.slow
		s.mu.Unlock()
		if wait {
			<-s.release
		}
		w.WriteHeader(http.StatusCreated)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch q.Get("op") {
	case "RENAME":
		if s.refuse {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileAlreadyExistsException","message":"it exists"}}`)
			return
		}
		s.files[q.Get("destination")] = s.files[name]
		delete(s.files, name)
	case "DELETE":
		delete(s.files, name)
	case "GETFILESTATUS":
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileNotFoundException","message":"none"}}`)
	}
}

// left waits until the files of the HDFS are the wanted ones.
func (s *slowToClose) left(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		got = slices.Sorted(maps.Keys(s.files))
		s.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
	}
	t.Errorf("files differ (-want +got):\n%s", cmp.Diff(want, got))
}

func start(t *testing.T, s *slowToClose) *webhdfs.FS {
	t.Helper()
	s.files, s.release = map[string]string{}, make(chan struct{})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return webhdfs.New(webhdfs.Options{Addresses: []string{server.URL}, Name: "hdfs://nn"})
}

// A small file does not wait for a DataNode that waits: it is written again, and what came second goes.
func TestSmallFileWrittenAgain(t *testing.T) {
	t.Parallel()
	s := &slowToClose{slow: 2}
	f := start(t, s)
	if err := f.Create(t.Context(), "/d/x", bytes.NewReader([]byte("text")), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	close(s.release)
	s.left(t, "/d/x")
	if s.files["/d/x"] != "text" || s.written != 3 {
		t.Errorf("%q after %d writes", s.files["/d/x"], s.written)
	}
}

// What can be read once is written once, however long that takes.
func TestStreamWrittenOnce(t *testing.T) {
	t.Parallel()
	s := &slowToClose{slow: 1}
	f := start(t, s)
	time.AfterFunc(300*time.Millisecond, func() { close(s.release) })
	if err := f.Create(t.Context(), "/d/x", io.LimitReader(strings.NewReader("text"), 4), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	if s.left(t, "/d/x"); s.written != 1 {
		t.Errorf("%d writes", s.written)
	}
}

// Of a file that does not get its name nothing is left, however often it was written.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	s := &slowToClose{slow: 1, refuse: true}
	f := start(t, s)
	if err := f.Create(t.Context(), "/d/x", bytes.NewReader([]byte("text")), dfs.Attributes{Mode: 0o600}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Create: %v", err)
	}
	close(s.release)
	s.left(t)
}
