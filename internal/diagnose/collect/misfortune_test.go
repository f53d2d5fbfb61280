package collect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/diagnose"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/diagnose/flame"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// TestTaskManagerDiesWhileSampled has one of three TaskManagers answer a first dump and nothing afterwards: the others are
// enough for a report, for threads and for a profile.
func TestTaskManagerDiesWhileSampled(t *testing.T) {
	t.Parallel()
	var dumps atomic.Int64
	j := &jobmanagertest.JobManager{Vertices: 6, TaskManagers: 3, Threads: 40, Status: http.StatusNotFound, Broken: func(path string) bool {
		return strings.HasPrefix(path, "/taskmanagers/tm-1/") && (!strings.HasSuffix(path, "/thread-dump") || dumps.Add(1) > 1)
	}}
	subject := subject(t, j)
	s, err := subject.Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
	if err != nil || s.Threads.Samples == 0 || len(diagnose.Judge(s)) == 0 {
		t.Errorf("report: %v, %d samples", err, s.Threads.Samples)
	}
	if !slices.ContainsFunc(s.Missing, func(m string) bool { return strings.Contains(m, "tm-1") }) {
		t.Errorf("nobody says that tm-1 is missing: %v", s.Missing)
	}
	taken, known, problem, err := subject.Threads(t.Context(), collect.Sampling{Samples: 3})
	if err != nil || len(taken) != 6 || problem == nil || !known.Keep("Map[1]") {
		t.Errorf("%d dumps: %v, %v", len(taken), problem, err)
	}
}

// TestJobRestartsMeanwhile looks at a job that has no tasks for a moment.
func TestJobRestartsMeanwhile(t *testing.T) {
	t.Parallel()
	j := &jobmanagertest.JobManager{Vertices: 3, State: "RESTARTING", Status: http.StatusNotFound, Broken: func(path string) bool {
		return strings.Contains(path, "/vertices/")
	}}
	s, err := subject(t, j).Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
	if err != nil {
		t.Fatal(err)
	}
	if f := diagnose.Judge(s); len(f) == 0 || f[0].ID != "failed" || f[0].Severity != diagnose.Serious {
		t.Errorf("findings: %+v", f)
	}
}

// TestRefused has a proxy before the JobManager refuse us, at once or from some call on.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			j := &jobmanagertest.JobManager{Vertices: 1, TaskManagers: 1, Status: status, Broken: func(string) bool { return true }}
			server := httptest.NewServer(j)
			t.Cleanup(server.Close)
			if _, err := collect.FindByName(t.Context(), rest.New(server.URL, nil), "large"); fault.KindOf(err) != fault.Denied {
				t.Errorf("finding the job: %v (%s)", err, fault.KindOf(err))
			}
			from := &jobmanagertest.JobManager{Vertices: 2, TaskManagers: 1, Threads: 4, Status: status, Broken: func(path string) bool { return strings.HasPrefix(path, "/taskmanagers") }}
			s := subject(t, from)
			if _, _, _, err := s.Threads(t.Context(), collect.Sampling{Samples: 1}); fault.KindOf(err) != fault.Denied {
				t.Errorf("threads: %v", err)
			}
			snapshot, err := s.Snapshot(t.Context(), time.Now, failure.BuiltIn(), quick)
			if err != nil || len(snapshot.Missing) == 0 {
				t.Errorf("report: %v, missing %v", err, snapshot.Missing)
			}
		})
	}
}

// recorded is a JVM whose flight recorder notes what it is told.
type recorded struct {
	mu      sync.Mutex
	told    []string
	files   int
	started func()
	broken  string // a command with this in it fails
}

func (r *recorded) JVMs(context.Context, target.JobID) ([]target.JVM, error) {
	return []target.JVM{{ID: "tm-0", PID: 1}}, nil
}

func (r *recorded) Attach(_ context.Context, _ target.JVM, _ string, args ...string) (io.ReadCloser, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	word, _, _ := strings.Cut(args[0], " ")
	r.told = append(r.told, word)
	switch {
	case r.broken != "" && strings.Contains(word, r.broken):
		return io.NopCloser(strings.NewReader("Could not " + word)), nil
	case word == "JFR.start" && r.started != nil:
		r.started()
	case word == "JFR.dump":
		r.files++
	}
	return io.NopCloser(strings.NewReader("done")), nil
}

func (r *recorded) Fetch(_ context.Context, _ target.JVM, _ string, w io.Writer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files--
	_, err := io.WriteString(w, "no recording")
	return err
}

func (r *recorded) Place(context.Context, target.JVM, string, []byte) (string, error) {
	return "", errors.New("nothing is placed")
}

// TestRecordingLeavesNothing stops recordings whatever happens, and takes their files away.
func TestRecordingLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		jvm  *recorded
		told string
		cut  bool
	}{
		"it is no recording": {&recorded{}, "JFR.start JFR.dump JFR.stop", false},
		"it does not start":  {&recorded{broken: "start"}, "JFR.start", false},
		"it is not dumped":   {&recorded{broken: "dump"}, "JFR.start JFR.dump JFR.stop", false},
		"interrupted":        {&recorded{}, "JFR.start JFR.stop", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			length := time.Millisecond
			if test.cut {
				test.jvm.started, length = cancel, time.Hour
			}
			s := collect.Subject{Name: "large", ID: jobmanagertest.Job, JVMs: test.jvm}
			_, _, err := s.Recording(ctx, collect.Sampling{Samples: 1, Every: length}, flame.CPU)
			if err == nil || test.cut && !errors.Is(err, context.Canceled) {
				t.Errorf("err = %v", err)
			}
			if told := strings.Join(test.jvm.told, " "); told != test.told || test.jvm.files > 0 {
				t.Errorf("told %s, %d files stay", told, test.jvm.files)
			}
		})
	}
}

// TestPassword names a user in the address, whose password nobody reads anywhere.
func TestPassword(t *testing.T) {
	t.Parallel()
	j := &jobmanagertest.JobManager{Vertices: 1}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "me" || password != "geheim" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		j.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for password, want := range map[string]fault.Kind{"geheim": fault.NotFound, "falsch": fault.Denied} {
		address := strings.Replace(server.URL, "http://", "http://me:"+password+"@", 1)
		_, err := collect.FindByName(t.Context(), rest.New(address, nil), "small")
		if fault.KindOf(err) != want || strings.Contains(err.Error()+fault.FixOf(err), password) {
			t.Errorf("with the password %s: %v", password, err)
		}
	}
}
