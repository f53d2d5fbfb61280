package diagnose

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/cli/deps"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/diagnose/collect/jobmanagertest"
	"github.com/autostream/autostream/internal/diagnose/failure"
	"github.com/autostream/autostream/internal/flink/rest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// looking are options to look into a job of a JobManager that answers at once, but for what is broken.
func looking(t *testing.T, broken func(path string) bool) (*Options, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(&jobmanagertest.JobManager{Vertices: 4, TaskManagers: 2, Threads: 8, Broken: broken})
	t.Cleanup(server.Close)
	var out bytes.Buffer
	return &Options{
		IO: &term.IO{Out: &out, Err: io.Discard}, Now: time.Now, Format: term.JSON,
		Limits:  collect.Limits{Time: time.Minute, Sampling: collect.Sampling{Samples: 3, Every: time.Millisecond}, MostTaskManagers: 2},
		Rules:   func([]string) (*failure.Rules, error) { return failure.BuiltIn(), nil },
		Version: func() deps.Version { return deps.Version{Number: "1.2.3"} },
		Open: func(ctx context.Context, _ string) (context.Context, collect.Subject, func(), error) {
			s, err := collect.FindByName(ctx, rest.New(server.URL, nil), "large")
			s.Redact = func(text string) string { return strings.ReplaceAll(text, "geheim", "******") }
			s.Logs = func(_ context.Context, w io.Writer) error {
				_, err := io.WriteString(w, "jobmanager | the password is geheim\njobmanager | sink.password=other\n")
				return errors.Join(err, errors.New("one TaskManager does not answer"))
			}
			return ctx, s, func() {}, err
		},
	}, &out
}

func TestBundle(t *testing.T) {
	t.Parallel()
	o, _ := looking(t, nil)
	o.Bundle = filepath.Join(t.TempDir(), "job.tar.gz")
	if err := diagnoseJob(t.Context(), o); fault.KindOf(err) != fault.Findings {
		t.Fatalf("err = %v", err)
	}
	f, err := os.Open(o.Bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	zip, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for archive := tar.NewReader(zip); ; {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		parts[strings.TrimPrefix(head.Name, "autostream-large/")] = string(text)
	}
	for name, want := range map[string]string{
		"report.md": "# large: RUNNING", "snapshot.json": `"jobId": "` + jobmanagertest.Job, "versions.txt": "autostream 1.2.3", "config.txt": "",
		"threads.txt": "=== tm-1\n", "logs.txt": "not everything could be read: one TaskManager does not answer",
	} {
		text, ok := parts[name]
		if !ok || !strings.Contains(text, want) {
			t.Errorf("%s has no %q:\n%.300s", name, want, text)
		}
		if strings.Contains(text, "geheim") || strings.Contains(text, "=other") {
			t.Errorf("%s holds a secret", name)
		}
	}
}

// TestBundleInterrupted stops while the logs are read: nothing is left, neither of the bundle nor beside it.
func TestBundleInterrupted(t *testing.T) {
	t.Parallel()
	o, out := looking(t, nil)
	o.Bundle = filepath.Join(t.TempDir(), "job.tar.gz")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	open := o.Open
	o.Open = func(_ context.Context, name string) (context.Context, collect.Subject, func(), error) {
		_, s, done, err := open(ctx, name)
		read := 0
		s.Logs = func(ctx context.Context, w io.Writer) error {
			if read++; read < 2 { // the report reads them first
				return nil
			}
			cancel()
			_, _ = io.WriteString(w, "jobmanager | half a li")
			return ctx.Err()
		}
		return ctx, s, done, err
	}
	if err := diagnoseJob(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(o.Bundle)); err != nil || len(left) > 0 || out.Len() > 0 {
		t.Errorf("left: %v, %v, %s", left, err, out)
	}
}

// TestWatch has one report after the other written where nobody looks at a screen, also of a job whose JobManager cannot be
// asked for a while, as it is starting again.
func TestWatch(t *testing.T) {
	t.Parallel()
	var down atomic.Int64 // answers about the job that fail
	o, out := looking(t, func(path string) bool { return path == "/jobs/"+jobmanagertest.Job && down.Add(-1) >= 0 })
	o.Watch, o.Again = true, time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var said bytes.Buffer
	o.IO.Err = &said
	o.IO.Out = writing{out, func() {
		if down.Swap(2); strings.Count(out.String(), `"job":"large"`) == 2 {
			cancel()
		}
	}}
	if err := diagnoseJob(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if strings.Count(out.String(), `"job":"large"`) != 2 || strings.Count(said.String(), "looking again in 1ms") != 2 {
		t.Errorf("reports: %s\nsaid: %s", out, &said)
	}
}

// writing calls after when something was written.
type writing struct {
	io.Writer
	after func()
}

func (w writing) Write(text []byte) (int, error) {
	defer w.after()
	return w.Writer.Write(text)
}
