package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

// flood is what a function writes that logs each record.
var flood = strings.Repeat("2026-11-23 15:07:58,960 WARN  sick.Flood    [] - looking at a record\n", 5000)

// TestFloodBegins has a log grow that said nothing when it was read: it is read again, so that the report names the logger.
func TestFloodBegins(t *testing.T) {
	t.Parallel()
	var size, reads atomic.Int64
	j := &jobmanagertest.JobManager{Vertices: 2, TaskManagers: 1, Threads: 2}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/taskmanagers/tm-0/logs") {
			fmt.Fprintf(w, `{"logs": [{"name": "tm.log", "size": %d}]}`, size.Add(1<<40))
			return
		}
		j.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s := Subject{Name: "large", ID: jobmanagertest.Job, REST: rest.New(server.URL, nil), Redact: func(text string) string { return text }}
	s.Logs = func(_ context.Context, w io.Writer) error {
		if reads.Add(1) == 1 {
			return nil
		}
		_, err := io.WriteString(w, flood)
		return err
	}
	limits := Limits{Time: time.Minute, Sampling: Sampling{Samples: 2, Every: time.Millisecond}, MostTaskManagers: 4}
	snap, err := s.Snapshot(t.Context(), time.Now, failure.BuiltIn(), limits)
	if err != nil || len(snap.Failures.Loud) != 1 || snap.Failures.Loud[0].Logger != "sick.Flood" {
		t.Errorf("loud: %+v, %v", snap.Failures.Loud, err)
	}
}

// TestGarbageBefore118 has a Flink that tells how long its collectors have worked, and not which share of the time that is.
func TestGarbageBefore118(t *testing.T) {
	t.Parallel()
	var reads atomic.Int64
	j := &jobmanagertest.JobManager{Vertices: 2, TaskManagers: 1, Threads: 2}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/overview") && !strings.Contains(r.URL.Path, "/jobs"):
			fmt.Fprint(w, `{"flink-version": "1.17.2", "taskmanagers": 1}`)
		case strings.HasSuffix(r.URL.Path, "/taskmanagers/tm-0/metrics") && strings.Contains(r.URL.RawQuery, "MarkSweepCompact"):
			took := 1000
			if reads.Add(1) > 1 {
				took = 4000
			}
			fmt.Fprintf(w, `[{"id": "Status.JVM.GarbageCollector.Copy.Time", "value": "500"}, {"id": "Status.JVM.GarbageCollector.MarkSweepCompact.Time", "value": "%d"}]`, took)
		default:
			j.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s := Subject{Name: "large", ID: jobmanagertest.Job, REST: rest.New(server.URL, nil), Redact: func(text string) string { return text }}
	limits := Limits{Time: time.Minute, Sampling: Sampling{Samples: 2, Every: time.Millisecond}, MostTaskManagers: 4}
	snap, err := s.Snapshot(t.Context(), time.Now, failure.BuiltIn(), limits)
	if err != nil || len(snap.TaskManagers) != 1 || snap.TaskManagers[0].GC <= 0 || snap.TaskManagers[0].GC > 0.3 {
		t.Errorf("%+v, %v", snap.TaskManagers, err)
	}
}

// TestLogsCutOff has logs that take longer to read than there is time: what was read tells.
func TestLogsCutOff(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(&jobmanagertest.JobManager{Vertices: 2, TaskManagers: 1})
	t.Cleanup(server.Close)
	s := Subject{Name: "large", ID: jobmanagertest.Job, REST: rest.New(server.URL, nil), Logs: func(ctx context.Context, w io.Writer) error {
		_, err := io.WriteString(w, flood)
		cancel()
		return errors.Join(err, ctx.Err())
	}}
	report, problem, err := s.Failures(ctx, failure.BuiltIn())
	if len(report.Loud) != 1 || problem == nil || !errors.Is(err, context.Canceled) {
		t.Errorf("loud: %+v, problem %v, %v", report.Loud, problem, err)
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	tm := rest.TaskManager{Slots: 3}
	tm.Hardware.Cores = 64
	for name, test := range map[string]struct {
		config map[string]string
		want   float64
	}{
		"a container or a machine":    {map[string]string{"execution.target": "kubernetes-application"}, 64},
		"YARN, a vcore for a slot":    {map[string]string{"execution.target": "yarn-application", "yarn.containers.vcores": "-1"}, 3},
		"YARN, as many as were asked": {map[string]string{"yarn.containers.vcores": "2"}, 2},
		"YARN, a session":             {map[string]string{"$internal.yarn.log-config-file": "log4j.properties"}, 3},
	} {
		if got := given(test.config, tm); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
