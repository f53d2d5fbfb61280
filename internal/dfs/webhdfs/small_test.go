package webhdfs_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/dfs"
	"github.com/autostream/autostream/internal/dfs/webhdfs"
)

// slowHDFS is an HDFS whose DataNode says that it has a file only when it is released.
type slowHDFS struct {
	mu      sync.Mutex
	files   map[string]string
	written int
	least   int // size of a block; 0 for any
	answers time.Duration
	release chan struct{}
	refuse  bool // to rename
}

// take makes a file, whose length is known at once.
func (s *slowHDFS) take(w http.ResponseWriter, r *http.Request, name string) {
	if size, _ := strconv.Atoi(r.URL.Query().Get("blocksize")); size != 0 && size < s.least {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"RemoteException":{"exception":"IOException","message":"Specified block size is less than configured minimum value"}}`)
		return
	}
	s.mu.Lock()
	s.files[name] = "" // the NameNode has it, empty
	s.mu.Unlock()
	text, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.written++
	s.files[name] = string(text)
	s.mu.Unlock()
	<-s.release
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
	time.Sleep(s.answers)
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
		text, found := s.files[name]
		if !found {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"RemoteException":{"exception":"FileNotFoundException","message":"none"}}`)
			return
		}
		_, _ = fmt.Fprintf(w, `{"FileStatus":{"type":"FILE","length":%d}}`, len(text))
	}
}

// holds compares the files, with the blank space at their ends cut off.
func (s *slowHDFS) holds(t *testing.T, want map[string]string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	got := map[string]string{}
	for name, text := range s.files {
		got[name] = strings.TrimRight(text, " \n")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
}

// start starts a server. Calls were made to it, which say how far away it is, also on a machine that has much to do.
func start(t *testing.T, s *slowHDFS) *webhdfs.FS {
	t.Helper()
	s.files, s.release = map[string]string{}, make(chan struct{})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	f := webhdfs.New(webhdfs.Options{Addresses: []string{server.URL}, Name: "hdfs://nn"})
	for range 20 {
		_, _ = f.Stat(t.Context(), "/")
	}
	return f
}

// A file whose time of change may drift is there when the NameNode has it, however long the DataNode waits.
func TestDrifting(t *testing.T) {
	t.Parallel()
	s := &slowHDFS{}
	f := start(t, s)
	defer close(s.release)
	if err := f.Create(t.Context(), "/d/x", strings.NewReader("text"), dfs.Attributes{Mode: 0o600, Drifting: true}); err != nil {
		t.Fatal(err)
	}
	s.holds(t, map[string]string{"/d/x": "text"})
}

// Of other files the DataNode has the last word, and they are written once.
func TestDataNodeAwaited(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]io.Reader{"a stream": io.LimitReader(strings.NewReader("text"), 4), "a text": strings.NewReader("text")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &slowHDFS{}
			f := start(t, s)
			released := false
			time.AfterFunc(100*time.Millisecond, func() {
				s.mu.Lock()
				released = true
				s.mu.Unlock()
				close(s.release)
			})
			if err := f.Create(t.Context(), "/d/x", content, dfs.Attributes{Mode: 0o600}); err != nil {
				t.Fatal(err)
			}
			if s.holds(t, map[string]string{"/d/x": "text"}); s.written != 1 || !released {
				t.Errorf("%d writes, DataNode done: %v", s.written, released)
			}
		})
	}
}

// What may be padded fills a block, close by, where the NameNode takes such small blocks.
func TestPadded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		hdfs *slowHDFS
		want int // bytes
	}{
		{"close by", &slowHDFS{least: 1 << 20}, 1050624},
		{"larger blocks", &slowHDFS{least: 16 << 20}, 4},
		{"far away", &slowHDFS{answers: 20 * time.Millisecond}, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := test.hdfs
			f := start(t, s)
			close(s.release)
			if err := f.Create(t.Context(), "/d/x", strings.NewReader("text"), dfs.Attributes{Mode: 0o600, Padded: true}); err != nil {
				t.Fatal(err)
			}
			if s.holds(t, map[string]string{"/d/x": "text"}); len(s.files["/d/x"]) != test.want {
				t.Errorf("%d bytes, want %d", len(s.files["/d/x"]), test.want)
			}
		})
	}
}

// Of a file that does not get its name nothing is left.
func TestNothingLeft(t *testing.T) {
	t.Parallel()
	for _, a := range []dfs.Attributes{{}, {Padded: true}, {Drifting: true}} {
		s := &slowHDFS{refuse: true}
		f := start(t, s)
		close(s.release)
		if err := f.Create(t.Context(), "/d/x", strings.NewReader("text"), a); fault.KindOf(err) != fault.Conflict {
			t.Errorf("Create: %v", err)
		}
		s.holds(t, map[string]string{})
	}
}
