package kubernetes

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/autostream/autostream/internal/attach"
	"github.com/autostream/autostream/internal/base/fault"
	"github.com/autostream/autostream/internal/flink/rest"
	"github.com/autostream/autostream/internal/target"
)

// JVMs in pods are reached by a copy of this program that runs beside them (package attach, Session).
var _ target.Attachable = (*Target)(nil)

// JVMs implements target.Attachable: one in each pod that runs. That of a TaskManager is called as its pod, which is the
// resource id that Flink gives it.
func (t *Target) JVMs(ctx context.Context, id target.JobID) ([]target.JVM, error) {
	cluster, err := t.lookedInto(ctx, id)
	if err != nil {
		return nil, err
	}
	pods, err := t.pods(ctx, cluster)
	if err != nil {
		return nil, err
	}
	var jvms []target.JVM
	for _, p := range pods {
		if p.Status.Phase != "Running" || p.Metadata.Deleted != nil {
			continue
		}
		v := target.JVM{ID: p.Metadata.Name, Host: p.Metadata.Name}
		if role(p) == jobManagerRole {
			v.ID = rest.JobManager
		}
		jvms = append(jvms, v)
	}
	if len(jvms) == 0 {
		return nil, fault.Errorf(fault.NotFound, "no pod of job %s runs", id)
	}
	return jvms, nil
}

// Attach implements target.Attachable.
func (t *Target) Attach(ctx context.Context, v target.JVM, command string, args ...string) (io.ReadCloser, error) {
	var answer bytes.Buffer
	err := t.beside(ctx, v, func(s *attach.Session) error { return s.Attach(&answer, command, args...) })
	return io.NopCloser(&answer), err
}

// Fetch implements target.Attachable.
func (t *Target) Fetch(ctx context.Context, v target.JVM, path string, w io.Writer) error {
	return t.beside(ctx, v, func(s *attach.Session) error { return s.Fetch(w, path) })
}

// Place implements target.Attachable. A file that nobody fetches goes with the Target.
func (t *Target) Place(ctx context.Context, v target.JVM, name string, text []byte) (path string, err error) {
	err = t.beside(ctx, v, func(s *attach.Session) (err error) {
		path, err = s.Place(name, text)
		return err
	})
	return path, err
}

// besides are the copies of this program that run in pods.
type besides struct {
	packed func() ([]byte, error) // the program, as it is sent
	mu     sync.Mutex
	byPod  map[string]*beside
}

// beside is the copy in one pod.
type beside struct {
	mu      sync.Mutex // one request after the other
	session *attach.Session
}

func newBesides(program string) *besides {
	return &besides{packed: sync.OnceValues(func() ([]byte, error) { return packed(program) }), byPod: map[string]*beside{}}
}

func (b *besides) in(pod string) *beside {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, ok := b.byPod[pod]
	if !ok {
		one = &beside{}
		b.byPod[pod] = one
	}
	return one
}

// close ends all copies.
func (b *besides) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.byPod {
		if one.mu.TryLock() { // who holds it is cut off with its connection
			one.end()
			one.mu.Unlock()
		}
	}
}

func (b *beside) end() {
	if b.session != nil {
		_ = b.session.Close() // its pod may be gone
		b.session = nil
	}
}

// beside does something with the copy beside a JVM, which is started first where there is none. With ctx it ends.
func (t *Target) beside(ctx context.Context, v target.JVM, do func(*attach.Session) error) error {
	one := t.copies.in(v.Host)
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.session == nil {
		session, err := t.place(ctx, v.Host)
		if err != nil {
			return errors.Join(ctx.Err(), fmt.Errorf("running this program in pod %s: %w", v.Host, err))
		}
		one.session = session
	}
	stop := context.AfterFunc(ctx, func() { _ = one.session.Close() })
	err := do(one.session)
	if stopped := stop(); !stopped || one.session.Broken() {
		err = errors.Join(ctx.Err(), err)
		one.end()
	}
	return err
}

// script takes this program from its input and becomes it. What was a file is gone before the program does anything, so
// that it leaves nothing however it ends; a connection that is cut before ends the input, and with it the script.
const script = `umask 077; f=/tmp/.autostream-%s; trap 'rm -f "$f"' EXIT HUP INT TERM
head -c %d | gzip -dc >"$f" && chmod 700 "$f" && exec 3<"$f" && rm -f "$f" && exec /proc/self/fd/3 diagnose inside`

// place copies this program into a pod and starts it there.
func (t *Target) place(ctx context.Context, pod string) (*attach.Session, error) {
	program, err := t.copies.packed()
	if err != nil {
		return nil, err
	}
	command := fmt.Sprintf(script, strings.ToLower(rand.Text()), len(program))
	stream, err := t.api.Exec(ctx, t.Namespace, pod, mainContainer, "sh", "-c", command)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { _ = stream.Close() })()
	if _, err := stream.Write(program); err != nil {
		_, said := io.Copy(io.Discard, stream) // why it does not read
		_ = stream.Close()
		return nil, errors.Join(err, unable(said))
	}
	session, err := attach.NewSession(stream)
	return session, unable(err)
}

// unable adds a way out to what keeps a program from running in a pod.
func unable(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for sign, way := range map[string]string{
		"executable file not found": "the image has no shell; threads, flame and the report work without, through Flink's REST interface",
		"no such file or directory": "the image has no shell; threads, flame and the report work without, through Flink's REST interface",
		"Exec format error":         "this program is built for " + runtime.GOARCH + "; name one for the pod's machine: AUTOSTREAM_LINUX=FILE",
		"Read-only file system":     "the pod needs a /tmp that can be written, which attaching to a JVM needs too",
		"Permission denied":         "the pod needs a /tmp from which programs can be run",
	} {
		if strings.Contains(text, sign) {
			return fault.Errorf(fault.Failed, "%w", err).WithFix("%s", way)
		}
	}
	return err
}

// packed is a program as it is sent: this one, unless another is named.
func packed(program string) ([]byte, error) {
	if program == "" {
		if runtime.GOOS != "linux" {
			return nil, fault.Errorf(fault.Failed, "pods run Linux, and this program is built for %s", runtime.GOOS).
				WithFix("name a build of the same version for Linux: AUTOSTREAM_LINUX=FILE")
		}
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = self
	}
	f, err := os.Open(program)
	if err != nil {
		return nil, fault.Errorf(fault.Usage, "reading the program for pods: %w", err)
	}
	defer f.Close()
	var out bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&out, gzip.BestSpeed) // a level that there is
	if _, err := io.Copy(zip, f); err != nil {
		return nil, err
	}
	err = zip.Close()
	return out.Bytes(), err
}
