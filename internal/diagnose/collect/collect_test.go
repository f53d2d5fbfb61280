package collect_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick are limits for a JobManager that answers at once.
var quick = collect.Limits{Time: time.Minute, Sampling: collect.Sampling{Samples: 3, Every: time.Millisecond}, MostTaskManagers: 4}

func subject(t *testing.T, j *jobmanagertest.JobManager) collect.Subject {
	t.Helper()
	server := httptest.NewServer(j)
	t.Cleanup(server.Close)
	s, err := collect.FindByName(t.Context(), rest.New(server.URL+j.Prefix, nil), "large")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLargeJob(t *testing.T) {
	t.Parallel()
	j := &jobmanagertest.JobManager{Vertices: 200, TaskManagers: 50, Threads: 400, Prefix: "/proxy/application_1"}
	s, err := subject(t, j).Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
	if err != nil || len(s.Missing) > 0 {
		t.Fatalf("%v, missing: %v", err, s.Missing)
	}
	if len(s.Vertices) != 200 || len(s.TaskManagers) != 50 || s.Flink != "2.2.1" {
		t.Errorf("%d vertices, %d TaskManagers of Flink %s", len(s.Vertices), len(s.TaskManagers), s.Flink)
	}
	findings := diagnose.Judge(s)
	if len(findings) == 0 || findings[0].ID != "slow-code" || !strings.Contains(findings[0].Title, "Map[198]") {
		t.Errorf("findings: %+v", findings)
	}
	if calls := j.Calls.Load(); calls > 6*200+10*50 {
		t.Errorf("%d calls", calls)
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]string{
		"threads": "/thread-dump", "checkpoints": "/checkpoints", "backpressure": "/backpressure", "metrics": "/metrics", "TaskManagers": "/taskmanagers",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := &jobmanagertest.JobManager{Vertices: 3, TaskManagers: 2, Threads: 4, Broken: func(path string) bool { return strings.HasSuffix(path, broken) }}
			s, err := subject(t, j).Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Missing) == 0 {
				t.Error("nothing is missing")
			}
			for _, f := range diagnose.Judge(s) {
				if f.Title == "" {
					t.Errorf("finding %+v", f)
				}
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	s := subject(t, &jobmanagertest.JobManager{Vertices: 3, TaskManagers: 2, Threads: 4})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Snapshot(ctx, time.Now, failure.BuiltIn(), quick); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled snapshot: %v", err)
	}
	if _, _, _, err := s.Threads(ctx, collect.Sampling{Samples: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled dumps: %v", err)
	}
}

func TestFindByName(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&jobmanagertest.JobManager{Vertices: 1})
	t.Cleanup(server.Close)
	c := rest.New(server.URL, nil)
	for name, want := range map[string]fault.Kind{"": 0, "large": 0, jobmanagertest.Job: 0, "0000": 0, "small": fault.NotFound} {
		s, err := collect.FindByName(t.Context(), c, name)
		if want == 0 && (err != nil || s.ID != jobmanagertest.Job) || want != 0 && fault.KindOf(err) != want {
			t.Errorf("%q: %+v, %v", name, s.ID, err)
		}
	}
}

func TestFlow(t *testing.T) {
	t.Parallel()
	s, err := subject(t, &jobmanagertest.JobManager{Vertices: 4, TaskManagers: 1}).Flow(t.Context(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	l := diagnose.LagOf(s, s, time.Hour)
	if l.Bottleneck != "Map[2]" || l.Capacity < 50 || l.Capacity > 51 || len(l.Steps) != 4 || l.Steps[3].Depth != 3 {
		t.Errorf("%+v", l)
	}
}
