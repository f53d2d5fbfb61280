package attach_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"go.uber.org/goleak"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// converse starts a copy beside this process, which is no JVM but has files. served is how it ended.
func converse(t *testing.T) (session *attach.Session, served <-chan error) {
	t.Helper()
	near, far := net.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- attach.Serve(context.Background(), far, far, os.Getpid())
		_ = far.Close()
	}()
	session, err := attach.NewSession(near)
	if err != nil {
		t.Fatal(err)
	}
	return session, ended
}

func TestSession(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return // there are no JVMs that could be reached
	}
	session, served := converse(t)
	text := bytes.Repeat([]byte("0123456789"), 20_000)
	path, err := session.Place("../evil.jar", text)
	if err != nil || filepath.Dir(path) != "/tmp" {
		t.Fatalf("placed %q: %v", path, err)
	}
	var got bytes.Buffer
	if err := session.Fetch(&got, path); err != nil || !bytes.Equal(got.Bytes(), text) {
		t.Errorf("fetched %d bytes: %v", got.Len(), err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if err := session.Fetch(io.Discard, path); err == nil {
		t.Error("fetched twice")
	}
	if err := session.Attach(io.Discard, "threaddump"); fault.KindOf(err) != fault.Usage || session.Broken() {
		t.Errorf("attaching to what is no JVM: %v", err)
	}
	left, err := session.Place("left.jar", text)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file stays: %v", err)
	}
}

// TestCutOff has the copy vanish within an answer, and something else answer in its place.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]string{
		"within an answer": "autostream inside 1\n\x00\x00\x00\x08half",
		"before a verdict": "autostream inside 1\n\x00\x00\x00\x00{\"err",
		"a chunk too long": "autostream inside 1\n\xff\xff\xff\xff",
		"a shell":          "sh: gzip: not found\n",
		"nothing":          "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session, err := attach.NewSession(stream{Reader: bytes.NewReader([]byte(said))})
			if err == nil {
				if err = session.Attach(io.Discard, "threaddump"); !session.Broken() {
					t.Error("it is not broken")
				}
				_ = session.Close()
			}
			if err == nil {
				t.Error("no error")
			}
		})
	}
}

// TestNobodyReads has the other side vanish while an answer is written that nobody takes any more.
func TestNobodyReads(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		return
	}
	in, asks := io.Pipe()
	reads, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- attach.Serve(context.Background(), in, out, os.Getpid()) }()
	session, err := attach.NewSession(pipe{reads, asks})
	if err != nil {
		t.Fatal(err)
	}
	path, err := session.Place("big", bytes.Repeat([]byte("x"), 1<<20))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(asks, `{"do":"fetch","path":"`+path+`"}`+"\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(reads, make([]byte, 1000)); err != nil { // it is under way
		t.Fatal(err)
	}
	_ = asks.Close()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file stays: %v", err)
	}
	_ = session.Close()
}

// pipe is two pipes as one stream.
type pipe struct {
	*io.PipeReader
	*io.PipeWriter
}

func (p pipe) Close() error { return errors.Join(p.PipeReader.Close(), p.PipeWriter.Close()) }

// FuzzServe sends what no Session would.
func FuzzServe(f *testing.F) {
	f.Add([]byte(`{"do":"attach","command":"threaddump"}` + "\n"))
	f.Add([]byte(`{"do":"place","name":"a","size":3}` + "\nabc"))
	f.Add([]byte(`{"do":"place","size":-1}` + "\n{"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if bytes.Contains(in, []byte("fetch")) {
			return // it would remove what it fetches
		}
		if err := attach.Serve(t.Context(), bytes.NewReader(in), io.Discard, os.Getpid()); err != nil {
			t.Error(err)
		}
	})
}

type stream struct{ io.Reader }

func (stream) Write(p []byte) (int, error) { return len(p), nil }
func (stream) Close() error                { return nil }
