package webhdfs_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/autostream/autostream/internal/base/fault"
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
