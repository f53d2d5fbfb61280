package webhdfs_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
)

// slowHDFS is an HDFS whose DataNode takes as many files as it says only when it is released.
type slowHDFS struct {
	mu      sync.Mutex
	files   map[string]string
	folders map[string]bool
	slow    int
	written int
	deleted int
	release chan struct{}
	refuse  bool // to rename
}

// take makes a file, as long as its folder is there or may be made.
func (s *slowHDFS) take(w http.ResponseWriter, r *http.Request, name string) {
	text, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.written++
	wait := s.written <= s.slow
	s.mu.Unlock()
	if wait {
		<-s.release
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir := path.Dir(name); r.URL.Query().Get("createparent") == "true" {
		s.folders[dir] = true
	} else if !s.folders[dir] {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileNotFoundException","message":"no folder"}}`)
		return
	}
	s.files[name] = string(text)
	w.WriteHeader(http.StatusCreated)
}

func (s *slowHDFS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, q := strings.TrimPrefix(r.URL.Path, "/webhdfs/v1"), r.URL.Query()
	switch {
	case q.Get("op") == "CREATE" && q.Get("datanode") == "":
		q.Set("datanode", "true")
		w.Header().Set("Location", "http://"+r.Host+r.URL.Path+"?"+q.Encode())
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	case q.Get("op") == "CREATE":
		s.take(w, r, name)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch q.Get("op") {
	case "MKDIRS":
		s.folders[name] = true
		_, _ = io.WriteString(w, `{"boolean":true}`)
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
		s.deleted++
	case "GETFILESTATUS":
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileNotFoundException","message":"none"}}`)
	}
}

// settled waits until so many files have been deleted, and compares what is left.
func (s *slowHDFS) settled(t *testing.T, deleted int, want map[string]string) {
	t.Helper()
	var left map[string]string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		left = maps.Clone(s.files)
		done := s.deleted >= deleted
		s.mu.Unlock()
		if done {
			break
		}
	}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
}

func start(t *testing.T, s *slowHDFS) *webhdfs.FS {
	t.Helper()
	s.files, s.folders, s.release = map[string]string{}, map[string]bool{}, make(chan struct{})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return webhdfs.New(webhdfs.Options{Addresses: []string{server.URL}, Name: "hdfs://nn"})
}

// A small file does not wait for a DataNode that waits: it is written again, and what came second goes.
func TestSmallFileWrittenAgain(t *testing.T) {
	t.Parallel()
	s := &slowHDFS{slow: 2}
	f := start(t, s)
	if err := f.Create(t.Context(), "/d/x", bytes.NewReader([]byte("text")), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	close(s.release)
	s.settled(t, 2, map[string]string{"/d/x": "text"})
}

// What can be read once is written once, however long that takes.
func TestStreamWrittenOnce(t *testing.T) {
	t.Parallel()
	s := &slowHDFS{slow: 1}
	f := start(t, s)
	time.AfterFunc(300*time.Millisecond, func() { close(s.release) })
	if err := f.Create(t.Context(), "/d/x", io.LimitReader(strings.NewReader("text"), 4), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	if s.settled(t, 0, map[string]string{"/d/x": "text"}); s.written != 1 {
		t.Errorf("%d writes", s.written)
	}
}

// Of a file that does not get its name nothing is left, however often it was written.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	s := &slowHDFS{slow: 1, refuse: true}
	f := start(t, s)
	if err := f.Create(t.Context(), "/d/x", bytes.NewReader([]byte("text")), dfs.Attributes{Mode: 0o600}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("Create: %v", err)
	}
	close(s.release)
	s.settled(t, 2, map[string]string{})
}

// A copy that comes late does not bring back the folder that it was meant for.
func TestLateCopyMakesNoFolder(t *testing.T) {
	t.Parallel()
	s := &slowHDFS{slow: 1}
	f := start(t, s)
	if err := f.Create(t.Context(), "/d/x", bytes.NewReader([]byte("text")), dfs.Attributes{Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	delete(s.folders, "/d")
	delete(s.files, "/d/x")
	s.mu.Unlock()
	close(s.release)
	s.settled(t, 1, map[string]string{})
	if s.mu.Lock(); s.folders["/d"] {
		t.Error("the folder is there again")
	}
	s.mu.Unlock()
}
