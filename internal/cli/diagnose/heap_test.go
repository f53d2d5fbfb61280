package diagnose

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/cli/term"
	"github.com/autostream/autostream/internal/diagnose/collect"
	"github.com/autostream/autostream/internal/target"
)

// dumping is a JVM that writes its heap where it is told to.
type dumping struct {
	beside   string // what stands before the paths that it is told
	dumped   func() // when the dump is written
	fetching func() // in the middle of its copy
}

func (dumping) JVMs(context.Context, target.JobID) ([]target.JVM, error) {
	return []target.JVM{{ID: "tm-1", PID: 7}}, nil
}

func (d dumping) Attach(_ context.Context, _ target.JVM, _ string, args ...string) (io.ReadCloser, error) {
	path := filepath.Join(d.beside, filepath.Base(args[0]))
	if err := os.WriteFile(path, make([]byte, 8<<20), 0o600); err != nil {
		return nil, err
	}
	d.dumped()
	return io.NopCloser(strings.NewReader("Heap dump file created")), nil
}

func (d dumping) Fetch(ctx context.Context, _ target.JVM, path string, w io.Writer) error {
	return attach.Take(ctx, filepath.Join(d.beside, filepath.Base(path)), writing{w, d.fetching})
}

func (dumping) Place(context.Context, target.JVM, string, []byte) (string, error) {
	return "", errors.New("nothing is placed")
}

// TestHeapDumpInterrupted stops while the JVM writes its heap, and while that is copied: neither file stays.
func TestHeapDumpInterrupted(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(cancel func()) dumping{
		"while it is written": func(cancel func()) dumping { return dumping{dumped: cancel, fetching: func() {}} },
		"while it is copied":  func(cancel func()) dumping { return dumping{dumped: func() {}, fetching: cancel} },
		"not at all":          func(func()) dumping { return dumping{dumped: func() {}, fetching: func() {}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			jvm := at(cancel)
			jvm.beside = t.TempDir()
			here := filepath.Join(t.TempDir(), "heap.hprof")
			err := diagnoseHeap(ctx, &heapOptions{
				IO: &term.IO{Out: io.Discard, Err: io.Discard}, Yes: true, Dump: here,
				Open: func(context.Context, string) (context.Context, collect.Subject, func(), error) {
					return ctx, collect.Subject{Name: "large", JVMs: jvm}, func() {}, nil
				},
			})
			beside, _ := os.ReadDir(jvm.beside)
			_, missing := os.Stat(here)
			if whole := name == "not at all"; whole == errors.Is(err, context.Canceled) || whole != (missing == nil) || len(beside) > 0 {
				t.Errorf("err = %v; beside the JVM: %v; here: %v", err, beside, missing)
			}
		})
	}
}
