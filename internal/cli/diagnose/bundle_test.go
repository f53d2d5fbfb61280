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

// looking are options to look into a job of a JobManager that answers at once.
func looking(t *testing.T) (*Options, *bytes.Buffer) {
	t.Helper()
	server := httptest.NewServer(&jobmanagertest.JobManager{Vertices: 4, TaskManagers: 2, Threads: 8})
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
	o, _ := looking(t)
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

// TestWatch has one report after the other written where nobody looks at a screen.
func TestWatch(t *testing.T) {
	t.Parallel()
	o, out := looking(t)
	o.Watch = true
	ctx, cancel := context.WithCancel(t.Context())
	o.IO.Out = writing{out, cancel}
	if err := diagnoseJob(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	if !strings.Contains(out.String(), `"job":"large"`) {
		t.Errorf("no report: %s", out)
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
