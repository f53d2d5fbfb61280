package collect_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

// TestFirstToAsk looks at a job whose JobManager nobody has asked for metrics yet: it has none until it has collected them.
func TestFirstToAsk(t *testing.T) {
	t.Parallel()
	j := &jobmanagertest.JobManager{Vertices: 3, TaskManagers: 1, Threads: 2}
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/metrics") && asked.Add(1) <= 2 {
			fmt.Fprint(w, "[]")
			return
		}
		j.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	subject, err := collect.FindByName(t.Context(), rest.New(server.URL, nil), "large")
	if err != nil {
		t.Fatal(err)
	}
	for name, look := range map[string]func() (float64, error){
		"a report": func() (float64, error) {
			asked.Store(0)
			s, err := subject.Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
			return s.Vertices[1].InRate * s.TaskManagers[0].HeapUsed, err
		},
		"the flow": func() (float64, error) {
			asked.Store(0)
			s, err := subject.Flow(t.Context(), time.Now)
			return s.Vertices[1].InRate, err
		},
	} {
		if number, err := look(); err != nil || number <= 0 {
			t.Errorf("%s has no numbers: %v, %v", name, number, err)
		}
	}
}
